import type { PackageFile } from '../model/artifact.ts';
import type { StaticItem, StaticManifest } from '../model/manifest.ts';
import { withReason } from './silence.ts';
import { dataItems } from './tools/data-files.ts';
import { makeInterpreter } from './tools/evaluate.ts';
import { forwardingIn } from './tools/forwarding.ts';
import type { FoundItem, StaticKind } from './tools/items.ts';
import { type Gap, registrationsIn } from './tools/registrations.ts';
import { type FoundInstructions, serversIn } from './tools/servers.ts';
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
  /** What the package does in place of naming tools; said only where none was found. */
  readonly instead: readonly Gap[];
  readonly instructions: readonly FoundInstructions[];
  /** Files with a handler that was read to the end: what merely looks like a tool is none of its server's. */
  readonly whole: readonly string[];
}

export const noTools: PackageTools = { items: [], gaps: [], instead: [], instructions: [], whole: [] };

/** What a dependency of the server registers, for a server whose own code registers nothing. */
export interface ToolsOfDependency {
  /** `name@version`. */
  readonly package: string;
  readonly tools: PackageTools;
  /** Its files that can run. */
  readonly reached: ReadonlySet<string>;
}

/**
 * Tools, prompts and resources that the files register under names that can be read without running them, sorted by
 * name. `gaps` says in words what is made at run time; while it is not empty the lists are a lower bound. Names and
 * descriptions are attacker-controlled.
 *
 * @param files all files of the package
 */
export function staticManifest(files: readonly PackageFile[]): StaticManifest {
  return serverManifest(packageTools(files), null, []);
}

/** Every registration in the files of one package. Never throws; the order of `files` does not matter. */
export function packageTools(files: readonly PackageFile[]): PackageTools {
  const offered = files.filter((file) => !besideTheServer.test(file.path)).sort((a, b) => (a.path < b.path ? -1 : 1));
  const data = offered.filter((file) => file.path.endsWith('.json'));
  const sources = makeSources(
    offered.filter((file) => sourceName.test(file.path)),
    data,
  );
  const it = makeInterpreter(sources);
  const found = sources
    .registering()
    .map((module) => ({ path: module.path, ...registrationsIn(it, module), servers: serversIn(it, module), shapes: shapesIn(it, module) }));
  const declared = dataItems(data);
  return {
    items: [...found.flatMap(({ items, servers, shapes }) => [...items, ...servers.items, ...shapes]), ...declared.items],
    gaps: [
      ...sources.unread().map(({ path, reason }) => ({ text: `${path} could not be read (${reason})`, file: path })),
      ...found.flatMap(({ gaps, servers }) => [...gaps, ...servers.gaps]),
      ...declared.gaps,
    ],
    instead: sources.texts().flatMap(({ path, text }) => forwardingIn(path, text)),
    instructions: found.flatMap(({ servers }) => servers.instructions),
    whole: found.flatMap(({ path, isWhole }) => (isWhole ? [path] : [])),
  };
}

/** True when the package itself registers no tool that can run: what it offers must come from elsewhere. */
export function registersNothing(own: PackageTools, reached: ReadonlySet<string> | null): boolean {
  return !running(own, reached).items.some(({ kind }) => kind === 'tools');
}

/** Packages that a server is built with: what they register themselves is nobody's tool. */
export const serverFrameworks: ReadonlySet<string> = new Set([
  '@modelcontextprotocol/sdk',
  '@modelcontextprotocol/server',
  '@modelcontextprotocol/client',
  '@modelcontextprotocol/core',
  '@modelcontextprotocol/ext-apps',
  'fastmcp',
  'mcp-framework',
  'mcp-proxy',
  'xmcp',
]);

/**
 * The server's list out of what its package registers in files that can run (`reached`; null = all of them), and, where
 * that is nothing, out of what its dependencies do. `reasons` say why the list may be empty, the most telling first.
 */
export function serverManifest(
  own: PackageTools,
  reached: ReadonlySet<string> | null,
  dependencies: readonly ToolsOfDependency[],
  reasons: readonly string[] = [],
): StaticManifest {
  const through = registersNothing(own, reached) ? dependencies : [];
  const parts = [
    running(own, reached),
    ...through.map(({ package: name, tools, reached: files }) => {
      const { items, gaps, instead, instructions } = running(tools, files);
      const named = (gap: Gap): Gap => ({ ...gap, text: `${name}: ${gap.text}` });
      return { items: items.map((item) => ({ ...item, through: name })), gaps: gaps.map(named), instead: instead.map(named), instructions };
    }),
  ];
  const items = parts.flatMap((part) => part.items);
  const all = (kind: StaticKind): readonly StaticItem[] => distinct(items.filter((item) => item.kind === kind));
  const told = parts.flatMap(({ instructions }) => instructions);
  const texts = [...new Map(told.map(({ text, where }) => [text, where])).entries()];
  const [instructions] = texts;
  const several = texts.length > 1 ? ['the instructions are one of several, chosen at run time'] : [];
  const found: StaticManifest = {
    tools: all('tools'),
    prompts: all('prompts'),
    resources: all('resources'),
    instructions: instructions === undefined ? null : { text: instructions[0], where: instructions[1] },
    gaps: [...new Set([...parts.flatMap((part) => part.gaps.map(({ text }) => text)), ...items.flatMap(chosen), ...several])].sort(),
  };
  return withReason(found, [...parts.flatMap(({ instead }) => instead.map(({ text }) => text)), ...reasons]);
}

/** What stands in files that can run. A table of data runs nowhere: whether it is read is a guess anyway. */
function running(found: PackageTools, reached: ReadonlySet<string> | null): PackageTools {
  const canRun = ({ file }: { readonly file: string }): boolean =>
    reached === null || reached.has(file) || file === '' || file.endsWith('.json');
  const gaps = found.gaps.filter(canRun);
  const whole = found.whole.filter((file) => canRun({ file }));
  const isWhole = whole.length > 0 && gaps.length === 0;
  return {
    items: found.items.filter((item) => canRun(item) && !(isWhole && item.kind === 'tools' && item.confidence === 'guessed')),
    gaps,
    instead: found.instead.filter(canRun),
    instructions: found.instructions.filter(canRun),
    whole,
  };
}

/** Said, because only one of the descriptions can be shown, and another may be the one that counts. */
function chosen({ isChosen, name, where }: FoundItem): readonly string[] {
  return isChosen ? [`the description of ${name} is one of several, chosen at run time (${where})`] : [];
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
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ kind: _, file: __, isChosen: ___, ...item }) => item);
}
