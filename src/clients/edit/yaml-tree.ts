import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseAllDocuments, visit } from 'yaml';
import { isObject, type JsonValue } from '../../model/json.ts';
import { limits } from '../../model/limits.ts';
import type { ParsedText, TextPath } from './editable-text.ts';

/** A parsed text with its tree; null = not valid, or nothing in it. */
export interface YamlTree extends ParsedText {
  readonly root: Node | null;
}

/** Aliases that a document may expand to: a small file must not become a large value. */
const maxAliases = 100;

/** Parses as YAML 1.2. One document only; members twice, other keys than text, and tags of programs are problems. */
export function parseYamlTree(text: string): YamlTree {
  if (deepest(text) > limits.jsonMaxDepth) return failed(`nested deeper than ${limits.jsonMaxDepth}`);
  // Some readers of YAML end a line there and others do not: the same file would mean two things.
  if (/\r(?!\n)/.test(text)) return failed('a line that ends in a carriage return alone');
  const lines = new LineCounter();
  let documents: readonly Document.Parsed[];
  try {
    const parsed = parseAllDocuments(text, {
      lineCounter: lines,
      version: '1.2',
      merge: true,
      uniqueKeys: true,
      strict: true,
      logLevel: 'silent',
    });
    documents = 'empty' in parsed ? [] : parsed;
  } catch (cause) {
    if (cause instanceof RangeError) return failed(`nested deeper than ${limits.jsonMaxDepth}`);
    throw cause;
  }
  const [document, ...more] = documents;
  if (document === undefined) return { root: null, value: undefined, problems: [], duplicates: [] };
  if (more.length > 0) return failed('it holds several documents');
  const [error] = [...document.errors, ...document.warnings];
  // The parser's message quotes the text, which may hold secrets.
  if (error !== undefined) return failed(`not valid YAML (${error.code.toLowerCase().replaceAll('_', ' ')}) ${at(lines, error.pos[0])}`);
  const odd = oddKey(document);
  if (odd !== null) return failed(`a member name that is not text ${at(lines, odd)}`);
  if (document.contents === null) return { root: null, value: undefined, problems: [], duplicates: [] };
  try {
    const value = withoutPrototypes(document.toJS({ maxAliasCount: maxAliases }) as JsonValue);
    return { root: document.contents, value: value === null ? undefined : value, problems: [], duplicates: [] };
  } catch (cause) {
    // The library throws plain errors for a merge of something that is no map.
    if (cause instanceof Error) return failed('its anchors or merges cannot be followed');
    throw cause;
  }
}

function failed(message: string): YamlTree {
  return { root: null, value: undefined, problems: [{ message }], duplicates: [] };
}

function at(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `in line ${line}, column ${col}`;
}

/** An upper bound of the nesting, before any parser recurses: indentation and opening brackets. */
function deepest(text: string): number {
  let [flow, most] = [0, 0];
  for (const line of text.split('\n')) {
    const indent = /^[ \t]*(?:[-?] +)*/.exec(line)?.[0].length ?? 0;
    for (const character of line) {
      if (character === '[' || character === '{') flow += 1;
      else if (character === ']' || character === '}') flow = Math.max(0, flow - 1);
      most = Math.max(most, flow);
    }
    most = Math.max(most, indent / 2);
  }
  return most;
}

function oddKey(document: Document.Parsed): number | null {
  let odd: number | null = null;
  visit(document, {
    Pair(_, { key }) {
      const isText =
        isScalar(key) &&
        (typeof key.value === 'string' || key.value === null || ['number', 'boolean', 'symbol'].includes(typeof key.value));
      if (isText) return undefined;
      odd = (key as Node | null)?.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return odd;
}

function withoutPrototypes(value: JsonValue): JsonValue {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(withoutPrototypes);
  if (typeof value !== 'object' || value === null || !isObject(value)) return value ?? null;
  const object: Record<string, JsonValue> = Object.create(null);
  for (const [name, member] of Object.entries(value)) object[name] = withoutPrototypes(member);
  return object;
}

/** A member of a map or an item of a list, with what holds it. */
export interface Found {
  readonly parent: Node;
  readonly pair: Pair | null;
  readonly value: Node | null;
}

/** The node at a path; null = not there, or behind an alias or a merge, which is somebody else's text. */
export function nodeAt(root: Node | null, path: TextPath): Found | null {
  let [parent, pair, value]: [Node | null, Pair | null, Node | null] = [null, null, root];
  for (const segment of path) {
    parent = value;
    if (isMap(parent)) {
      pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === segment) ?? null;
      if (pair === null) return null;
      value = pair.value as Node | null;
    } else if (isSeq(parent) && typeof segment === 'number') {
      if (segment >= parent.items.length) return null;
      [pair, value] = [null, parent.items[segment] as Node];
    } else return null;
  }
  return parent === null ? null : { parent, pair, value };
}

/** True when a node can be spliced: no anchor that others may use, no alias, no tag, in it. */
export function isPlain(node: Node | null): boolean {
  let plain = true;
  if (node === null) return true;
  visit(node, {
    Node(_, one) {
      if (
        isAlias(one) ||
        ('anchor' in one && one.anchor !== undefined) ||
        (one.tag !== undefined && !one.tag.startsWith('tag:yaml.org,2002:'))
      ) {
        plain = false;
        return visit.BREAK;
      }
      return undefined;
    },
    Pair(_, { key }) {
      if (isScalar(key) && typeof key.value === 'symbol') plain = false;
      return undefined;
    },
  });
  return plain;
}
