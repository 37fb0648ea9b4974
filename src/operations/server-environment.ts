/**
 * Options of NODE_OPTIONS that cannot bring code from outside the tree: memory, certificates, name resolution, warnings.
 * A list of what is harmless, because every version of Node adds ways to load code.
 */
const harmless = new RegExp(
  `^--(?:${[
    'max-(?:old-space|semi-space|http-header)-size(?:=\\d+)?',
    'stack-trace-limit(?:=\\d+)?',
    'use-(?:openssl|bundled|system)-ca',
    'tls-(?:min|max)-v1\\.[0-3]',
    'dns-result-order=\\w+',
    '(?:no-)?network-family-autoselection(?:-attempt-timeout=\\d+)?',
    '(?:no-)?(?:warnings|deprecation)',
    'disable-warning=[\\w-]+',
    'trace-(?:warnings|deprecation|uncaught|exit)',
    'unhandled-rejections=[\\w-]+',
    'enable-source-maps',
  ].join('|')})$`,
);

/**
 * The environment that a server is started with: the client's own, without the variables that could make Node load code
 * that is not in the tree. `removed` names them, sorted; values are never shown. Libraries that the system's loader puts
 * into every process (LD_PRELOAD) are not in here: they are in the guard itself already (docs/threat-model.md).
 */
export function serverEnvironment(env: Readonly<Record<string, string>>): {
  readonly env: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
} {
  const removed = Object.entries(env)
    .filter(([name, value]) => value !== '' && steers(name.toUpperCase(), value)) // Windows does not tell names apart by case
    .map(([name]) => name)
    .sort();
  return { env: Object.fromEntries(Object.entries(env).filter(([name]) => !removed.includes(name))), removed };
}

function steers(name: string, value: string): boolean {
  if (name === 'NODE_PATH' || name === 'NODE_COMPILE_CACHE') return true;
  return name === 'NODE_OPTIONS' && !optionsOf(value).every((option) => harmless.test(option));
}

/** Node takes `_` for `-` in names of options. Values that stand alone are no options, and so not harmless. */
function optionsOf(value: string): readonly string[] {
  return value
    .trim()
    .split(/\s+/)
    .filter((option) => option !== '')
    .map((option) => option.replace(/^[^=]+/, (name) => name.replaceAll('_', '-')));
}
