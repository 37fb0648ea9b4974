import { isObject, type JsonObject, type JsonValue } from './json.ts';

/** An argument that a client repeats in a header, where whoever stands between can read it. */
export interface MirroredParam {
  /** Members from `arguments` on. */
  readonly path: readonly string[];
  /** With its prefix, as the tool spells it. */
  readonly header: string;
}

/**
 * The arguments that a tool wants in headers, in the schema's order; empty = none. `why`: the tool breaks a rule about
 * them, and must not be called over HTTP.
 *
 * @param inputSchema attacker-controlled
 * @see MCP 2026-07-28, basic/transports, Custom Headers from Tool Parameters (SEP-2243)
 */
export function mirroredParams(inputSchema: JsonValue | undefined): readonly MirroredParam[] | { readonly why: string } {
  const found: MirroredParam[] = [];
  const why = isObject(inputSchema) ? fault(inputSchema, [], true, found) : null;
  return why === null ? found : { why };
}

const key = 'x-mcp-header';
/** Of one tool. */
const maxMirrored = 32;
/** The members that lead to one argument, in units together: they are remembered. */
const maxPathLength = 1_024;

function fault(schema: JsonObject, path: readonly string[], reachable: boolean, found: MirroredParam[]): string | null {
  if (Object.hasOwn(schema, key)) {
    const name = schema[key];
    if (!reachable || path.length === 0) return 'it wants something in a header that is no argument by itself';
    if (typeof name !== 'string' || !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/.test(name))
      return 'it wants an argument in a header of a name that no header can have';
    if (schema['type'] !== 'string' && schema['type'] !== 'integer' && schema['type'] !== 'boolean')
      return 'it wants an argument in a header that is neither text, a whole number nor a yes or no';
    const header = `Mcp-Param-${name}`;
    if (found.some((other) => other.header.toLowerCase() === header.toLowerCase())) return 'it wants two arguments in one header';
    if (found.length === maxMirrored) return `it wants more than ${maxMirrored} arguments in headers`;
    if (path.join('').length > maxPathLength) return 'it wants an argument in a header whose name is too long';
    found.push({ path, header });
  }
  const { properties } = schema;
  for (const [name, inner] of isObject(properties) ? Object.entries(properties) : []) {
    const why = isObject(inner) ? fault(inner, [...path, name], reachable, found) : null;
    if (why !== null) return why;
  }
  for (const keyword of elsewhere) {
    for (const inner of schemasIn(schema[keyword], named.has(keyword))) {
      const why = fault(inner, path, false, found);
      if (why !== null) return why;
    }
  }
  return null;
}

/** Keywords below which a value is no argument by itself. @see JSON Schema 2020-12, Core §10, §8.2.4 */
const elsewhere = [
  ...['items', 'prefixItems', 'contains', 'additionalProperties', 'unevaluatedProperties', 'unevaluatedItems', 'propertyNames'],
  ...['patternProperties', 'dependentSchemas', 'oneOf', 'anyOf', 'allOf', 'not', 'if', 'then', 'else', '$defs', 'definitions'],
];
/** Those that hold schemas by name. */
const named = new Set(['patternProperties', 'dependentSchemas', '$defs', 'definitions']);

function schemasIn(value: JsonValue | undefined, byName: boolean): readonly JsonObject[] {
  const all = Array.isArray(value) ? value : isObject(value) && byName ? Object.values(value) : [value];
  return all.filter((one): one is JsonObject => isObject(one));
}
