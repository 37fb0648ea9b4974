/**
 * npm's own command line options, which `npx` shares. From npm 11.19 (`@npmcli/config`, definitions), written down
 * because loading that table takes longer than a whole `list`.
 */
export const npmSwitches = words(`
  all allow-same-version audit bin-links browser bypass-2fa color commit-hooks dangerously-allow-all-scripts description dev
  diff-ignore-all-space diff-name-only diff-no-prefix diff-text dry-run engine-strict expect-results force foreground-scripts
  format-package-lock fund git-tag-version global global-style if-present ignore-scripts include-staged include-workspace-root
  include-attestations init-private install-links json legacy-bundling legacy-peer-deps link long offline
  omit-lockfile-registry-resolved optional package-lock package-lock-only parseable allow-scripts-pending allow-scripts-pin
  prefer-dedupe prefer-offline prefer-online production progress provenance read-only rebuild-bundle save save-bundle save-dev
  save-exact save-optional save-peer save-prod packages-all shrinkwrap sign-git-commit sign-git-tag strict-peer-deps
  strict-allow-scripts strict-ssl timing unicode update-notifier usage version versions workspaces workspaces-update yes`);

export const npmValueOptions = words(`
  _auth access allow-directory allow-file allow-git allow-remote allow-scripts also audit-level auth-type before ca cache cache-max
  cache-min cafile call cert cidr cpu depth diff diff-dst-prefix diff-src-prefix diff-unified editor expect-result-count expires
  fetch-retries fetch-retry-factor fetch-retry-maxtimeout fetch-retry-mintimeout fetch-timeout git globalconfig heading https-proxy
  include init-author-email init-author-name init-author-url init-license init-module init-type init-version init.author.email
  init.author.name init.author.url init.license init.module init.version install-strategy key libc local-address location
  lockfile-version loglevel logs-dir logs-max maxsockets message min-release-age min-release-age-exclude name node-gyp node-options
  noproxy omit only orgs orgs-permission os otp pack-destination package packages packages-and-scopes-permission password prefix preid
  provenance-file proxy registry replace-registry-host save-prefix sbom-format sbom-type scope scopes script-shell searchexclude
  searchlimit searchopts searchstaleness shell tag tag-version-prefix token-description umask user-agent userconfig viewer which
  workspace`);

/** Short names; those that stand for a switch with a fixed value are switches here. `p` differs between npm and npx. */
export const npmShorthands: Readonly<Record<string, string>> = {
  ...{ c: 'call', w: 'workspace', C: 'prefix', L: 'location', m: 'message', reg: 'registry', 'enjoy-by': 'before', desc: 'description' },
  ...{ y: 'yes', f: 'force', g: 'global', l: 'long', a: 'all', n: 'yes', no: 'yes', local: 'global', porcelain: 'parseable' },
  ...{ q: 'yes', quiet: 'yes', s: 'yes', silent: 'yes', d: 'yes', dd: 'yes', ddd: 'yes', verbose: 'yes' },
  ...{ h: 'usage', help: 'usage', H: 'usage', '?': 'usage', v: 'version', ws: 'workspaces', iwr: 'include-workspace-root' },
  ...{ S: 'save', B: 'save-bundle', D: 'save-dev', E: 'save-exact', O: 'save-optional', P: 'save-prod', readonly: 'read-only' },
};

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
