/**
 * npm's own command line options, which `npx` shares. From `@npmcli/config` (definitions), written down because loading
 * that table takes longer than a whole `list`. An option stands in one of the first two lists only if npm 8.19, 9.9, 10.2,
 * 10.8, 10.9, 11.3, 11.6 and 11.19 all read it alike: nobody knows which npm a client will start.
 */
export const npmSwitches = words(`
  all allow-same-version audit bin-links color commit-hooks description dev diff-ignore-all-space diff-name-only diff-no-prefix
  diff-text dry-run engine-strict force foreground-scripts format-package-lock fund git-tag-version global global-style if-present
  ignore-scripts include-staged include-workspace-root install-links json legacy-bundling legacy-peer-deps link long offline
  omit-lockfile-registry-resolved optional package-lock package-lock-only parseable prefer-offline prefer-online production progress
  read-only rebuild-bundle save save-bundle save-dev save-exact save-optional save-peer save-prod shrinkwrap sign-git-commit
  sign-git-tag strict-peer-deps strict-ssl timing unicode update-notifier usage version versions workspaces workspaces-update yes`);

export const npmValueOptions = words(`
  _auth access also audit-level auth-type before ca cache cache-max cache-min cafile call cert cidr depth diff diff-dst-prefix
  diff-src-prefix diff-unified editor fetch-retries fetch-retry-factor fetch-retry-maxtimeout fetch-retry-mintimeout fetch-timeout git
  globalconfig heading https-proxy include init-author-email init-author-name init-author-url init-license init-module init-version
  init.author.email init.author.name init.author.url init.license init.module init.version key local-address location lockfile-version
  loglevel logs-dir logs-max maxsockets message node-options noproxy omit only otp pack-destination package prefix preid proxy registry
  replace-registry-host save-prefix scope script-shell searchexclude searchlimit searchopts searchstaleness shell tag
  tag-version-prefix umask user-agent userconfig viewer which workspace`);

/**
 * Options that take the next word in some of those versions only: `npx --min-release-age a b` starts `b` with npm 11.19 and
 * `a` with npm 11.6. `--browser` is here because it swallows even the `--` that npx puts before the package.
 */
export const npmUnsteadyOptions = words(`
  allow-directory allow-file allow-git allow-remote allow-scripts allow-scripts-pending allow-scripts-pin browser bypass-2fa ci-name cpu
  dangerously-allow-all-scripts expect-result-count expect-results expires include-attestations init-private init-type
  install-strategy libc min-release-age min-release-age-exclude name node-gyp node-version npm-version orgs orgs-permission os packages
  packages-all packages-and-scopes-permission password prefer-dedupe provenance provenance-file sbom-format sbom-type scopes
  sso-poll-frequency sso-type strict-allow-scripts tmp token-description`);

/** What npx alone takes out of its line, some of them with the next word. @see npm's bin/npx-cli.js */
export const npxRemovedOptions = words('always-spawn ignore-existing shell-auto-fallback npm node-arg n');

/** Short names of whole options. `p` differs between npm and npx. */
export const npmShorthands: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ c: 'call', w: 'workspace', C: 'prefix', L: 'location', m: 'message', reg: 'registry', 'enjoy-by': 'before' },
    ...{ desc: 'description', y: 'yes', f: 'force', g: 'global', l: 'long', a: 'all', n: 'no-yes', no: 'no-yes', local: 'no-global' },
    ...{ porcelain: 'parseable', h: 'usage', help: 'usage', H: 'usage', '?': 'usage', v: 'version', ws: 'workspaces', p: 'parseable' },
    ...{ iwr: 'include-workspace-root', S: 'save', B: 'save-bundle', D: 'save-dev', E: 'save-exact', O: 'save-optional', P: 'save-prod' },
    readonly: 'read-only',
  }),
);

/** Short names that stand for `--loglevel` with its value. */
export const npmLogLevels = words('d dd ddd q quiet s silent verbose');

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
