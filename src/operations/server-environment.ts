/** Options of Node that load code; in every spelling that NODE_OPTIONS takes. */
const loadsCode = /(^|\s)["']?(-r\b|--require\b|--import\b|--loader\b|--experimental-loader\b|--env-file)/;

/**
 * The environment that a server is started with: the client's own, without the variables that would make Node load code
 * that is not in the tree. `removed` names them, sorted; values are never shown.
 */
export function serverEnvironment(env: Readonly<Record<string, string>>): {
  readonly env: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
} {
  const removed = Object.entries(env)
    .filter(([name, value]) => steers(name.toUpperCase(), value))
    .map(([name]) => name)
    .sort();
  return { env: Object.fromEntries(Object.entries(env).filter(([name]) => !removed.includes(name))), removed };
}

/** Windows does not tell names apart by case. */
function steers(name: string, value: string): boolean {
  return (name === 'NODE_OPTIONS' && loadsCode.test(value)) || (name === 'NODE_PATH' && value !== '');
}
