import type { Node } from 'jsonc-parser';
import { limits } from '../../model/limits.ts';
import { gapPieceAt } from './json-gap.ts';
import { identifierAt, NotJson5, numberAt, stringAt } from './json5-token.ts';

/** The tree of a JSON5 text, in the shape of jsonc-parser's, and the first place where the text is not JSON5. */
export interface Json5Text {
  /** undefined when the text holds no value, or is not JSON5. */
  readonly root: Node | undefined;
  readonly problem: { readonly offset: number; readonly why: string } | null;
}

/** Parses what json5.org allows, and nothing else. Never throws, whatever the text is; depth is bounded. */
export function parseJson5(text: string): Json5Text {
  const cursor: Cursor = { text, at: 0 };
  try {
    skipGap(cursor);
    if (cursor.at === text.length) return { root: undefined, problem: null };
    const root = valueHere(cursor, 0, undefined);
    skipGap(cursor);
    if (cursor.at < text.length) throw new NotJson5(cursor.at, 'text after the end of the document');
    return { root, problem: null };
  } catch (cause) {
    if (cause instanceof NotJson5) return { root: undefined, problem: { offset: cause.offset, why: cause.why } };
    throw cause;
  }
}

interface Cursor {
  readonly text: string;
  at: number;
}

type Growing = { -readonly [Member in keyof Node]: Node[Member] };

function skipGap(cursor: Cursor): void {
  for (;;) {
    const piece = gapPieceAt(cursor.text, cursor.at, 'json5');
    if (piece === null) return;
    if (piece.kind === 'open-comment') throw new NotJson5(cursor.at, 'a comment that does not end');
    cursor.at = piece.end;
  }
}

function valueHere(cursor: Cursor, depth: number, parent: Node | undefined): Node {
  const { text, at } = cursor;
  const first = text[at];
  if (first === '{' || first === '[') {
    if (depth >= limits.jsonMaxDepth) throw new NotJson5(at, `nested deeper than ${limits.jsonMaxDepth}`);
    return first === '{' ? objectHere(cursor, depth, parent) : arrayHere(cursor, depth, parent);
  }
  if (first === '"' || first === "'") return stringHere(cursor, parent);
  const number = numberAt(text, at);
  if (number !== null) return leaf(cursor, 'number', number.value, number.end, parent);
  const word = /[A-Za-z]+/y;
  word.lastIndex = at;
  const spelling = word.exec(text)?.[0];
  if (spelling === 'null') return leaf(cursor, 'null', null, word.lastIndex, parent);
  if (spelling === 'true' || spelling === 'false') return leaf(cursor, 'boolean', spelling === 'true', word.lastIndex, parent);
  if (first === undefined || /[\]},:]/.test(first)) throw new NotJson5(at, 'a value is missing');
  throw new NotJson5(at, 'a word that is not JSON5');
}

function leaf(cursor: Cursor, type: Node['type'], value: unknown, end: number, parent: Node | undefined): Node {
  const offset = cursor.at;
  cursor.at = end;
  return { type, value, offset, length: end - offset, ...(parent === undefined ? {} : { parent }) };
}

function stringHere(cursor: Cursor, parent: Node | undefined): Node {
  const { value, end } = stringAt(cursor.text, cursor.at);
  return leaf(cursor, 'string', value, end, parent);
}

function objectHere(cursor: Cursor, depth: number, parent: Node | undefined): Node {
  return containerHere(cursor, 'object', '}', parent, (object) => {
    const property = container('property', cursor.at, object);
    const key = nameHere(cursor, property);
    skipGap(cursor);
    if (cursor.text[cursor.at] !== ':') throw new NotJson5(cursor.at, 'a colon is missing');
    property.colonOffset = cursor.at++;
    skipGap(cursor);
    const value = valueHere(cursor, depth + 1, property);
    property.children = [key, value];
    property.length = cursor.at - property.offset;
    return property;
  });
}

function nameHere(cursor: Cursor, property: Node): Node {
  const first = cursor.text[cursor.at];
  if (first === '"' || first === "'") return stringHere(cursor, property);
  const { value, end } = identifierAt(cursor.text, cursor.at);
  if (value === '') throw new NotJson5(cursor.at, 'a member name is missing');
  return leaf(cursor, 'string', value, end, property);
}

function arrayHere(cursor: Cursor, depth: number, parent: Node | undefined): Node {
  return containerHere(cursor, 'array', ']', parent, (array) => valueHere(cursor, depth + 1, array));
}

function containerHere(
  cursor: Cursor,
  type: 'object' | 'array',
  close: '}' | ']',
  parent: Node | undefined,
  childHere: (container: Node) => Node,
): Node {
  const node = container(type, cursor.at, parent);
  cursor.at++;
  skipGap(cursor);
  while (cursor.text[cursor.at] !== close) {
    node.children.push(childHere(node));
    skipGap(cursor);
    const next = cursor.text[cursor.at];
    if (next === ',') {
      cursor.at++;
      skipGap(cursor);
    } else if (next !== close) {
      const missing = type === 'object' ? 'a closing brace is missing' : 'a closing bracket is missing';
      throw new NotJson5(cursor.at, next === undefined ? missing : 'a comma is missing');
    }
  }
  cursor.at++;
  node.length = cursor.at - node.offset;
  return node;
}

function container(type: Node['type'], offset: number, parent: Node | undefined): Growing & { children: Node[] } {
  return { type, offset, length: 0, children: [], ...(parent === undefined ? {} : { parent }) };
}
