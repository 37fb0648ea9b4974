import { canonical } from '../../model/canonical.ts';
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { boundEffect, isBound, type SchemaEffect, typeEffect } from './schema-bounds.ts';
import { resolveRef, type SchemaForm, schemaForm } from './schema-forms.ts';

export const schemaChangeKinds = [
  'parameter-added',
  'parameter-removed',
  'became-required',
  'became-optional',
  'type',
  'values',
  'bound',
  'open',
  'alternatives',
  'default',
  'other',
  'not-compared',
] as const;
export type SchemaChangeKind = (typeof schemaChangeKinds)[number];

/** One difference in what a schema allows. Names and values are attacker-controlled. */
export interface SchemaChange {
  /** The parameter as a person names it, `options.paths[]`; empty = the whole of it. */
  readonly parameter: string;
  readonly kind: SchemaChangeKind;
  /** The keyword that changed. */
  readonly keyword: string;
  readonly effect: SchemaEffect;
  /** null = there is none on that side. */
  readonly before: JsonValue;
  readonly after: JsonValue;
}

const maxDepth = 40;
const maxChanges = 300;
/** Pairs of schemas that are compared; a schema that refers to itself in many ways has no more. */
const maxPairs = 20_000;
/** Where they are texts on both sides, they are compared word by word elsewhere. */
const texts = new Set(['description', 'title', '$comment']);

interface Comparison {
  readonly before: JsonValue;
  readonly after: JsonValue;
  readonly changes: SchemaChange[];
  readonly seen: Set<string>;
  readonly ids: Map<JsonValue, number>;
}

/**
 * How what a tool takes (or returns) changed, by what the schemas allow, not by how they are written: order, dialect,
 * `const` for a one-valued `enum`, a type list for alternatives of types, and references are no difference. What is not
 * understood is `unclear`, never left out. Empty = the same. In reading order; at most 300.
 *
 * @see JSON Schema 2020-12
 */
export function diffSchemas(before: JsonValue, after: JsonValue): readonly SchemaChange[] {
  const comparison: Comparison = { before, after, changes: [], seen: new Set(), ids: new Map() };
  compare(before, after, '', 0, comparison);
  compareUnused(before, after, comparison);
  return comparison.changes.slice(0, maxChanges);
}

function compare(left: JsonValue, right: JsonValue, parameter: string, depth: number, all: Comparison): void {
  const [before, after] = [resolveRef(left, all.before), resolveRef(right, all.after)];
  const add = (change: Omit<SchemaChange, 'parameter'>) => push({ parameter, ...change }, all);
  if (before === undefined || after === undefined) {
    if (!same(left, right)) add({ kind: 'other', keyword: '$ref', effect: 'unclear', before: left, after: right });
    return;
  }
  if (before === after) return;
  // Only objects are themselves: `true` here and `true` there are two schemas.
  const pair = `${idOf(before, all)} ${idOf(after, all)}`;
  if (isObject(before) && isObject(after) && all.seen.has(pair)) return;
  all.seen.add(pair);
  if (depth > maxDepth || all.seen.size > maxPairs || all.changes.length > maxChanges) {
    if (!same(before, after)) add({ kind: 'not-compared', keyword: '', effect: 'unclear', before: null, after: null });
    return;
  }
  const [old, now] = [schemaForm(before), schemaForm(after)];
  compareTypes(old, now, add);
  compareAlternatives(old, now, parameter, depth, all, add);
  for (const keyword of [...new Set([...Object.keys(old.rest), ...Object.keys(now.rest)])].sort()) {
    const [was, is] = [own(old.rest, keyword), own(now.rest, keyword)];
    const isText = texts.has(keyword) && [was, is].every((value) => value === undefined || typeof value === 'string');
    if (isText || keyword === '$defs' || keyword === 'definitions' || keyword === '$ref') continue;
    if (keyword === 'properties' || keyword === 'patternProperties') compareMembers(keyword, was, is, now, parameter, depth, all);
    else if (keyword === 'required') continue;
    else if (isBound(keyword)) {
      if (!same(was, is)) add({ kind: 'bound', keyword, effect: boundEffect(keyword, was, is), before: was ?? null, after: is ?? null });
    } else if (keyword === 'default') {
      if (!same(was, is)) add({ kind: 'default', keyword, effect: 'unclear', before: was ?? null, after: is ?? null });
    } else if (keyword === 'items' || keyword === 'additionalProperties') compareOpen(keyword, was, is, parameter, depth, all);
    else if (!same(was, is)) add({ kind: 'other', keyword, effect: 'unclear', before: was ?? null, after: is ?? null });
  }
  compareRequired(old, now, parameter, all);
}

function compareTypes(old: SchemaForm, now: SchemaForm, add: (change: Omit<SchemaChange, 'parameter'>) => void): void {
  // A list of values says more than its type: `enum` beside `type: string` allows what `enum` alone allows.
  if (old.values === null || now.values === null) {
    const effect = typeEffect(typesOf(old), typesOf(now));
    if (effect !== 'neutral') add({ kind: 'type', keyword: 'type', effect, before: typesOf(old), after: typesOf(now) });
  }
  if (old.values === null && now.values === null) return;
  const more = now.values === null || now.values.some((value) => !holds(old.values, value));
  const less = old.values === null || old.values.some((value) => !holds(now.values, value));
  if (!more && !less) return;
  const effect = now.values === null ? 'wider' : old.values === null ? 'narrower' : more ? 'wider' : 'narrower';
  add({ kind: 'values', keyword: 'enum', effect, before: old.values, after: now.values });
}

/** The types of a form: those of its values or alternatives where it does not say them itself; null = any. */
function typesOf({ types, values, alternatives }: SchemaForm): readonly string[] | null {
  if (types !== null) return types;
  if (values === null) {
    const each = alternatives.map((one) => schemaForm(one).types);
    return each.length === 0 || each.includes(null) ? null : [...new Set(each.flatMap((one) => one ?? []))].sort();
  }
  return [...new Set(values.map((value) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)))];
}

function holds(values: readonly JsonValue[] | null, value: JsonValue): boolean {
  return values === null || values.some((one) => same(one, value));
}

/** Alternatives are a set. What is left over one to one is compared; anything else came or went. */
function compareAlternatives(
  old: SchemaForm,
  now: SchemaForm,
  parameter: string,
  depth: number,
  all: Comparison,
  add: (change: Omit<SchemaChange, 'parameter'>) => void,
): void {
  const gone = old.alternatives.filter((one) => !now.alternatives.some((other) => alike(one, other, all)));
  const come = now.alternatives.filter((one) => !old.alternatives.some((other) => alike(other, one, all)));
  const [was, is] = [gone[0], come[0]];
  if (gone.length === 1 && come.length === 1 && was !== undefined && is !== undefined) compare(was, is, parameter, depth + 1, all);
  else if (come.length > 0 || gone.length > 0) {
    const fromNone = old.alternatives.length === 0;
    const effect = fromNone || now.alternatives.length === 0 ? 'unclear' : come.length > 0 ? 'wider' : 'narrower';
    add({ kind: 'alternatives', keyword: 'anyOf', effect, before: gone, after: come });
  }
}

function alike(one: JsonValue, other: JsonValue, all: Comparison): boolean {
  const [was, is] = [resolveRef(one, all.before), resolveRef(other, all.after)];
  return was !== undefined && is !== undefined && same(was, is);
}

function compareMembers(
  keyword: string,
  was: JsonValue | undefined,
  is: JsonValue | undefined,
  now: SchemaForm,
  parameter: string,
  depth: number,
  all: Comparison,
): void {
  const [before, after] = [isObject(was) ? was : {}, isObject(is) ? is : {}];
  for (const name of [...new Set([...Object.keys(before), ...Object.keys(after)])]) {
    const [left, right] = [own(before, name), own(after, name)];
    const inner = keyword === 'properties' ? `${parameter}${parameter === '' ? '' : '.'}${name}` : `${parameter}{${name}}`;
    if (left !== undefined && right !== undefined) compare(left, right, inner, depth + 1, all);
    else if (right !== undefined)
      push(
        {
          parameter: inner,
          kind: 'parameter-added',
          keyword,
          effect: isRequired(now, name) ? 'unclear' : 'wider',
          before: null,
          after: right,
        },
        all,
      );
    else
      push(
        {
          parameter: inner,
          kind: 'parameter-removed',
          keyword,
          effect: 'narrower',
          before: left ?? null,
          after: null,
        },
        all,
      );
  }
}

/** Both sides name the member: only whether it must be given changed. */
function compareRequired(old: SchemaForm, now: SchemaForm, parameter: string, all: Comparison): void {
  const [was, is] = [requiredOf(old), requiredOf(now)];
  const inBoth = (name: string) => [old, now].every(({ rest }) => isObject(rest['properties']) && Object.hasOwn(rest['properties'], name));
  for (const name of [...new Set([...was, ...is])].sort()) {
    if (was.includes(name) === is.includes(name)) continue;
    // A parameter that came or went is told as such, with what it must be.
    const named = [old, now].some(({ rest }) => isObject(rest['properties']) && Object.hasOwn(rest['properties'], name));
    if (named && !inBoth(name)) continue;
    const kind = is.includes(name) ? 'became-required' : 'became-optional';
    const inner = `${parameter}${parameter === '' ? '' : '.'}${name}`;
    push(
      {
        parameter: inner,
        kind,
        keyword: 'required',
        effect: kind === 'became-required' ? 'unclear' : 'wider',
        before: was.includes(name),
        after: is.includes(name),
      },
      all,
    );
  }
}

function compareOpen(
  keyword: 'items' | 'additionalProperties',
  was: JsonValue | undefined,
  is: JsonValue | undefined,
  parameter: string,
  depth: number,
  all: Comparison,
): void {
  const inner = keyword === 'items' ? `${parameter}[]` : `${parameter}{}`;
  if (isObject(was) && isObject(is)) compare(was, is, inner, depth + 1, all);
  else if (!same(was, is)) {
    const effect = is === undefined || was === false ? 'wider' : was === undefined || is === false ? 'narrower' : 'unclear';
    push(
      { parameter: keyword === 'items' ? inner : parameter, kind: 'open', keyword, effect, before: was ?? null, after: is ?? null },
      all,
    );
  }
}

/** Definitions that nothing compared refers to: a model may read them all the same. */
function compareUnused(before: JsonValue, after: JsonValue, all: Comparison): void {
  const compared = new Set([...all.seen].map((pair) => pair.split(' ')[1]));
  for (const keyword of ['$defs', 'definitions']) {
    const [was, is] = [before, after].map((side) => (isObject(side) && isObject(side[keyword]) ? side[keyword] : {}));
    for (const name of Object.keys(is ?? {})) {
      const [left, right] = [own(was ?? {}, name), own(is ?? {}, name)];
      if (right === undefined || (left !== undefined && same(left, right)) || compared.has(String(all.ids.get(right)))) continue;
      push({ parameter: name, kind: 'other', keyword, effect: 'unclear', before: left ?? null, after: right }, all);
    }
  }
}

function requiredOf({ rest }: SchemaForm): readonly string[] {
  const required = rest['required'];
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
}

function isRequired(form: SchemaForm, name: string): boolean {
  return requiredOf(form).includes(name);
}

function idOf(value: JsonValue, { ids }: Comparison): number {
  const held = ids.get(value);
  if (held !== undefined) return held;
  ids.set(value, ids.size);
  return ids.size - 1;
}

function push(change: SchemaChange, { changes }: Comparison): void {
  if (changes.length <= maxChanges) changes.push(change);
}

function same(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a === b) return true;
  try {
    return canonical(a) === canonical(b);
  } catch {
    return false;
  }
}

function own(object: JsonObject, member: string): JsonValue | undefined {
  return Object.hasOwn(object, member) ? object[member] : undefined;
}
