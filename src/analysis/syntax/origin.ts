/**
 * Where a value comes from, as a path: `module:fs promises.readFile` (no `node:`), `global:process.env`. A member that is computed
 * from something unknown is `*`.
 */
export type Origin = string;

/** Names that are the global object. */
export const globalObjects = new Set(['globalThis', 'global', 'window', 'self', 'root']);

/** Globals that can do something: see `identifier` in evaluate.ts. */
export const strongGlobals: ReadonlySet<string> = new Set(
  'globalThis global process require module eval Function fetch WebSocket EventSource XMLHttpRequest WebAssembly Worker Reflect Deno Bun'.split(
    ' ',
  ),
);

/** Wrappers that bundlers and compilers put around `require(…)`, and `promisify`: what goes in comes out. */
export const interopName = /import(?:Star|Default)|toESM|interop|_namespace$|promisify(?:All)?$/i;

/** True for `require` itself, however it was reached. */
export function isRequire(origin: Origin): boolean {
  return (
    origin === 'global:require' ||
    origin === 'global:module.require' ||
    origin.endsWith('.mainModule.require') ||
    origin === 'global:require.main.require'
  );
}

const variablePrefix = 'global:process.env.';

/** The origin of a module by its specifier. */
export function moduleOrigin(specifier: string): Origin {
  const name = specifier.replace(/^node:/, '').replaceAll(' ', '');
  return name === 'process' ? 'global:process' : `module:${name}`;
}

/** `default` is where the two module systems meet; it never changes what a module can do. */
export function memberOf(origin: Origin, member: string | null): Origin[] {
  if (member === 'default' || member === '__esModule') return [origin];
  if (origin === 'global:') return [`global:${member ?? '*'}`];
  if (member !== null && globalObjects.has(member) && origin.startsWith('global:') && !origin.includes('.')) return ['global:'];
  // A variable of the environment is a text: what is taken of it is one more part of the same read.
  if (origin.startsWith(variablePrefix) && origin.includes('.', variablePrefix.length)) return [origin];
  const separator = origin.startsWith('module:') && !origin.includes(' ') ? ' ' : '.';
  return [`${origin}${separator}${member ?? '*'}`];
}

/** Members of a global that no rule speaks of, behind a name: `Array.prototype.map` is told, what lies below is not. */
const maxWeakPath = 2;

/** False deep inside a global that can do nothing: there is nothing, and in a bundle such paths would crowd out what matters. */
export function isTelling(origin: Origin): boolean {
  if (!origin.startsWith('global:')) return true;
  const end = origin.indexOf('.');
  const root = origin.slice('global:'.length, end < 0 ? undefined : end);
  if (end < 0 || root === '' || root === '*' || strongGlobals.has(root)) return true;
  let members = 1;
  for (let at = origin.indexOf('.', end + 1); at >= 0; at = origin.indexOf('.', at + 1)) members++;
  return members <= maxWeakPath;
}
