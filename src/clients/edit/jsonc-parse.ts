import { createScanner, type Node, type ParseError, parseTree } from 'jsonc-parser';
import type { JsonValue } from '../../model/json.ts';
import { limits } from '../../model/limits.ts';
import type { Dialect, ParsedText, TextPath, TextProblem } from './edit-engine.ts';

/** jsonc-parser's `SyntaxKind`, which is a const enum that isolated modules cannot import. */
export const syntax = {
  openBrace: 1,
  closeBrace: 2,
  openBracket: 3,
  closeBracket: 4,
  comma: 5,
  lineComment: 12,
  blockComment: 13,
  lineBreak: 14,
  space: 15,
  end: 17,
} as const;

/** A parsed text with its syntax tree; the root is undefined when the text holds no value. */
export interface JsonTree extends ParsedText {
  readonly root: Node | undefined;
}

/** Parses as the dialect's client does. All text is attacker-controlled: depth is bounded before anything recurses. */
export function parseJsonTree(text: string, dialect: Dialect): JsonTree {
  const tooDeep = depthProblem(text);
  if (tooDeep !== null) return { root: undefined, value: undefined, problems: [tooDeep], duplicates: [] };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, {
    disallowComments: dialect === 'json',
    allowTrailingComma: dialect === 'jsonc',
    allowEmptyContent: true,
  });
  const problems = errors
    .slice(0, 1)
    .map(({ error, offset }) => ({ message: `${wording[error] ?? 'not valid'} ${position(text, offset)}` }));
  if (dialect === 'json' && problems.length === 0 && root !== undefined && !isStrict(text)) problems.push({ message: 'not valid JSON' });
  const duplicates: TextPath[] = [];
  const value = root === undefined ? undefined : jsonValue(root, [], duplicates);
  return { root, value, problems, duplicates };
}

function depthProblem(text: string): TextProblem | null {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (let token = scanner.scan(); token !== syntax.end; token = scanner.scan()) {
    if (token === syntax.openBrace || token === syntax.openBracket) {
      depth++;
      if (depth > limits.jsonMaxDepth)
        return { message: `nested deeper than ${limits.jsonMaxDepth} ${position(text, scanner.getTokenOffset())}` };
    }
    if (token === syntax.closeBrace || token === syntax.closeBracket) depth--;
  }
  return null;
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

/** The JSON value of a node of a tree without problems. */
export function jsonOf(node: Node): JsonValue {
  return jsonValue(node, [], []);
}

function jsonValue(node: Node, path: TextPath, duplicates: TextPath[]): JsonValue {
  const children = node.children ?? [];
  if (node.type === 'array') return children.map((child, index) => jsonValue(child, [...path, index], duplicates));
  if (node.type !== 'object') return (node.value ?? null) as JsonValue;
  const object: Record<string, JsonValue> = Object.create(null);
  const repeated = new Set<string>();
  for (const property of children) {
    const [key, value] = property.children ?? [];
    if (key === undefined || value === undefined) continue; // after a syntax error
    const name: string = key.value;
    if (Object.hasOwn(object, name) && !repeated.has(name)) {
      repeated.add(name);
      duplicates.push([...path, name]);
    }
    object[name] = jsonValue(value, [...path, name], duplicates);
  }
  return object;
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
