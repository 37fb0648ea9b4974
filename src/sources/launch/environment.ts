/** Variables by which npm, pnpm and npx take settings; npm reads them in any case, with `_` for `-`. @see npm help config */
const npmVariable = /^npm_config_(.+)$/i;

/** Settings that change neither the package nor where it comes from. */
const harmless = new Set(
  `loglevel yes update-notifier fund audit cache color colour progress offline prefer-offline prefer-online timing logs-dir logs-max
   maxsockets fetch-retries fetch-timeout fetch-retry-factor fetch-retry-mintimeout fetch-retry-maxtimeout strict-ssl cafile ca unicode
   user-agent json ignore-scripts https-proxy proxy noproxy http-proxy engine-strict save package-lock`.split(/\s+/),
);

/** Settings by which the same name may be other code. */
const elsewhere = /^(?:(?:@.*:)?registry|before|tag|min-release-age|prefix)$/;

export interface ChangedStart {
  /** True when even the name of the package may be another. */
  readonly package: boolean;
  readonly why: string;
}

/** What the variables around a launcher change in what it starts; null = nothing that is known. */
export function changedBy(runner: string | null, names: readonly string[]): ChangedStart | null {
  if (!['npx', 'npm', 'pnpm', 'yarn', 'bunx'].includes(runner ?? '')) return null;
  let found: ChangedStart | null = null;
  for (const name of names) {
    const setting = npmVariable
      .exec(name)?.[1]
      ?.toLowerCase()
      .replace(/(?!^)_/g, '-');
    if (setting === undefined || harmless.has(setting)) continue;
    const other = !elsewhere.test(setting);
    if (found === null || other) found = { package: other, why: `the variable ${name} changes what ${runner} starts` };
    if (other) return found;
  }
  return found;
}
