import type { Node } from 'jsonc-parser';
import { GuardError } from '../../model/errors.ts';
import { isObject, type JsonValue } from '../../model/json.ts';
import type { Dialect, EditableText, TextPath } from './editable-text.ts';
import { gapAfter, layoutOf, printJson } from './json-layout.ts';
import { sameJson, withValueAt } from './json-value.ts';
import { type JsonTree, jsonOf, parseJsonTree } from './jsonc-parse.ts';

/**
 * JSON, with and without comments, and JSON5. Own splices by the parser's offsets: jsonc-parser's `modify` re-formats around
 * what it changes and takes the neighbours' comments along.
 */
export function openJson(text: string, dialect: JsonDialect): EditableText {
  return opened({ text, dialect, tree: parseJsonTree(text, dialect) });
}

type JsonDialect = Extract<Dialect, `json${string}`>;

/** A text with its tree. */
interface Source {
  readonly text: string;
  readonly dialect: JsonDialect;
  readonly tree: JsonTree;
}

function opened(source: Source): EditableText {
  const { text, tree } = source;
  const { value, problems, duplicates } = tree;
  return {
    text,
    value,
    problems,
    duplicates,
    set: (path, next) => setIn(source, path, next),
    remove(path) {
      assertEditable(tree, path);
      const found = child(parentOf(tree.root, path), path.at(-1));
      if (found === undefined) throw refused('there is no such entry');
      return verified(source, applied(source, removeSplices(source, found.container, found.index)), path, undefined);
    },
    textAt(path) {
      assertEditable(tree, path);
      const node = nodeAt(tree.root, path);
      return node === undefined ? null : text.slice(node.offset, node.offset + node.length);
    },
    setText(path, valueText) {
      assertEditable(tree, path);
      const node = nodeAt(tree.root, path);
      const put = parseJsonTree(valueText, source.dialect);
      if (node === undefined || put.value === undefined || put.problems.length > 0)
        throw refused('there is nothing to put back, or nowhere to put it');
      return verified(source, applied(source, [{ offset: node.offset, length: node.length, content: valueText }]), path, put.value);
    },
  };
}

function setIn(before: Source, path: TextPath, value: JsonValue): EditableText {
  assertEditable(before.tree, path);
  let source = before;
  for (let step = 0; step < maxSteps; step++) {
    const splices = setSplices(source, path, value);
    if (splices.length === 0) break;
    source = applied(source, splices);
    // What cannot be read back has no next step: it is refused below.
    if (source.tree.problems.length > 0) break;
  }
  return verified(before, source, path, value);
}

/** Every step changes, adds or removes a member of one entry; a value that never compares equal must not loop. */
const maxSteps = 200;

interface Splice {
  readonly offset: number;
  readonly length: number;
  readonly content: string;
}

function assertEditable(tree: JsonTree, path: TextPath): void {
  const [problem] = tree.problems;
  if (problem !== undefined) throw refused(problem.message);
  // An editor that touches one of two equal members changes what the client reads, or nothing at all.
  const twice = tree.duplicates.find((duplicate) => startsWith(path, duplicate) || startsWith(duplicate, path));
  if (twice !== undefined) throw refused(`${JSON.stringify(twice.at(-1))} occurs twice in the same object`);
}

/** The edited text, once its own parse shows that exactly the intended member differs; otherwise nothing is returned. */
function verified(before: Source, after: Source, path: TextPath, value: JsonValue | undefined): EditableText {
  const { value: found, problems, duplicates } = after.tree;
  const same = problems.length === 0 && sameJson(found, withValueAt(before.tree.value, path, value));
  if (!same || duplicates.length !== before.tree.duplicates.length) throw refused('the edit would change more than this entry');
  return opened(after);
}

function setSplices(source: Source, path: TextPath, value: JsonValue): readonly Splice[] {
  const { root } = source.tree;
  if (root === undefined) return [wholeDocument(source.text, nest(path, value))];
  let node = root;
  for (const [depth, segment] of path.entries()) {
    const found = child(node, segment);
    if (found === undefined) return insertSplices(source, node, segment, nest(path.slice(depth + 1), value));
    node = found.value;
  }
  return differenceSplices(source, node, value);
}

/**
 * The next step from a value to another. Members that are equal already stay as they are written, so that the comments,
 * number spellings and secrets of an entry survive its being put behind the guard. Empty when there is no difference.
 */
function differenceSplices(source: Source, node: Node, value: JsonValue): readonly Splice[] {
  if (node.type !== 'object' || !isObject(value)) return sameJson(jsonOf(node), value) ? [] : [replacement(source.text, node, value)];
  const properties = node.children ?? [];
  const replaced = properties.flatMap(({ children = [] }) => {
    const [key, old] = children;
    return key === undefined || old === undefined || !Object.hasOwn(value, key.value)
      ? []
      : differenceSplices(source, old, value[key.value] ?? null);
  });
  if (replaced.length > 0) return replaced;
  const surplus = properties.findIndex(({ children }) => !Object.hasOwn(value, children?.[0]?.value));
  if (surplus >= 0) return removeSplices(source, node, surplus);
  const missing = Object.entries(value).find(([name]) => child(node, name) === undefined);
  return missing === undefined ? [] : insertSplices(source, node, missing[0], missing[1]);
}

function replacement(text: string, node: Node, value: JsonValue): Splice {
  const container = node.parent?.type === 'property' ? node.parent.parent : node.parent;
  const layout = container === undefined ? undefined : layoutOf(text, container);
  const content = layout === undefined ? JSON.stringify(value) : printJson(value, layout.member, layout);
  return { offset: node.offset, length: node.length, content };
}

function wholeDocument(text: string, value: JsonValue): Splice {
  const eol = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
  const layout = { eol, outer: '', member: '', unit: '  ', inline: false };
  const lead = text.trim() === '' || /[\r\n]$/.test(text) ? '' : eol;
  return { offset: text.length, length: 0, content: lead + printJson(value, '', layout) + eol };
}

/** A new last member. The comma goes right behind the last sibling's value, the member behind the comments of that line. */
function insertSplices(source: Source, container: Node, segment: string | number, value: JsonValue): readonly Splice[] {
  const { text, dialect } = source;
  const layout = layoutOf(text, container);
  const key = container.type === 'object' ? `${JSON.stringify(segment)}:${layout.inline ? '' : ' '}` : '';
  const member = key + printJson(value, layout.member, layout);
  const last = container.children?.at(-1);
  if (last === undefined) {
    const gap = gapAfter(text, container.offset + 1, dialect);
    const lead = layout.inline && !gap.lineComment ? '' : layout.eol + layout.member;
    // White space that was there stays behind ours, so that taking the member out restores it.
    const closing = layout.inline || gap.comments ? '' : layout.eol + layout.outer;
    return [{ offset: gap.lineEnd, length: 0, content: lead + member + closing }];
  }
  const end = last.offset + last.length;
  const gap = gapAfter(text, end, dialect);
  const lead = layout.inline && !gap.lineComment ? inlineSpace(source, container) : layout.eol + layout.member;
  if (gap.comma !== null) return [{ offset: gap.lineEnd, length: 0, content: `${lead}${member},` }];
  return [
    { offset: end, length: 0, content: ',' },
    { offset: gap.lineEnd, length: 0, content: lead + member },
  ];
}

/** The white space before the last of several members on one line. */
function inlineSpace({ text, dialect }: Source, container: Node): string {
  const [before, last] = (container.children ?? []).slice(-2);
  if (before === undefined || last === undefined)
    return /:\s/.test(text.slice(container.offset, container.offset + container.length)) ? ' ' : '';
  return text.slice(gapAfter(text, before.offset + before.length, dialect).lastEnd, last.offset);
}

function removeSplices({ text, dialect }: Source, container: Node, index: number): readonly Splice[] {
  const children = container.children ?? [];
  const [previous, target] = [children[index - 1], children[index]];
  if (target === undefined) return [];
  const end = target.offset + target.length;
  const before = gapAfter(text, previous === undefined ? container.offset + 1 : previous.offset + previous.length, dialect);
  const after = gapAfter(text, end, dialect);
  const ownComma = after.comma !== null;
  const tail = ownComma && /^[ \t\r\n]*$/.test(text.slice(end, after.comma ?? end)) ? (after.comma ?? end) + 1 : end;
  const splices: Splice[] = [];
  if (ownComma && tail === end) splices.push({ offset: after.comma ?? end, length: 1, content: '' });
  if (!ownComma && before.comma !== null) splices.push({ offset: before.comma, length: 1, content: '' });

  // A comment behind the member keeps its line, and nothing may slip into a `//` comment before it.
  const rest = /^[ \t]*(.{0,2})/.exec(text.slice(tail, tail + 1_000))?.[1] ?? '';
  const keepLine = rest.startsWith('//') || rest.startsWith('/*') || (before.lastIsLineComment && rest !== '');
  const start = keepLine ? target.offset : before.lastEnd;
  const closing =
    children.length === 1 && !ownComma && !before.comments && !after.comments && /[\r\n]/.test(text.slice(start, target.offset));
  const outer = layoutOf(text, container).outer;
  const broken = closing ? (/^(?:\r\n|\n|\r)/.exec(text.slice(tail))?.[0] ?? '') : '';
  const extra = broken !== '' && text.startsWith(broken + outer, tail) ? broken.length + outer.length : 0;
  splices.push({ offset: start, length: tail + extra - start, content: '' });
  return splices;
}

function applied({ text, dialect }: Source, splices: readonly Splice[]): Source {
  let result = '';
  let at = 0;
  for (const { offset, length, content } of [...splices].sort((one, other) => one.offset - other.offset)) {
    result += text.slice(at, offset) + content;
    at = offset + length;
  }
  const edited = result + text.slice(at);
  return { text: edited, dialect, tree: parseJsonTree(edited, dialect) };
}

function child(
  container: Node | undefined,
  segment: string | number | undefined,
): { container: Node; index: number; value: Node } | undefined {
  const children = container?.children ?? [];
  if (container?.type === 'object' && typeof segment === 'string') {
    const index = children.findIndex((property) => property.children?.[0]?.value === segment);
    const value = children[index]?.children?.[1];
    return value === undefined ? undefined : { container, index, value };
  }
  if (container?.type === 'array' && typeof segment === 'number' && segment <= children.length) {
    const value = children[segment];
    return value === undefined ? undefined : { container, index: segment, value };
  }
  throw refused('something other than a map is where the servers belong');
}

function nodeAt(root: Node | undefined, path: TextPath): Node | undefined {
  let node = root;
  for (const segment of path) node = node === undefined ? undefined : child(node, segment)?.value;
  return node;
}

function parentOf(root: Node | undefined, path: TextPath): Node {
  const parent = nodeAt(root, path.slice(0, -1));
  if (parent === undefined) throw refused('there is no such entry');
  return parent;
}

function nest(path: TextPath, value: JsonValue): JsonValue {
  return path.reduceRight<JsonValue>((inner, segment) => (typeof segment === 'number' ? [inner] : { [segment]: inner }), value);
}

function startsWith(path: TextPath, prefix: TextPath): boolean {
  return prefix.length <= path.length && prefix.every((segment, index) => segment === path[index]);
}

function refused(why: string): GuardError {
  return new GuardError('config-invalid', 'the configuration cannot be edited', { why });
}
