import type { JsonObject, JsonValue } from '../../model/json.ts';
import { limits } from '../../model/limits.ts';
import { itemKinds, listings, type Manifest, type StaticItem, type StaticManifest } from '../../model/manifest.ts';

/** What a text is: names are compared, parameter names say what is asked for, everything else is read as prose. */
export type FieldKind = 'name' | 'parameter-name' | 'value' | 'prose';

/** One string that a server declares. All of it is attacker-controlled. */
export interface TextField {
  /** `tools/<name>`, `prompts/<name>`, … or `instructions`, `serverInfo`; an item without a name has its index. */
  readonly subject: string;
  /** JSON pointer into the item (into the value for `instructions` and `serverInfo`). @see RFC 6901 */
  readonly pointer: string;
  readonly kind: FieldKind;
  readonly text: string;
}

/** Everything of a manifest that can hold words. */
export type Words = Pick<Manifest, 'serverInfo' | 'instructions' | 'tools' | 'prompts' | 'resources' | 'resourceTemplates'>;

/**
 * Every string of a server at any depth, unknown members and `_meta` included, in listing order; member names count
 * where they name a parameter or are long enough to hold a sentence. `complete` is false when a bound cut the list.
 */
export function textFields(words: Words): { readonly fields: readonly TextField[]; readonly complete: boolean } {
  const found: Collected = { fields: [], left: limits.signalMaxFields, units: limits.signalMaxTotalChars };
  for (const kind of itemKinds) {
    for (const [index, item] of words[kind].entries()) {
      const name = item[listings[kind].key];
      collect(item, { subject: `${kind}/${typeof name === 'string' && name !== '' ? name : index}`, kind }, [], found);
    }
  }
  collect(words.instructions, { subject: 'instructions', kind: null }, [], found);
  collect(words.serverInfo, { subject: 'serverInfo', kind: null }, [], found);
  return { fields: found.fields, complete: found.left > 0 && found.units > 0 };
}

/** What the code of a server declares, in the shape that a running one would send. */
export function wordsOfCode(found: StaticManifest): Words {
  const items = (list: readonly StaticItem[], key: 'name' | 'uri'): readonly JsonObject[] => list.map((item) => itemOf(item, key));
  const { tools, prompts, resources } = found;
  return {
    serverInfo: null,
    instructions: found.instructions?.text ?? null,
    tools: items(tools, 'name'),
    prompts: items(prompts, 'name'),
    resources: items(resources, 'uri'),
    resourceTemplates: [],
  };
}

function itemOf({ name, title, description, parameters, annotations }: StaticItem, key: 'name' | 'uri'): JsonObject {
  const properties = parameters.map((parameter) => [parameter.name, { description: parameter.description, ...parameter.words }] as const);
  return { [key]: name, title, description, inputSchema: { properties: Object.fromEntries(properties) }, annotations };
}

interface Collected {
  readonly fields: TextField[];
  left: number;
  units: number;
}

interface Item {
  readonly subject: string;
  readonly kind: (typeof itemKinds)[number] | null;
}

function collect(value: JsonValue, item: Item, path: readonly string[], found: Collected): void {
  if (found.left <= 0 || found.units <= 0) return;
  if (typeof value === 'string') add(value, item, path, kindOf(item, path), found);
  else if (Array.isArray(value)) {
    for (const [index, inner] of value.entries()) collect(inner, item, [...path, String(index)], found);
  } else if (value !== null && typeof value === 'object') {
    for (const [member, inner] of Object.entries(value)) {
      const below = [...path, member];
      if (path.at(-1) === 'properties') add(member, item, below, 'parameter-name', found);
      if (member.length > longestMemberName || /\s/.test(member)) add(member, item, below, 'prose', found);
      collect(inner as JsonValue, item, below, found);
    }
  }
}

/** Longer member names, and those with spaces, are read as prose: nobody calls a field by a sentence. */
const longestMemberName = 30;

function add(text: string, { subject }: Item, path: readonly string[], kind: FieldKind, found: Collected): void {
  if (text === '' || isSchemaWord(text, path)) return;
  found.left -= 1;
  // Of one text no more is read than that.
  found.units -= Math.min(text.length, limits.signalMaxChars);
  found.fields.push({ subject, pointer: pointerOf(path), kind, text });
}

function pointerOf(path: readonly string[]): string {
  return path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function kindOf({ kind }: Item, path: readonly string[]): FieldKind {
  const [last = '', above = '', higher = ''] = path.toReversed();
  if (kind !== null && path.length === 1 && last === listings[kind].key) return 'name';
  if (kind === 'prompts' && last === 'name' && higher === 'arguments') return 'parameter-name';
  if (above === 'required') return 'parameter-name';
  if (['default', 'const'].includes(last) || ['enum', 'examples'].includes(above)) return 'value';
  return 'prose';
}

const schemaTypes = /^(?:string|number|integer|boolean|object|array|null)$/;

/** Words of JSON Schema itself say nothing to a model; anything else in their place does. */
function isSchemaWord(text: string, path: readonly string[]): boolean {
  const [last = '', above = ''] = path.toReversed();
  if (last === 'type' || above === 'type') return schemaTypes.test(text);
  return last === '$schema' && /^https?:\/\/json-schema\.org\/[\w/.#-]*$/.test(text);
}
