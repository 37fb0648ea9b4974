import { canonical } from './canonical.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import type { ItemKind } from './manifest.ts';

/**
 * What a listed item says, without the forms that SDKs give it: the same server, started with another version of its SDK,
 * writes the same tool in another form. Two items with one effective form say the same to a model, to a person and to a
 * client. Only tools have forms; every other item is its own effective form.
 *
 * Left out is only what is one of a closed set of values, so that nothing can be said in it:
 * - `execution`, when it is empty or `{"taskSupport": "forbidden"}`, which is what its absence means;
 * - `$schema` at the root of `inputSchema` and `outputSchema`, when it names a dialect that JSON Schema published;
 * - `additionalProperties` of a schema, when it is `true` or `{}`, which is what its absence means, unless the schema
 *   has `unevaluatedProperties`, for which it is something else;
 * - the order of `required`, when it is a list of different texts.
 *
 * A name is a keyword only where JSON Schema has keywords: a property that is called `$schema` or `required`, and values
 * in `default`, `enum`, `const` or `examples`, stay. So do `title` (models and people read it), annotations (clients act
 * on them), every unknown member, `additionalProperties: false`, and any other `execution` or `$schema`.
 *
 * @param item attacker-controlled.
 * @see MCP 2025-11-25, ToolExecution; JSON Schema 2020-12, 10.3.2.3
 */
export function effectiveItem(kind: ItemKind, item: JsonObject): JsonObject {
  if (kind !== 'tools') return item;
  const members = Object.entries(item).filter(([name, value]) => !(name === 'execution' && isDefaultExecution(value)));
  return Object.fromEntries(members.map(([name, value]) => [name, schemaMembers.has(name) ? effectiveRoot(value) : value]));
}

const schemaMembers: ReadonlySet<string> = new Set(['inputSchema', 'outputSchema']);

function isDefaultExecution(value: JsonValue): boolean {
  return ['{}', '{"taskSupport":"forbidden"}'].includes(canonical(value));
}

/** The identifiers of the published dialects that SDKs write. @see https://json-schema.org/specification-links */
const dialects: ReadonlySet<JsonValue> = new Set([
  'http://json-schema.org/draft-07/schema#',
  'http://json-schema.org/draft-07/schema',
  'https://json-schema.org/draft/2019-09/schema',
  'https://json-schema.org/draft/2020-12/schema',
]);

function effectiveRoot(schema: JsonValue): JsonValue {
  if (!isObject(schema)) return schema;
  const members = Object.entries(schema).filter(([name, value]) => !(name === '$schema' && dialects.has(value)));
  const isEvaluated = canonical(schema).includes('"unevaluatedProperties"');
  return effectiveSchema(Object.fromEntries(members), isEvaluated);
}

/** Keywords whose value is a schema, a list of schemas, or an object of schemas. What is not here is data. */
const oneSchema = new Set(['additionalProperties', 'items', 'contains', 'not', 'if', 'then', 'else', 'propertyNames']);
const listOfSchemas = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const mapOfSchemas = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);

function effectiveSchema(schema: JsonValue, isEvaluated: boolean): JsonValue {
  if (!isObject(schema)) return schema;
  const inner = (value: JsonValue) => effectiveSchema(value, isEvaluated);
  const members = Object.entries(schema).flatMap(([name, value]): [string, JsonValue][] => {
    if (name === 'additionalProperties' && !isEvaluated && allowsAnything(inner(value))) return [];
    if (name === 'required') return [[name, withoutOrder(value)]];
    if (oneSchema.has(name)) return [[name, inner(value)]];
    if (listOfSchemas.has(name) && Array.isArray(value)) return [[name, value.map(inner)]];
    if (mapOfSchemas.has(name) && isObject(value)) {
      return [[name, Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inner(one)]))]];
    }
    return [[name, value]];
  });
  return Object.fromEntries(members);
}

function allowsAnything(value: JsonValue): boolean {
  return value === true || (isObject(value) && Object.keys(value).length === 0);
}

function withoutOrder(value: JsonValue): JsonValue {
  if (!Array.isArray(value)) return value;
  const different = value.every((name) => typeof name === 'string') && new Set(value).size === value.length;
  return different ? value.toSorted() : value;
}
