import type { StaticManifest } from '../model/manifest.ts';
import type { PackageFacts } from './package.ts';
import { isNamedServer, speaksProtocol } from './protocol.ts';

/** Native files that other code loads are no programs. */
const library = /\.(?:node|wasm|so|dylib|dll)$/;
/** How a package is called that holds a program for one platform. */
const forPlatform = /linux|darwin|macos|win32|windows/;

/**
 * The list with a reason beside it where it would be empty without a word. Reasons in order of how much they say; null and
 * an empty list leave the silence: what is no server has no tools.
 */
export function withReason(found: StaticManifest, reasons: readonly string[]): StaticManifest {
  const [reason] = reasons;
  const isSilent = found.tools.length === 0 && !found.gaps.some((gap) => /\btools? /.test(gap));
  return isSilent && reason !== undefined ? { ...found, gaps: [...found.gaps, reason].sort() } : found;
}

/** Why nothing in the code of a package may be a tool, as far as its closure says so, the most telling first. */
export function reasonsFor(root: PackageFacts, closure: readonly PackageFacts[]): readonly string[] {
  const speaks = speaksProtocol([...root.dependencies, ...closure.map(({ name }) => name)], 'npm');
  if (speaks) return [unfound];
  const place = nativeProgram(root, closure);
  if (place === null) return isNamedServer(root.name) ? [unfound] : [];
  return isNamedServer(root.name)
    ? [`tools stand in a native program, which is not read (${place})`]
    : [`no tool is named in what can be read, and a native program stands beside it (${place})`];
}

/** The last resort: it is a server, and nothing says where its tools are. */
export const unfound = 'no registration of a tool was found in the code that can run';

function nativeProgram(root: PackageFacts, closure: readonly PackageFacts[]): string | null {
  const own = root.natives.find((path) => !library.test(path));
  if (own !== undefined) return own;
  for (const name of root.dependencies.filter((dependency) => forPlatform.test(dependency))) {
    const pkg = closure.find((candidate) => candidate.name === name);
    const program = pkg?.natives.find((path) => !library.test(path));
    if (pkg !== undefined && program !== undefined) return `${name}@${pkg.version}: ${program}`;
  }
  return null;
}
