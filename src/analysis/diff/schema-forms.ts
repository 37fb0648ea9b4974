import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';

/** A schema with its variations of spelling taken away, so that only what it allows is compared. */
export interface SchemaForm {
  /** Sorted; null = any. `integer` stands beside `number` only where both are written. */
  readonly types: readonly string[] | null;
  /** Allowed values; null = any of the types. */
  readonly values: readonly JsonValue[] | null;
  /** `anyOf` and `oneOf` that are more than a list of types or values. */
  readonly alternatives: readonly JsonValue[];
  /** Every other keyword. */
  readonly rest: JsonObject;
}

/** What `z.int()` writes where no bound was meant. */
const noBound = new Set<JsonValue>([Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]);
/** Keywords that say what any schema without them says. */
const emptyMeansNothing: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  required: (value) => Array.isArray(value) && value.length === 0,
  properties: (value) => isObject(value) && Object.keys(value).length === 0,
  additionalProperties: (value) => value === true || (isObject(value) && Object.keys(value).length === 0),
  items: (value) => value === true || (isObject(value) && Object.keys(value).length === 0),
  minimum: (value) => noBound.has(value),
  maximum: (value) => noBound.has(value),
  minLength: (value) => value === 0,
  minItems: (value) => value === 0,
  uniqueItems: (value) => value === false,
};
/** The dialect says how to read a schema, and these are read alike; any other text there is a text. */
const dialect = /^https?:\/\/json-schema\.org\/draft(?:-0[4-7]|\/20\d\d-\d\d)\/schema#?$/;

/** The form of a schema; of a boolean or of anything that is no schema: that alone, as `rest.schema`. */
export function schemaForm(schema: JsonValue): SchemaForm {
  if (schema === true) return { types: null, values: null, alternatives: [], rest: {} };
  if (!isObject(schema)) return { types: null, values: null, alternatives: [], rest: { schema } };
  const { type, enum: values, const: only, anyOf, oneOf, nullable, ...others } = schema;
  const rest = Object.fromEntries(
    Object.entries(others).filter(([name, value]) => !isDialect(name, value) && emptyMeansNothing[name]?.(value) !== true),
  );
  const written = [anyOf, oneOf].find(Array.isArray);
  const both = Array.isArray(anyOf) && Array.isArray(oneOf);
  const choice = written === undefined ? null : listOf(written);
  const types = type === undefined ? (choice?.types ?? null) : typeList(type);
  return {
    types: types === null ? null : [...new Set(nullable === true ? [...types, 'null'] : types)].sort(),
    values: Array.isArray(values) ? values : only !== undefined ? [only] : (choice?.values ?? null),
    alternatives: both ? [...(anyOf as readonly JsonValue[]), { oneOf }] : choice === null ? (written ?? []) : [],
    rest,
  };
}

function isDialect(name: string, value: JsonValue): boolean {
  return name === '$schema' && typeof value === 'string' && dialect.test(value);
}

/** Alternatives that are only types, or only values; null when they are more. */
function listOf(alternatives: readonly JsonValue[]): Pick<SchemaForm, 'types' | 'values'> | null {
  const keys = (one: JsonValue) => (isObject(one) ? Object.keys(one).sort().join(' ') : '');
  if (alternatives.length > 0 && alternatives.every((one) => keys(one) === 'type'))
    return { types: alternatives.flatMap((one) => (isObject(one) ? (typeList(one['type'] ?? null) ?? []) : [])), values: null };
  if (alternatives.length > 0 && alternatives.every((one) => ['const', 'const type', 'enum', 'enum type'].includes(keys(one)))) {
    const forms = alternatives.map(schemaForm);
    return { types: [...new Set(forms.flatMap(({ types }) => types ?? []))], values: forms.flatMap(({ values }) => values ?? []) };
  }
  return null;
}

function typeList(type: JsonValue): readonly string[] | null {
  if (typeof type === 'string') return [type];
  return Array.isArray(type) && type.every((one) => typeof one === 'string') ? type : null;
}

/** What a local `$ref` points to, followed at most 32 times; undefined when it points nowhere in this document. */
export function resolveRef(schema: JsonValue, root: JsonValue): JsonValue | undefined {
  let at: JsonValue | undefined = schema;
  for (let steps = 0; steps < 32; steps++) {
    const ref: JsonValue | undefined = isObject(at) ? at['$ref'] : undefined;
    if (typeof ref !== 'string') return at;
    const beside: readonly (readonly [string, JsonValue])[] = isObject(at) ? Object.entries(at).filter(([name]) => name !== '$ref') : [];
    const found: JsonValue | undefined = ref === '#' ? root : ref.startsWith('#/') ? pointed(root, ref.slice(2)) : undefined;
    if (found === undefined) return undefined;
    at = beside.length > 0 && isObject(found) ? { ...found, ...Object.fromEntries(beside) } : found;
  }
  return undefined;
}

/** @see RFC 6901 */
function pointed(root: JsonValue, pointer: string): JsonValue | undefined {
  return pointer.split('/').reduce<JsonValue | undefined>((value, token) => {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    return value !== undefined && value !== null && typeof value === 'object' && Object.hasOwn(value, name)
      ? (value as JsonObject)[name]
      : undefined;
  }, root);
}
