import { type Node, type ParseError, parseTree } from 'jsonc-parser';
import type { JsonValue } from '../../model/json.ts';
import { limits } from '../../model/limits.ts';
import type { Dialect, ParsedText, TextPath, TextProblem } from './editable-text.ts';
import { parseJson5 } from './json5-parse.ts';

/** A parsed text with its syntax tree; the root is undefined when the text holds no value. */
export interface JsonTree extends ParsedText {
  readonly root: Node | undefined;
}

/** Parses as the dialect's client does. All text is attacker-controlled: depth is bounded. */
export function parseJsonTree(text: string, dialect: Dialect): JsonTree {
  if (dialect === 'json5') {
    const { root, problem } = parseJson5(text);
    return problem === null ? treeOf(text, root, []) : nothing({ message: `${problem.why} ${position(text, problem.offset)}` });
  }
  const errors: ParseError[] = [];
  const root = parseNodes(text, dialect, errors);
  if (root === 'too deep') return nothing({ message: `nested deeper than ${limits.jsonMaxDepth}` });
  const problems: TextProblem[] = errors
    .slice(0, 1)
    .map(({ error, offset }) => ({ message: `${wording[error] ?? 'not valid'} ${position(text, offset)}` }));
  if (dialect === 'json' && problems.length === 0 && root !== undefined && !isStrict(text)) problems.push({ message: 'not valid JSON' });
  return treeOf(text, root, problems);
}

function treeOf(text: string, root: Node | undefined, problems: readonly TextProblem[]): JsonTree {
  const walk: Walk = { duplicates: [], tooDeep: null };
  const value = root === undefined ? undefined : jsonValue(root, null, 0, walk);
  if (walk.tooDeep !== null) return nothing({ message: `nested deeper than ${limits.jsonMaxDepth} ${position(text, walk.tooDeep)}` });
  return { root, value, problems, duplicates: walk.duplicates };
}

/** jsonc-parser recurses; a text that is deep enough to run out of stack is far beyond the bound. */
function parseNodes(text: string, dialect: Dialect, errors: ParseError[]): Node | undefined | 'too deep' {
  try {
    return parseTree(text, errors, {
      disallowComments: dialect === 'json',
      allowTrailingComma: dialect === 'jsonc',
      allowEmptyContent: true,
    });
  } catch (cause) {
    if (cause instanceof RangeError) return 'too deep';
    throw cause;
  }
}

function nothing(problem: TextProblem): JsonTree {
  return { root: undefined, value: undefined, problems: [problem], duplicates: [] };
}

/** The clients of the strict dialect use JSON.parse; its error is dropped because V8 quotes the text in it. */
function isStrict(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

interface Walk {
  readonly duplicates: TextPath[];
  /** Offset of the first container that is nested too deep. */
  tooDeep: number | null;
}

/** The way from a value up to the root: paths are only written out for the few duplicates. */
interface Way {
  readonly segment: string | number;
  readonly up: Way | null;
}

/** The JSON value of a node of a tree without problems. */
export function jsonOf(node: Node): JsonValue {
  return jsonValue(node, null, 0, { duplicates: [], tooDeep: null });
}

function jsonValue(node: Node, way: Way | null, depth: number, walk: Walk): JsonValue {
  if (node.type !== 'object' && node.type !== 'array') return (node.value ?? null) as JsonValue;
  if (depth >= limits.jsonMaxDepth) {
    walk.tooDeep ??= node.offset;
    return null;
  }
  const children = node.children ?? [];
  if (node.type === 'array') return children.map((child, segment) => jsonValue(child, { segment, up: way }, depth + 1, walk));
  const object: Record<string, JsonValue> = Object.create(null);
  const repeated = new Set<string>();
  for (const property of children) {
    const [key, value] = property.children ?? [];
    if (key === undefined || value === undefined) continue; // after a syntax error
    const name: string = key.value;
    const here = { segment: name, up: way };
    if (Object.hasOwn(object, name) && !repeated.has(name)) {
      repeated.add(name);
      walk.duplicates.push(pathOf(here));
    }
    object[name] = jsonValue(value, here, depth + 1, walk);
  }
  return object;
}

function pathOf(way: Way): TextPath {
  const path: (string | number)[] = [];
  for (let at: Way | null = way; at !== null; at = at.up) path.unshift(at.segment);
  return path;
}

/** `in line 3, column 7`, counted from 1. */
function position(text: string, offset: number): string {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/);
  return `in line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
}

/** By jsonc-parser's `ParseErrorCode`. */
const wording: Readonly<Record<number, string>> = {
  1: 'a word that is not JSON',
  2: 'a number that is not JSON',
  3: 'a member name is missing',
  4: 'a value is missing',
  5: 'a colon is missing',
  6: 'a comma is missing',
  7: 'a closing brace is missing',
  8: 'a closing bracket is missing',
  9: 'text after the end of the document',
  10: 'a comment, which this client does not read',
  11: 'a comment that does not end',
  12: 'a string that does not end',
  13: 'a number that does not end',
  14: 'an invalid unicode escape',
  15: 'an invalid escape',
  16: 'a control character inside a string',
};
