import { posix } from 'node:path';
import type { PackageFile } from '../model/artifact.ts';
import type { StaticItem, StaticManifest } from '../model/manifest.ts';
import { collectBindings } from './syntax/bindings.ts';
import { parseSource } from './syntax/parse.ts';
import type { ModuleView } from './tools/objects.ts';
import { type FoundItem, registrationsIn, type StaticKind } from './tools/registrations.ts';

/** Words that every file with a registration holds: parsing the others would only cost time. */
const mayRegister = /tool|prompt|resource|inputSchema/i;
const sourceName = /\.(?:[cm]?js|[cm]?ts)$/;
/** Names in tests and examples are not offered to anybody. */
const besideTheServer =
  /(?:^|\/)(?:__tests__|__mocks__|tests?|examples?|fixtures|node_modules)\/|\.(?:test|spec)\.[cm]?[jt]s$|\.d\.[cm]?ts$/;
const rank = { literal: 2, resolved: 1, guessed: 0 } as const;

/**
 * Tools, prompts and resources that the files register under names that can be read without running them, sorted by
 * name. `gaps` says in words what is made at run time; while it is not empty the lists are a lower bound. Names and
 * descriptions are attacker-controlled.
 *
 * @param files all files of the package, or only those that can run
 */
export function staticManifest(files: readonly PackageFile[]): StaticManifest {
  const modules = makeModules(files.filter((file) => sourceName.test(file.path) && !besideTheServer.test(file.path)));
  const gaps = new Set<string>();
  const found: FoundItem[] = [];
  for (const [path, load] of [...modules].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const module = load();
    if (module === null) continue;
    if (typeof module === 'string') {
      gaps.add(`${path} could not be read (${module})`);
      continue;
    }
    const registered = registrationsIn(module);
    found.push(...registered.items);
    for (const gap of registered.gaps) gaps.add(gap);
  }
  const all = (kind: StaticKind): readonly StaticItem[] => distinct(found.filter((item) => item.kind === kind));
  return { tools: all('tools'), prompts: all('prompts'), resources: all('resources'), gaps: [...gaps].sort() };
}

type Load = () => ModuleView | string | null;

function makeModules(files: readonly PackageFile[]): ReadonlyMap<string, Load> {
  const parsed = new Map<string, ModuleView | string>();
  const byPath = new Map(files.map((file) => [file.path, file]));
  const decoder = new TextDecoder();

  function parse(file: PackageFile): ModuleView | string {
    const before = parsed.get(file.path);
    if (before !== undefined) return before;
    const source = parseSource(file.path, file.bytes);
    const module: ModuleView | string =
      typeof source === 'string'
        ? source
        : {
            path: file.path,
            program: source.program,
            bindings: collectBindings(source.program),
            lineOf: (node) => source.lineOf(node.start),
            resolve: (specifier) => resolve(specifier, file.path),
          };
    parsed.set(file.path, module);
    return module;
  }

  function resolve(specifier: string, from: string): ModuleView | null {
    if (!specifier.startsWith('.')) return null;
    const wanted = posix.normalize(posix.join(posix.dirname(from), specifier));
    const candidates = [
      wanted,
      ...['.js', '.mjs', '.cjs', '.ts', '/index.js', '/index.ts'].map((end) => wanted + end),
      wanted.replace(/\.([cm]?)js$/, '.$1ts'),
    ];
    const file = candidates.map((candidate) => byPath.get(candidate)).find((candidate) => candidate !== undefined);
    const module = file === undefined ? null : parse(file);
    return typeof module === 'string' ? null : module;
  }

  return new Map(files.map((file) => [file.path, () => (mayRegister.test(decoder.decode(file.bytes)) ? parse(file) : null)]));
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
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ kind: _, ...item }) => item);
}
