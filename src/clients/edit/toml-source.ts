import { parse as parseToml, TomlDate, TomlError } from 'smol-toml';
import { GuardError } from '../../model/errors.ts';
import { isObject, type JsonValue } from '../../model/json.ts';
import { limits } from '../../model/limits.ts';
import type { ParsedText, TextPath } from './editable-text.ts';
import { valueAt } from './json-value.ts';
import { type TomlTable, tablesAbout } from './toml-tree.ts';

/** A text with its value, and with its tables once an edit asks for them. */
export interface Source extends ParsedText {
  readonly text: string;
  /** @throws GuardError as `tablesAbout`. */
  tables(path: TextPath): readonly TomlTable[];
}

/** Never throws: what is wrong stands in `problems`. */
export function sourceOf(text: string): Source {
  let known: { readonly top: TextPath[number] | undefined; readonly tables: readonly TomlTable[] } | null = null;
  return {
    text,
    ...parse(text),
    tables([top]) {
      if (known === null || known.top !== top) known = { top, tables: tablesAbout(text, top) };
      return known.tables;
    },
  };
}

function parse(text: string): ParsedText {
  try {
    const value = fromToml(parseToml(text, { integersAsBigInt: 'asNeeded', maxDepth: limits.jsonMaxDepth }), 0);
    return { value, problems: [], duplicates: [] };
  } catch (cause) {
    if (cause instanceof TomlError) {
      // Its message quotes the text, which may hold secrets.
      return failed(`not valid TOML in line ${cause.line}, column ${cause.column}`);
    }
    if (cause instanceof RangeError) return failed(`nested deeper than ${limits.jsonMaxDepth}`);
    throw cause;
  }
}

function failed(message: string): ParsedText {
  return { value: undefined, problems: [{ message }], duplicates: [] };
}

function fromToml(value: unknown, depth: number): JsonValue {
  if (depth > limits.jsonMaxDepth) throw new RangeError('too deep');
  if (typeof value === 'bigint') return `${value}`;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value instanceof TomlDate) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => fromToml(item, depth + 1));
  if (typeof value !== 'object' || value === null) return value as JsonValue;
  const object: Record<string, JsonValue> = Object.create(null);
  for (const [name, member] of Object.entries(value)) object[name] = fromToml(member, depth + 1);
  return object;
}

/** The value at a path. @throws GuardError `config-invalid` when the text is not valid. */
export function existing({ value, problems }: Source, path: TextPath): JsonValue | undefined {
  const [problem] = problems;
  if (problem !== undefined) throw invalid(problem.message);
  return valueAt(value, path);
}

/** TOML has no null: a member that is null is not there. */
export function withoutNull(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(withoutNull);
  if (!isObject(value)) return value;
  const kept: Record<string, JsonValue> = Object.create(null);
  for (const [name, member] of Object.entries(value)) if (member !== null) kept[name] = withoutNull(member);
  return kept;
}

/** A text that cannot be edited. `why`: lower case, never the text itself. */
export function invalid(why: string): GuardError {
  return new GuardError('config-invalid', 'the file cannot be edited', { why });
}
