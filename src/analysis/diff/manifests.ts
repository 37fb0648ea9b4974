import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { type ItemKind, listings, type Manifest } from '../../model/manifest.ts';
import { findRenames, type Rename } from './renames.ts';
import { diffSchemas, type SchemaChange } from './schemas.ts';

export type FieldKind = 'text' | 'schema' | 'annotation' | 'other';

/** One difference inside an item; null = the side has no such field. Values are attacker-controlled. */
export interface FieldChange {
  /** JSON pointer (RFC 6901) inside the item; a prompt's arguments by their names, not by their places. */
  readonly path: string;
  readonly kind: FieldKind;
  readonly before: JsonValue;
  readonly after: JsonValue;
  /** True when the side has no such field, as opposed to a field that is null. */
  readonly absent: 'before' | 'after' | null;
}

/** A difference in what an item takes or gives back. */
export interface ItemSchemaChange extends SchemaChange {
  readonly of: 'takes' | 'returns';
}

export interface ItemsDiff {
  /** Names, sorted. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Sorted by the old name. What else changed in one is in `changed`, under its new name. */
  readonly renamed: readonly Rename[];
  readonly changed: readonly ItemChange[];
}

export interface ItemChange {
  /** The newer side's, where the item was renamed, too. */
  readonly name: string;
  /** Every difference as it is written. */
  readonly fields: readonly FieldChange[];
  /** What of it changes what the item takes or returns; empty while fields of kind `schema` are there = only the spelling. */
  readonly schema: readonly ItemSchemaChange[];
}

export interface ManifestDiff extends Readonly<Record<ItemKind, ItemsDiff>> {
  /** null = equal. */
  readonly instructions: { readonly before: string | null; readonly after: string | null } | null;
}

/** The words of one side. `views`: texts that only clients with other capabilities are shown. */
export type ManifestItems = Pick<Manifest, ItemKind | 'instructions'> & {
  readonly views?: Readonly<Record<ItemKind, readonly JsonObject[]>> & { readonly instructions: readonly string[] };
};

/** What a model would read differently. Order of items and of object members means nothing. */
export function diffManifests(before: ManifestItems, after: ManifestItems): ManifestDiff {
  const diff = (kind: ItemKind) => diffItems(kind, itemsOf(kind, before), itemsOf(kind, after));
  const [was, is] = [instructionsOf(before), instructionsOf(after)];
  return {
    tools: diff('tools'),
    prompts: diff('prompts'),
    resources: diff('resources'),
    resourceTemplates: diff('resourceTemplates'),
    instructions: was === is ? null : { before: was, after: is },
  };
}

/** What other clients are shown stands beside the rest under a name that says so. */
function itemsOf(kind: ItemKind, { views, ...words }: ManifestItems): readonly JsonObject[] {
  const { key } = listings[kind];
  const others = (views?.[kind] ?? []).map((item, at, all) => {
    const before = all.slice(0, at).filter((one) => one[key] === item[key]).length;
    return { ...item, [key]: `${String(item[key])} (other clients${before === 0 ? '' : `, ${before + 1}`})` };
  });
  return [...words[kind], ...others];
}

function instructionsOf({ instructions, views }: ManifestItems): string | null {
  const others = (views?.instructions ?? []).map((text) => `(other clients) ${text}`);
  return others.length === 0 ? instructions : [instructions ?? '', ...others].join('\n');
}

/** True when both sides say the same. */
export function isEmptyDiff(diff: ManifestDiff): boolean {
  const kinds = [diff.tools, diff.prompts, diff.resources, diff.resourceTemplates];
  return (
    diff.instructions === null &&
    kinds.every((kind) => kind.added.length + kind.removed.length + kind.renamed.length + kind.changed.length === 0)
  );
}

/** What differs inside one item, whatever names it; no fields = only the order of plain values in lists. */
export function diffItem(was: JsonObject, is: JsonObject): Pick<ItemChange, 'fields' | 'schema'> {
  return { fields: fieldChanges(was, is, '', []), schema: schemaChanges(was, is) };
}

function diffItems(kind: ItemKind, before: readonly JsonObject[], after: readonly JsonObject[]): ItemsDiff {
  const { key } = listings[kind];
  const [old, now] = [byName(before, key), byName(after, key)];
  const gone = [...old.keys()].filter((name) => !now.has(name)).sort();
  const come = [...now.keys()].filter((name) => !old.has(name)).sort();
  const renamed = findRenames(gone, come, old, now, key);
  const sameItem = new Map([...old, ...renamed.map(({ from, to }) => [to, { ...old.get(from), [key]: to }] as const)]);
  const changed = [...now.keys()].sort().flatMap((name) => {
    const [was, is] = [sameItem.get(name), now.get(name)];
    const fields = was === undefined || is === undefined ? [] : fieldChanges(was, is, '', []);
    return was === undefined || is === undefined || fields.length === 0 ? [] : [{ name, fields, schema: schemaChanges(was, is) }];
  });
  return {
    added: come.filter((name) => !renamed.some(({ to }) => to === name)),
    removed: gone.filter((name) => !renamed.some(({ from }) => from === name)),
    renamed,
    changed,
  };
}

function schemaChanges(was: JsonObject, is: JsonObject): readonly ItemSchemaChange[] {
  const sides = [
    ['takes', inputOf(was), inputOf(is)],
    ['returns', own(was, 'outputSchema') ?? true, own(is, 'outputSchema') ?? true],
  ] as const;
  return sides.flatMap(([of, before, after]) => diffSchemas(before, after).map((change) => ({ of, ...change })));
}

/** What an item takes as a schema; the arguments of a prompt as if they were one. */
function inputOf(item: JsonObject): JsonValue {
  const given = own(item, 'arguments');
  if (!Array.isArray(given)) return own(item, 'inputSchema') ?? true;
  const named = given.filter(isObject).flatMap((one) => (typeof one['name'] === 'string' ? [[one['name'], one] as const] : []));
  return {
    properties: Object.fromEntries(
      named.map(([name, one]) => [name, Object.fromEntries(Object.entries(one).filter(([key]) => key !== 'name' && key !== 'required'))]),
    ),
    required: named.flatMap(([name, one]) => (one['required'] === true ? [name] : [])),
  };
}

/** A name twice is refused when the listing is pinned; here the first stands, so that a diff can still be shown. */
function byName(items: readonly JsonObject[], key: string): ReadonlyMap<string, JsonObject> {
  const named = new Map<string, JsonObject>();
  for (const item of items) {
    const name = item[key];
    if (typeof name === 'string' && !named.has(name)) named.set(name, item);
  }
  return named;
}

function fieldChanges(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: string,
  found: FieldChange[],
): readonly FieldChange[] {
  if (isObject(before) && isObject(after)) {
    for (const member of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
      fieldChanges(own(before, member), own(after, member), `${path}/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`, found);
    }
  } else if (path === '/arguments' && hasNames(before) && hasNames(after)) {
    fieldChanges(byArgument(before), byArgument(after), path, found);
  } else if (Array.isArray(before) && Array.isArray(after) && !isSet(before, after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index++)
      fieldChanges(before[index], after[index], `${path}/${index}`, found);
  } else if (!equal(before, after)) {
    const absent = before === undefined ? 'before' : after === undefined ? 'after' : null;
    found.push({ path, kind: kindOf(path, before, after), before: before ?? null, after: after ?? null, absent });
  }
  return found;
}

/** Whether each has a name of its own: then its place means nothing. */
function hasNames(list: JsonValue | undefined): list is readonly JsonObject[] {
  if (!Array.isArray(list)) return false;
  const names = list.map((one: JsonValue) => (isObject(one) && typeof one['name'] === 'string' ? one['name'] : null));
  return !names.includes(null) && new Set(names).size === names.length;
}

function byArgument(list: readonly JsonObject[]): JsonObject {
  return Object.fromEntries(list.map(({ name, ...others }) => [String(name), others]));
}

/** `required` and `enum` are sets of plain values: shown whole, and equal in any order. */
function isSet(before: readonly JsonValue[], after: readonly JsonValue[]): boolean {
  return [...before, ...after].every((value) => typeof value === 'string' || typeof value === 'number');
}

function equal(before: JsonValue | undefined, after: JsonValue | undefined): boolean {
  if (Array.isArray(before) && Array.isArray(after)) {
    return before.length === after.length && new Set([...before, ...after].map(String)).size === new Set(before.map(String)).size;
  }
  return Object.is(before, after);
}

function own(object: JsonObject, member: string): JsonValue | undefined {
  return Object.hasOwn(object, member) ? object[member] : undefined;
}

/** `properties` names parameters, so a parameter called `description` is a schema, not a text. */
function kindOf(path: string, before: JsonValue | undefined, after: JsonValue | undefined): FieldKind {
  const steps = path.split('/').slice(1);
  const last = steps.at(-1) ?? '';
  const isText = [before, after].every((value) => value === undefined || typeof value === 'string');
  if (steps[0] === 'annotations') return last === 'title' ? 'text' : 'annotation';
  const isNamed =
    (steps.length === 2 && steps[0] === 'arguments') ||
    steps.at(-2) === 'properties' ||
    steps.at(-2) === '$defs' ||
    steps.at(-2) === 'definitions';
  if (isText && !isNamed && ['description', 'title', 'name', '$comment', 'examples', 'default'].includes(last)) return 'text';
  return steps[0] === 'inputSchema' || steps[0] === 'outputSchema' || steps[0] === 'arguments' ? 'schema' : 'other';
}
