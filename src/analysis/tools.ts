import type { PackageFile } from '../model/artifact.ts';
import type { StaticItem, StaticManifest } from '../model/manifest.ts';
import { makeInterpreter } from './tools/evaluate.ts';
import type { FoundItem, StaticKind } from './tools/items.ts';
import { type Gap, registrationsIn } from './tools/registrations.ts';
import { shapesIn } from './tools/shapes.ts';
import { makeSources } from './tools/sources.ts';

const sourceName = /\.(?:[cm]?js|[cm]?ts)$/;
/** Names in tests and examples are not offered to anybody. */
const besideTheServer =
  /(?:^|\/)(?:__tests__|__mocks__|tests?|examples?|fixtures|node_modules)\/|\.(?:test|spec)\.[cm]?[jt]s$|\.d\.[cm]?ts$/;
const rank = { literal: 2, resolved: 1, guessed: 0 } as const;

/** What the files of one package register: plain data, a function of the bytes alone. */
export interface PackageTools {
  readonly items: readonly FoundItem[];
  readonly gaps: readonly Gap[];
}

/**
 * Tools, prompts and resources that the files register under names that can be read without running them, sorted by
 * name. `gaps` says in words what is made at run time; while it is not empty the lists are a lower bound. Names and
 * descriptions are attacker-controlled.
 *
 * @param files all files of the package, or only those that can run
 */
export function staticManifest(files: readonly PackageFile[]): StaticManifest {
  return manifestOf(packageTools(files));
}

/** Every registration in the files of one package. Never throws; the order of `files` does not matter. */
export function packageTools(files: readonly PackageFile[]): PackageTools {
  const beside = files.filter((file) => !besideTheServer.test(file.path));
  const sources = makeSources(
    beside.filter((file) => sourceName.test(file.path)),
    beside.filter((file) => file.path.endsWith('.json')),
  );
  const it = makeInterpreter(sources);
  const found = sources.registering().map((module) => ({ ...registrationsIn(it, module), shapes: shapesIn(it, module) }));
  return {
    items: found.flatMap(({ items, shapes }) => [...items, ...shapes]),
    gaps: [
      ...sources.unread().map(({ path, reason }) => ({ text: `${path} could not be read (${reason})`, file: path })),
      ...found.flatMap(({ gaps }) => gaps),
    ],
  };
}

function manifestOf({ items, gaps }: PackageTools): StaticManifest {
  const all = (kind: StaticKind): readonly StaticItem[] => distinct(items.filter((item) => item.kind === kind));
  return {
    tools: all('tools'),
    prompts: all('prompts'),
    resources: all('resources'),
    gaps: [...new Set(gaps.map(({ text }) => text))].sort(),
  };
}

/** One entry per name: the surest one, and of equals the first by place. */
function distinct(items: readonly FoundItem[]): readonly StaticItem[] {
  const byName = new Map<string, FoundItem>();
  for (const item of items) {
    const held = byName.get(item.name);
    const isBetter =
      held !== undefined && (rank[item.confidence] > rank[held.confidence] || (held.description === null && item.description !== null));
    if (held === undefined || isBetter) byName.set(item.name, item);
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ kind: _, file: __, ...item }) => item);
}
