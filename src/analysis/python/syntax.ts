import type { PartialParse, Tree, TreeCursor } from '@lezer/common';
import { parser } from '@lezer/python';
import { limits } from '../../model/limits.ts';

/** A node of a parsed Python file: names of lezer's grammar, tokens included (`(`, `.`, `as`). */
export interface PyNode {
  readonly type: string;
  readonly from: number;
  readonly to: number;
  readonly parent: PyNode | null;
  /** Place among the children of its parent. */
  readonly index: number;
  readonly children: readonly PyNode[];
}

/** Why nothing is known about a file. */
export type PythonUnreadable = 'too-large' | 'not-text' | 'too-nested' | 'too-tangled' | 'syntax';

export interface ParsedPython {
  readonly root: PyNode;
  readonly text: string;
  /** 1-based line of an offset. */
  readonly lineOf: (offset: number) => number;
  /** Lines on which something could not be parsed, ascending, at most 20; empty = all of it was. */
  readonly badLines: readonly number[];
}

/** Deeper trees are not walked; the deepest module of the standard library has 60 levels. */
const maxDepth = 1_000;
/** What the parser may do per byte of text, and at least; valid code takes 0.2 to 0.3. */
const stepsPerByte = 2;
const minSteps = 10_000;
/** Steps of recovery from errors, each many times as dear as another one; files of the standard library take at most 300. */
const maxRecovery = 3_000;
/** Over this share of lines that make no sense it is not Python 3, whatever it is. */
const maxBadShare = 0.1;
const maxBadLines = 20;

/**
 * A Python 3 file as a tree, or why there is none. Never throws. `badLines` are places where the parser had to guess:
 * what stands there may be missing from the tree.
 */
export function parsePython(bytes: Uint8Array): ParsedPython | PythonUnreadable {
  if (bytes.byteLength > limits.pythonMaxBytes) return 'too-large';
  const text = decode(bytes);
  if (text === null) return 'not-text';
  const tree = treeOf(plainer(text));
  if (typeof tree === 'string') return tree;
  const lineOf = lineFinder(text);
  const bad = new Set<number>();
  const root = copy(
    tree.cursor(),
    (node) => {
      if (isLost(node, text)) bad.add(lineOf(node.from));
    },
    (node) => bad.add(lineOf(node.from)),
    (node) => {
      if (!isClosed(text.slice(node.from, node.to))) bad.add(lineOf(node.from));
    },
  );
  if (root === null) return 'too-nested';
  const lines = lineOf(text.length);
  if (bad.size > 3 && bad.size > lines * maxBadShare) return 'syntax';
  return { root, text, lineOf, badLines: [...bad].sort((a, b) => a - b).slice(0, maxBadLines) };
}

/**
 * The text without what the grammar does not know, of the same length so that every offset stays: `except*` of Python
 * 3.11, and names in brackets or attributes after `as`.
 */
function plainer(text: string): string {
  return text
    .replace(/^([ \t]*except)\*/gm, '$1 ')
    .replace(/\bas[ \t]+\w+(?:\.\w+)+(?=[ \t]*[:,])/g, (names) => names.replaceAll('.', '_'))
    .replace(/\bas[ \t]*\([\w\s,]{0,300}\)(?=\s*[:,])/g, (names) => names.replace(/[()\s]/g, ' '));
}

/** In steps that are counted, not timed, so that the same file has the same facts on every machine. */
function treeOf(text: string): Tree | PythonUnreadable {
  let recovered = 0;
  try {
    const parse: PartialParse & { readonly recovering?: number } = parser.startParse(text);
    for (let left = Math.max(minSteps, text.length * stepsPerByte); left > 0; left--) {
      const tree = parse.advance();
      if (tree !== null) return tree;
      if ((parse.recovering ?? 0) > 0 && ++recovered > maxRecovery) return 'syntax';
    }
    return 'too-tangled';
  } catch (cause) {
    // Texts inside texts are the one thing that the parser reads by recursion.
    if (cause instanceof RangeError) return 'too-nested';
    throw cause;
  }
}

/** UTF-8 or, where the file says so in its first lines, Latin-1. A NUL is in no source. @see PEP 263 */
function decode(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1').split('\n', 2).join('\n');
  const said = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/m.exec(head)?.[1]?.toLowerCase() ?? 'utf-8';
  const isLatin = /^(?:latin-?1|iso-?8859-?1|ascii|us-ascii)$/.test(said);
  // Another encoding turns bytes that look harmless into code (utf-7, rot13): what is not read as Python reads it, is not read.
  if (!isLatin && !/^utf-?8(?:-sig)?$/.test(said)) return null;
  try {
    const text = new TextDecoder(isLatin ? 'latin1' : 'utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

/** Without recursion, so that no depth of nesting meets a stack. null = deeper than anybody writes. */
function copy(
  cursor: TreeCursor,
  onError: (node: PyNode) => void,
  onPython2: (node: PyNode) => void,
  onText: (node: PyNode) => void,
): PyNode | null {
  const make = (parent: PyNode | null): PyNode & { children: PyNode[] } => ({
    type: cursor.name,
    from: cursor.from,
    to: cursor.to,
    parent,
    index: parent?.children.length ?? 0,
    children: [],
  });
  const root = make(null);
  const stack = [root];
  for (;;) {
    const top = stack.at(-1);
    if (top === undefined) return root;
    if (cursor.firstChild()) {
      if (stack.length > maxDepth) return null;
      push(top);
      continue;
    }
    while (!cursor.nextSibling()) {
      stack.pop();
      if (stack.length <= 1) return root;
      cursor.parent();
    }
    stack.pop();
    const parent = stack.at(-1);
    if (parent === undefined) return root;
    push(parent);
  }

  function push(parent: PyNode & { children: PyNode[] }): void {
    const node = make(parent);
    parent.children.push(node);
    stack.push(node);
    if (cursor.type.isError) onError(node);
    else if (node.type === 'String' || node.type === 'FormatString') onText(node);
    // `print "text"`; the call of Python 3 has brackets and is no statement here.
    else if (parent.type === 'PrintStatement' && /String|Number|VariableName/.test(node.type)) onPython2(node);
  }
}

/**
 * True where text is not in the tree, or the file is of Python 2. The grammar is older than some of Python 3 (a bare
 * `yield`, `2.`, `*Ts` in brackets, names in brackets after `as`) and guesses a missing token there; nothing is lost then.
 */
function isLost(node: PyNode, text: string): boolean {
  if (node.from !== node.to) return !/^[\s*),.]*$/.test(text.slice(node.from, node.to));
  return /^(?:Script|Body|StatementGroup)$/.test(node.parent?.type ?? '');
}

/** An open text swallows the code behind it. */
function isClosed(token: string): boolean {
  const [start = '', quote = ''] = /^[a-z]{0,3}('''|"""|'|")/i.exec(token) ?? [];
  return quote === '' || (token.length >= start.length + quote.length && token.endsWith(quote));
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
