import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { below } from './places.ts';

/** Folders that `**` stands for, at most; plugin caches are laid out as source/plugin/version. */
const anyFoldersMax = 4;

/** Folders of tools, which no client looks into for servers, and which are large. */
const skipped: ReadonlySet<string> = new Set(['node_modules', '.git']);

export interface Expansion {
  readonly paths: readonly string[];
  /** Why these are not all; null = they are. Somebody who can write into a plugin's folder must not keep a listing busy. */
  readonly cut: string | null;
}

/**
 * The concrete paths of a pattern below a folder, in the order of names; a path without pattern is itself, whether or not
 * it exists. `visit` is told every folder that was listed: where a new match could appear. Links to folders are not
 * followed by `**`.
 */
export async function expandPattern(
  path: string,
  pattern: readonly string[],
  host: Host,
  visit: (folder: string) => void = () => undefined,
): Promise<Expansion> {
  const seen: Seen = { names: 0, paths: 0 };
  const paths = await expand(path, pattern, { host, visit, seen, depth: 0 });
  if (seen.names > limits.patternMaxNames) return { paths, cut: `more than ${limits.patternMaxNames} names are in it` };
  return { paths, cut: seen.paths > limits.patternMaxFiles ? `more than ${limits.patternMaxFiles} files of this kind are in it` : null };
}

/** What was looked at so far, in the whole expansion. */
interface Seen {
  names: number;
  paths: number;
}

interface Expanding {
  readonly host: Host;
  readonly visit: (folder: string) => void;
  readonly seen: Seen;
  /** Folders that `**` stands for by now. */
  readonly depth: number;
}

async function expand(path: string, pattern: readonly string[], now: Expanding): Promise<readonly string[]> {
  const [segment, ...rest] = pattern;
  if (segment === undefined) {
    now.seen.paths++;
    return now.seen.paths > limits.patternMaxFiles ? [] : [path];
  }
  if (segment === '**') {
    const here = await expand(path, rest, now);
    if (now.depth === anyFoldersMax) return here;
    const found = [...here];
    for (const name of await names(path, now)) {
      const folder = below(path, name);
      if (!skipped.has(name) && (await statOrNull(folder, now.host))?.kind === 'directory')
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

async function names(folder: string, { host, visit, seen }: Expanding): Promise<readonly string[]> {
  if (seen.names > limits.patternMaxNames) return [];
  visit(folder);
  const found = await host.files.list(folder).catch((cause: unknown) => {
    if (cause instanceof GuardError) return [];
    throw cause;
  });
  const left = limits.patternMaxNames - seen.names;
  seen.names += found.length;
  return found.slice(0, left);
}

/** What is at a path; null also where that cannot be seen. */
export async function statOrNull(path: string, host: Host) {
  return host.files.stat(path).catch((cause: unknown) => {
    if (cause instanceof GuardError) return null;
    throw cause;
  });
}

/** The host with a memory of folders and kinds, for one look at many patterns: several go through the same plugin cache. */
export function remembering(host: Host): Host {
  const [lists, stats] = [new Map<string, ReturnType<typeof host.files.list>>(), new Map<string, ReturnType<typeof host.files.stat>>()];
  const list = (folder: string) => lists.get(folder) ?? known(lists, folder, host.files.list(folder));
  const stat = (path: string) => stats.get(path) ?? known(stats, path, host.files.stat(path));
  return { ...host, files: { ...host.files, list, stat } };
}

function known<Answer>(answers: Map<string, Answer>, path: string, answer: Answer): Answer {
  answers.set(path, answer);
  return answer;
}
