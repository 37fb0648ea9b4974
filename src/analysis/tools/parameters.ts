import type { StaticParameter } from '../../model/manifest.ts';
import type { Interpreter } from './interpreter.ts';
import { listed } from './literals.ts';
import { parameterWords } from './parameter-words.ts';
import { type Thunk, unknown, type Value } from './values.ts';

/** How deep one schema may lead into another. */
const maxSteps = 24;
const maxParameters = 500;
const objects = /^(?:object|strictObject|looseObject|Object|strict_object)$/;
const converters =
  /^(?:zodToJsonSchema|toJSONSchema|toJsonSchema\w*|zodToJson\w*|toJsonSchemaCompat|jsonSchema|Optional|Readonly|Partial|Required)$/;

/**
 * The parameters that a schema declares: JSON Schema, a raw zod shape, zod (3, 4, mini), TypeBox, or one turned into
 * another. In source order; empty = none, or not readable.
 */
export function parametersOf(it: Interpreter, schema: Value): readonly StaticParameter[] {
  return [...shapeOf(it, schema, 0)].slice(0, maxParameters).map(([name, value]) => {
    const words = parameterWords(it, value());
    return { name, description: descriptionOf(it, value(), 0), ...(words === null ? {} : { words }) };
  });
}

type Shape = ReadonlyMap<string, Thunk>;
const noShape: Shape = new Map();

function shapeOf(it: Interpreter, schema: Value, steps: number): Shape {
  if (steps > maxSteps) return noShape;
  if (schema.kind === 'either') return schema.values.map((one) => shapeOf(it, one, steps + 1)).find(({ size }) => size > 0) ?? noShape;
  if (schema.kind === 'function') return shapeOf(it, it.call(schema, []), steps + 1);
  if (schema.kind === 'record') {
    const properties = it.member(schema, 'properties');
    if (properties.kind === 'record') return properties.members;
    const isSchema = schema.members.has('type') || schema.members.has('$schema') || schema.members.has('additionalProperties');
    return isSchema && it.member(schema, 'type').kind === 'text' ? noShape : schema.members;
  }
  if (schema.kind !== 'call') return noShape;
  const { name, on, args } = schema;
  const argument = (index: number): Value => args[index]?.() ?? unknown;
  if (objects.test(name)) return partOf(it, argument(0));
  if (converters.test(name) && args.length > 0) return shapeOf(it, argument(0), steps + 1);
  if (on === null) return noShape;
  if (name === 'preprocess') return shapeOf(it, argument(1), steps + 1);
  if (name === 'lazy') return shapeOf(it, argument(0), steps + 1);
  const before = shapeOf(it, on, steps + 1);
  if (/^(?:extend|safeExtend|merge|augment|and)$/.test(name)) return new Map([...before, ...shapeOf(it, argument(0), steps + 1)]);
  if (name === 'intersection' || name === 'Intersect') return new Map(args.flatMap((part) => [...shapeOf(it, part(), steps + 1)]));
  const chosen = argument(0);
  if (name === 'omit' && chosen.kind === 'record') return new Map([...before].filter(([key]) => !chosen.members.has(key)));
  if (name === 'pick' && chosen.kind === 'record') return new Map([...before].filter(([key]) => chosen.members.has(key)));
  if (/^(?:array|record|string|number|boolean|enum|union|literal|tuple|map|set)$/.test(name)) return noShape;
  return before;
}

function partOf(it: Interpreter, shape: Value): Shape {
  if (shape.kind === 'record') return shape.members;
  return shape.kind === 'call' && shape.name === '.shape' && shape.on !== null ? shapeOf(it, shape.on, 1) : noShape;
}

/** `.describe('…')`, `.meta({ description })`, `{ description }`: the one that is said last. */
function descriptionOf(it: Interpreter, value: Value, steps: number): string | null {
  if (steps > maxSteps) return null;
  if (value.kind === 'record') return textOf(it.member(value, 'description'));
  if (value.kind === 'either') return value.values.map((one) => descriptionOf(it, one, steps + 1)).find((text) => text !== null) ?? null;
  if (value.kind !== 'call') return null;
  const [first] = value.args;
  if (value.name === 'describe' && first !== undefined) return textOf(first());
  if (value.name === 'meta' && first !== undefined) {
    const said = textOf(it.member(first(), 'description'));
    if (said !== null) return said;
  }
  if (value.on !== null && value.on.kind === 'call') {
    const before = descriptionOf(it, value.on, steps + 1);
    if (before !== null) return before;
  }
  for (const argument of value.args) {
    const inner = argument();
    // `Type.String({ description })`, `optional(string().describe('…'))`.
    const said = inner.kind === 'record' && !objects.test(value.name) ? textOf(it.member(inner, 'description')) : null;
    if (said !== null) return said;
    if (inner.kind === 'call' && /^(?:optional|nullable|nullish|Optional|Readonly|preprocess|coerce|lazy)$/.test(value.name)) {
      return descriptionOf(it, inner, steps + 1);
    }
  }
  return null;
}

function textOf(value: Value): string | null {
  if (value.kind === 'either') {
    const texts = value.values.map(textOf);
    return texts.length === 1 ? (texts[0] ?? null) : null;
  }
  return value.kind === 'text' ? value.text : null;
}

/** True for a value that is a schema rather than hints about a tool. */
export function isSchema(it: Interpreter, value: Value): boolean {
  if (value.kind === 'call') return shapeOf(it, value, 0).size > 0;
  return value.kind === 'record' && [...value.members.values()].every((member) => listed(member()).items.length === 0);
}
