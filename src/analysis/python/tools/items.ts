import type { StaticItem } from '../../../model/manifest.ts';
import { definedName } from '../nodes.ts';
import type { Views } from '../views.ts';
import { annotationsOf, docstring, type Located, locate } from './definitions.ts';
import { parametersOf, promptArguments, schemaParameters } from './parameters.ts';
import { namedOf, type PlacedArgument, placedArguments, positionalOf } from './rows.ts';

export type StaticKind = 'tools' | 'prompts' | 'resources';

/** Something that is registered. */
export interface FoundItem extends StaticItem {
  readonly kind: StaticKind;
  /** The file whose code registers it. */
  readonly file: string;
  /** The server object that it is registered with, as a place; null = not known. */
  readonly server: string | null;
}

/** Where something is registered. */
export interface Spot {
  readonly file: string;
  /** `file:line`. */
  readonly where: string;
  readonly server: string | null;
}

/** Takes what is found. */
export interface Sink {
  readonly item: (item: FoundItem) => void;
  readonly gap: (text: string, spot: Spot) => void;
}

/** One function under its own name or the one that the arguments give; a gap where it is not known which. */
export function byFunction(
  kind: StaticKind,
  target: Located | undefined,
  args: readonly PlacedArgument[],
  spot: Spot,
  sink: Sink,
  views: Views,
): void {
  const located = target === undefined ? [] : locate(target, views);
  const functions = located.filter(({ node }) => node.type === 'FunctionDefinition');
  if (functions.length === 0) {
    // `Tool.from_function(run, name=…)`, `FunctionTool(…)`: the call has the name, or the function has.
    const spelled = located.filter((found) => found.node.type === 'CallExpression' && fromCall(kind, found, spot, sink, views));
    if (spelled.length === 0) sink.gap(`${kind} are registered under names that are made at run time in ${spot.where}`, spot);
    return;
  }
  // One name for several functions would be wrong for all but one.
  const named = functions.length > 1 ? [] : args.filter(({ name }) => name !== null);
  for (const definition of functions) register(kind, definition, named, spot, sink, views);
}

function fromCall(kind: StaticKind, { node, view }: Located, spot: Spot, sink: Sink, views: Views): boolean {
  const args = placedArguments(node, view, new Map(), views);
  const target = positionalOf(args)[0] ?? namedOf(args, ['fn', 'func']);
  const [definition] = target === undefined ? [] : locate(target, views).filter((found) => found.node.type === 'FunctionDefinition');
  if (definition !== undefined) {
    register(
      kind,
      definition,
      args.filter(({ name }) => name !== null),
      spot,
      sink,
      views,
    );
    return true;
  }
  const name = namedOf(args, ['name']);
  return name !== undefined && textAt(name) !== null && listedItem(kind, args, spot, sink, views);
}

/** One function, under its own name or the one that the arguments give. */
export function register(
  kind: StaticKind,
  definition: Located,
  args: readonly PlacedArgument[],
  spot: Spot,
  sink: Sink,
  views: Views,
): void {
  const [first] = positionalOf(args);
  const said = namedOf(args, ['name']) ?? (kind === 'resources' ? (namedOf(args, ['uri']) ?? first) : first);
  const name = said === undefined ? definedName(definition.node, definition.view.parsed.text) : textAt(said);
  if (name === null) {
    sink.gap(`${kind} are registered under names that are made at run time in ${spot.where}`, spot);
    return;
  }
  const description = namedOf(args, ['description']);
  const annotations = namedOf(args, ['annotations']);
  sink.item({
    kind,
    name,
    title: textAt(namedOf(args, ['title'])),
    description: description === undefined ? docstring(definition) : textAt(description),
    parameters: parametersOf(definition, views),
    annotations: annotations === undefined ? null : annotationsOf(annotations.node, annotations.view, views),
    where: `${definition.view.path}:${definition.view.parsed.lineOf(definition.node.from)}`,
    through: null,
    confidence: said === undefined || /String$/.test(said.node.type) ? 'literal' : 'resolved',
    file: spot.file,
    server: spot.server,
  });
}

/** `types.Tool(name=…, description=…, inputSchema=…)`. False = its name is not known, which is a gap. */
export function listedItem(kind: StaticKind, args: readonly PlacedArgument[], spot: Spot, sink: Sink, views: Views): boolean {
  const said = namedOf(args, ['name']) ?? namedOf(args, ['uri', 'uriTemplate']) ?? positionalOf(args)[0];
  const name = textAt(said);
  if (said === undefined || name === null) {
    sink.gap(`${kind} are made at run time in ${spot.where}`, spot);
    return false;
  }
  const schema = namedOf(args, ['inputSchema', 'input_schema', 'parameters']);
  const asked = kind === 'prompts' ? namedOf(args, ['arguments']) : undefined;
  const annotations = namedOf(args, ['annotations']);
  sink.item({
    kind,
    name,
    title: textAt(namedOf(args, ['title'])),
    description: textAt(namedOf(args, ['description'])),
    parameters:
      asked !== undefined ? promptArguments(asked, views) : schema === undefined ? [] : schemaParameters(schema.node, schema.view, views),
    annotations: annotations === undefined ? null : annotationsOf(annotations.node, annotations.view, views),
    where: spot.where,
    through: null,
    confidence: /String$/.test(said.node.type) ? 'literal' : 'resolved',
    file: spot.file,
    server: spot.server,
  });
  return true;
}

/** The one text that an expression is; null = none, or not known. */
export function textAt(at: Located | undefined): string | null {
  return at === undefined ? null : at.view.evaluator.text(at.node);
}
