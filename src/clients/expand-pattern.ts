import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { below } from './places.ts';

/** Folders that `**` stands for, at most; plugin caches are laid out as source/plugin/version. */
const anyFoldersMax = 4;

/**
 * The concrete paths of a pattern below a folder, in the order of names; a path without pattern is itself, whether or not
 * it exists. `visit` is told every folder that was listed: where a new match could appear.
 */
export async function expandPattern(
  path: string,
  pattern: readonly string[],
  host: Host,
  visit: (folder: string) => void = () => undefined,
): Promise<readonly string[]> {
  return expand(path, pattern, { host, visit, depth: 0 });
}

interface Expanding {
  readonly host: Host;
  readonly visit: (folder: string) => void;
  /** Folders that `**` stands for by now. */
  readonly depth: number;
}

async function expand(path: string, pattern: readonly string[], now: Expanding): Promise<readonly string[]> {
  const [segment, ...rest] = pattern;
  if (segment === undefined) return [path];
  if (segment === '**') {
    const here = await expand(path, rest, now);
    if (now.depth === anyFoldersMax) return here;
    const found = [...here];
    for (const name of await names(path, now)) {
      const folder = below(path, name);
      if (name !== 'node_modules' && (await statOrNull(folder, now.host))?.kind === 'directory')
        found.push(...(await expand(folder, pattern, { ...now, depth: now.depth + 1 })));
    }
    return found;
  }
  const star = segment.indexOf('*');
  if (star < 0) return expand(below(path, segment), rest, now);
  const [start, end] = [segment.slice(0, star), segment.slice(star + 1)];
  const found: string[] = [];
  for (const name of await names(path, now)) {
    if (name.length < segment.length - 1 || !name.startsWith(start) || !name.endsWith(end)) continue;
    found.push(...(await expand(below(path, name), rest, now)));
  }
  return found;
}

async function names(folder: string, { host, visit }: Expanding): Promise<readonly string[]> {
  visit(folder);
  return host.files.list(folder).catch((cause: unknown) => {
    if (cause instanceof GuardError) return [];
    throw cause;
  });
}

/** What is at a path; null also where that cannot be seen. */
export async function statOrNull(path: string, host: Host) {
  return host.files.stat(path).catch((cause: unknown) => {
    if (cause instanceof GuardError) return null;
    throw cause;
  });
}
