import type { Node } from 'oxc-parser';
import type { JsonObject } from '../../model/json.ts';
import type { StaticItem } from '../../model/manifest.ts';
import type { Interpreter } from './interpreter.ts';
import { parametersOf } from './parameters.ts';
import { blockedOn, type Spot, unknown, type Value } from './values.ts';

export type StaticKind = 'tools' | 'prompts' | 'resources';

export interface FoundItem extends StaticItem {
  readonly kind: StaticKind;
  /** The file that registers it; it may be written down in another. */
  readonly file: string;
  /** The code holds several descriptions of it, and the run chooses. */
  readonly isChosen: boolean;
}

/** What one registration gives, and what keeps it from giving more. */
export interface BuiltItem {
  readonly built: FoundItem | null;
  readonly on: Node | null;
}

/** The parts of a definition, each as far as it can be read. */
export interface Parts {
  readonly name: Value;
  readonly title: Value;
  readonly description: Value;
  readonly schema: Value;
  readonly annotations: Value;
}

/** The protocol's own bound is softer; anything longer is no name. */
const toolName = /^[\w./:@-]{1,128}$/;
const maxNameLength = 512;
export const schemaMembers = [
  'inputSchema',
  'input_schema',
  'parameters',
  'schema',
  'paramsSchema',
  'inputShape',
  'argsSchema',
  'argsShape',
  'input',
] as const;

/** The item that these parts make. `at` = where its words are written, `by` = the registration. */
export function itemOf(it: Interpreter, kind: StaticKind, parts: Parts, at: Spot, by: Spot): BuiltItem {
  const { name } = parts;
  const on = blockedOn(name) ?? blockedOn(parts.description) ?? blockedOn(parts.schema);
  if (name.kind !== 'text') return { built: null, on };
  if (kind === 'tools' ? !toolName.test(name.text) : name.text === '' || name.text.length > maxNameLength) return { built: null, on: null };
  const { description } = parts;
  const isLiteral = [name, description].every((part) => part.kind !== 'text' || isWrittenIn(part.at, by));
  return {
    built: {
      kind,
      file: by.scope.module.path,
      name: name.text,
      title: parts.title.kind === 'text' ? parts.title.text : null,
      description: description.kind === 'text' ? description.text : null,
      parameters: kind === 'resources' ? [] : parametersOf(it, parts.schema),
      annotations: hints(parts.annotations),
      where: `${at.scope.module.path}:${at.scope.module.lineOf(at.node)}`,
      through: null,
      isChosen: description.kind === 'either' && description.values.filter(({ kind: said }) => said === 'text').length > 1,
      confidence: isLiteral ? 'literal' : 'resolved',
    },
    on,
  };
}

/** The parts of a definition that is one object (or an instance of a class), whatever the SDK calls them. */
export function partsOf(it: Interpreter, kind: StaticKind, value: Value): Parts {
  const first = (...names: readonly string[]): Value => names.map((name) => it.member(value, name)).find(isSaid) ?? unknown;
  const name = kind === 'resources' ? first('name', 'uri', 'uriTemplate') : first('name', 'toolName');
  const schema = first(...schemaMembers);
  const listed = kind === 'prompts' ? promptArguments(it, it.member(value, 'arguments')) : null;
  return {
    // Which caller or round would say the name is what has to be asked first.
    name: isSaid(name) ? name : it.member(value, 'name'),
    title: it.member(value, 'title'),
    description: it.member(value, 'description'),
    schema: listed ?? schema,
    annotations: it.member(value, 'annotations'),
  };
}

/** `arguments: [{ name, description }]` of a prompt, as the shape of a schema. */
function promptArguments(it: Interpreter, value: Value): Value | null {
  if (value.kind !== 'array') return null;
  const members = value.items.flatMap((item) => {
    const name = it.member(item(), 'name');
    return name.kind === 'text' ? [[name.text, item] as const] : [];
  });
  return { kind: 'record', members: new Map(members), open: value.open, at: value.at };
}

function isSaid(value: Value): boolean {
  return value.kind !== 'unknown' && value.kind !== 'outside' && value.kind !== 'absent';
}

function isWrittenIn({ node, scope }: Spot, by: Spot): boolean {
  const isPlain = node.type === 'Literal' || (node.type === 'TemplateLiteral' && node.expressions.length === 0);
  return isPlain && scope.module === by.scope.module && node.start >= by.node.start && node.end <= by.node.end;
}

/** Hints of plain values; null when there are none, or when one of them is made at run time. */
function hints(value: Value): JsonObject | null {
  if (value.kind !== 'record' || value.open || value.members.size === 0) return null;
  const found: [string, string | number | boolean | null][] = [];
  for (const [name, member] of value.members) {
    const said = member();
    if (said.kind === 'text') found.push([name, said.text]);
    else if (said.kind === 'constant') found.push([name, said.value]);
    else return null;
  }
  return Object.fromEntries(found);
}
