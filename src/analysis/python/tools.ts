import type { PackageFile } from '../../model/artifact.ts';
import type { StaticItem, StaticManifest, StaticText } from '../../model/manifest.ts';
import type { FoundItem, StaticKind } from './tools/items.ts';
import { underPrefixes } from './tools/mounts.ts';
import { noRegistrations, type PythonGap, registrationsIn } from './tools/registrations.ts';
import { makeTrees, makeViews } from './views.ts';

/** Words that every file with a registration holds: parsing the others would only cost time. */
const mayRegister = /tool|prompt|resource|FastMCP|MCPServer|FastApiMCP|from_openapi|\binstructions\b/i;
/** Names in tests and examples are not offered to anybody. */
const besideTheServer = /(?:^|\/)(?:tests?|testing|examples?|docs|benchmarks)\/|(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest)\.py$/;
const rank = { literal: 2, resolved: 1, guessed: 0 } as const;

/** What the files of one Python package register: plain data, a function of the bytes alone. */
export interface PythonTools {
  readonly items: readonly (StaticItem & { readonly kind: StaticKind; readonly file: string })[];
  readonly gaps: readonly PythonGap[];
  readonly instructions: readonly (StaticText & { readonly file: string })[];
}

/** Every registration in the Python files of one package. Never throws; the order of `files` does not matter. */
export function pythonTools(files: readonly PackageFile[]): PythonTools {
  const python = files.filter(({ path }) => /\.pyw?$/.test(path) && !besideTheServer.test(path));
  const views = makeViews(makeTrees(new Map(python.map((file) => [file.path, file]))));
  const found = noRegistrations();
  for (const { path, bytes } of [...python].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    if (!mayRegister.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'))) continue;
    const view = views.of(path);
    if (view === null) continue;
    if (typeof view === 'string') {
      found.gaps.push({ text: `${path} could not be read (${view})`, file: path });
      continue;
    }
    const bad = view.parsed.badLines;
    if (bad.length > 0) found.gaps.push({ text: `${path} could not be read in full (line ${bad.join(', ')})`, file: path });
    registrationsIn(view, found, views);
  }
  const uncalled = [...found.helpers].flatMap(([place, gap]) => (found.called.has(place) ? [] : [gap]));
  const items = underPrefixes(found.items, found.mounts).map(({ server: _, ...item }: FoundItem) => item);
  return { items, gaps: [...found.gaps, ...uncalled], instructions: found.instructions };
}

/**
 * The server's list out of what its package registers in files that can run (`reached`; null = all of them), sorted by name:
 * FastMCP's decorators and methods, and the types of the low-level server. `gaps` says in words what is made at run time;
 * while it is not empty the lists are a lower bound. Names and descriptions are attacker-controlled.
 */
export function pythonManifest(tools: PythonTools, reached: { has(path: string): boolean } | null): StaticManifest {
  const canRun = ({ file }: { readonly file: string }) => reached === null || file === '' || reached.has(file);
  const items = tools.items.filter(canRun);
  const gaps = new Set(tools.gaps.filter(canRun).map(({ text }) => text));
  const told = tools.instructions.filter(canRun);
  const [first] = told;
  if (new Set(told.map(({ text }) => text)).size > 1) gaps.add('the instructions are one of several, chosen at run time');
  const all = (kind: StaticKind): readonly StaticItem[] => distinct(items.filter((item) => item.kind === kind));
  const instructions = first === undefined ? null : { text: first.text, where: first.where };
  return { tools: all('tools'), prompts: all('prompts'), resources: all('resources'), instructions, gaps: [...gaps].sort() };
}

/** One entry per name: the surest one, and of equals the first by place. */
function distinct(items: PythonTools['items']): readonly StaticItem[] {
  const byName = new Map<string, PythonTools['items'][number]>();
  for (const item of items) {
    const held = byName.get(item.name);
    const isBetter =
      held !== undefined && (rank[item.confidence] > rank[held.confidence] || (held.description === null && item.description !== null));
    if (held === undefined || isBetter) byName.set(item.name, item);
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ kind: _kind, file: _file, ...item }) => item);
}
