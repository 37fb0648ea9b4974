import type { PackageFile } from '../../model/artifact.ts';
import type { StaticItem, StaticManifest, StaticText } from '../../model/manifest.ts';
import { type FoundItem, registrationsIn, type StaticKind } from './tools/registrations.ts';
import { makeTrees, makeViews } from './views.ts';

/** Words that every file with a registration holds: parsing the others would only cost time. */
const mayRegister = /\btool|Tool\b|prompt|resource|FastMCP|FastApiMCP|from_openapi|\binstructions\b/i;
/** Names in tests and examples are not offered to anybody. */
const besideTheServer = /(?:^|\/)(?:tests?|testing|examples?|docs|benchmarks)\/|(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest)\.py$/;
const rank = { literal: 2, resolved: 1, guessed: 0 } as const;

/**
 * Tools, prompts and resources that the Python files of a package register under names that can be read without running
 * them, sorted by name: FastMCP's decorators and methods, and the types of the low-level server. `gaps` says in words what
 * is made at run time; while it is not empty the lists are a lower bound. Names and descriptions are attacker-controlled.
 */
export function pythonStaticManifest(files: readonly PackageFile[]): StaticManifest {
  const python = files.filter(({ path }) => /\.pyw?$/.test(path) && !besideTheServer.test(path));
  const views = makeViews(makeTrees(new Map(python.map((file) => [file.path, file]))));
  const gaps = new Set<string>();
  const found: FoundItem[] = [];
  const instructions: StaticText[] = [];
  for (const { path, bytes } of [...python].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    if (!mayRegister.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'))) continue;
    const view = views.of(path);
    if (view === null) continue;
    if (typeof view === 'string') {
      gaps.add(`${path} could not be read (${view})`);
      continue;
    }
    if (view.parsed.badLines.length > 0) gaps.add(`${path} could not be read in full (line ${view.parsed.badLines.join(', ')})`);
    const registered = registrationsIn(view, views);
    found.push(...registered.items);
    for (const gap of registered.gaps) gaps.add(gap);
    instructions.push(...registered.instructions);
  }
  const [told] = instructions;
  if (new Set(instructions.map(({ text }) => text)).size > 1) gaps.add('the instructions are one of several, chosen at run time');
  const all = (kind: StaticKind): readonly StaticItem[] => distinct(found.filter((item) => item.kind === kind));
  return { tools: all('tools'), prompts: all('prompts'), resources: all('resources'), instructions: told ?? null, gaps: [...gaps].sort() };
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
