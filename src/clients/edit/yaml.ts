import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { GuardError } from '../../model/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { EditableText, TextPath } from './editable-text.ts';
import { sameJson, valueAt, withValueAt } from './json-value.ts';
import { printFlow, printItem, printMember } from './yaml-print.ts';
import { type Found, isPlain, nodeAt, parseYamlTree, type YamlTree } from './yaml-tree.ts';

/**
 * YAML. Text is spliced by lines at the parser's offsets; the document is never printed again, because that would reflow
 * what the user wrote. Entries with anchors, aliases, merges or tags are refused: their text means something elsewhere.
 */
export function openYaml(text: string): EditableText {
  return opened(sourceOf(text));
}

/** A text with its tree. */
interface Source extends YamlTree {
  readonly text: string;
}

function sourceOf(text: string): Source {
  return { text, ...parseYamlTree(text) };
}

function opened(source: Source): EditableText {
  const { text, value, problems, duplicates } = source;
  return {
    text,
    value,
    problems,
    duplicates,
    set: (path, next) => checked(source, path, next, setAt(source, path, next)),
    remove: (path) =>
      valueAt(valid(source).value, path) === undefined ? opened(source) : checked(source, path, undefined, removeAt(source, path)),
    textAt(path) {
      const found = nodeAt(valid(source).root, path);
      return found === null ? null : text.slice(...stretchOf(text, found));
    },
    setText(path, saved) {
      const found = nodeAt(valid(source).root, path);
      if (found === null) throw invalid('the entry is not there');
      const [start, end] = stretchOf(text, found);
      const after = sourceOf(text.slice(0, start) + saved + text.slice(end));
      return checked(source, path, valueAt(valid(after).value, path), after);
    },
  };
}

function valid(source: Source): Source {
  const [problem] = source.problems;
  if (problem !== undefined) throw invalid(problem.message);
  return source;
}

function checked(before: Source, path: TextPath, value: JsonValue | undefined, after: Source): EditableText {
  const expected = withValueAt(valid(before).value, path, value);
  if (after.problems.length > 0 || !sameJson(withoutEmptyWay(after.value, path), withoutEmptyWay(expected, path)))
    throw invalid('its layout cannot be edited without changing more than this entry');
  return opened(after);
}

/** A key whose map or list became empty holds nothing (`null`), or went with its last entry. */
function withoutEmptyWay(value: JsonValue | undefined, path: TextPath): JsonValue | undefined {
  let result = value;
  for (let length = path.length - 1; length > 0; length -= 1) {
    const held = valueAt(result, path.slice(0, length));
    const empty = held === null || (typeof held === 'object' && Object.keys(held).length === 0);
    if (empty) result = withValueAt(result, path.slice(0, length), undefined);
  }
  return result !== undefined && typeof result === 'object' && result !== null && Object.keys(result).length === 0 ? undefined : result;
}

function setAt(source: Source, path: TextPath, value: JsonValue): Source {
  const { text, root } = valid(source);
  const found = nodeAt(root, path);
  const old = valueAt(source.value, path);
  if (found === null) {
    if (old !== undefined) throw invalid('the entry comes from an anchor elsewhere in the file');
    return sourceOf(added(text, root, path, value));
  }
  if (old !== undefined && sameJson(old, value)) return source;
  if (!isPlain(found.value)) throw invalid('the entry uses anchors, aliases or tags');
  if (isMap(found.value) && found.value.flow !== true && old !== undefined && isObject(old) && isObject(value))
    return merged(source, path, old, value);
  return sourceOf(replaced(text, path, found, value));
}

function merged(source: Source, path: TextPath, old: JsonObject, value: JsonObject): Source {
  let result = source;
  // What is new comes first, so that the block is never empty on the way.
  for (const [name, member] of Object.entries(value)) result = setAt(result, [...path, name], member);
  for (const name of Object.keys(old)) if (!Object.hasOwn(value, name)) result = removeAt(result, [...path, name], true);
  return result;
}

/** The whole member, printed anew in the place of the old one. */
function replaced(text: string, path: TextPath, found: Found, value: JsonValue): string {
  const [start, end] = stretchOf(text, found);
  if (isFlow(found.parent) || isOneLine(text, found)) {
    const [from, to] = found.value?.range ?? [end, end];
    return text.slice(0, from) + (from === to && text[from - 1] === ':' ? ' ' : '') + printFlow(value) + text.slice(to);
  }
  const lines =
    found.pair === null
      ? itemLines(value, indentAt(text, start), unitOf(text))
      : printMember(String(path.at(-1)), value, indentAt(text, start), unitOf(text));
  return text.slice(0, start) + lines.join(eolOf(text, start)) + text.slice(end);
}

function itemLines(value: JsonValue, indent: string, unit: string): readonly string[] {
  return isObject(value) ? printItem(value, indent, unit) : [`${indent}- ${printFlow(value)}`];
}

function isOneLine(text: string, { value }: Found): boolean {
  if (value === null) return true;
  const [from, to] = value.range ?? [0, 0];
  return (
    (isScalar(value) && value.type !== 'BLOCK_LITERAL' && value.type !== 'BLOCK_FOLDED' && !text.slice(from, to).includes('\n')) ||
    isFlow(value)
  );
}

function isFlow(node: Node | null): boolean {
  return (isMap(node) || isSeq(node)) && node.flow === true;
}

function added(text: string, root: Node | null, path: TextPath, value: JsonValue): string {
  const [segment = ''] = path;
  const unit = unitOf(text);
  for (let length = path.length - 1; length >= 0; length -= 1) {
    const way = path.slice(0, length);
    const held = length === 0 ? root : (nodeAt(root, way)?.value ?? null);
    const rest = path.slice(length);
    const name = rest[0] ?? segment;
    if (typeof name === 'number' ? isMap(held) : isSeq(held)) throw invalid(`\`${way.join('.')}\` does not hold servers in this way`);
    if (held !== null && !isPlain(length === 0 ? null : held)) throw invalid('the servers use anchors, aliases or tags');
    if (isMap(held) && held.flow !== true && held.items.length > 0) {
      const indent = indentAt(text, firstKey(held));
      return behind(text, held, printMember(String(name), nested(rest.slice(1), value), indent, unit));
    }
    if (isSeq(held) && held.flow !== true && held.items.length > 0 && rest.length === 1) {
      const first = (held.items[0] as Node).range?.[0] ?? 0;
      return behind(text, held, itemLines(value, indentAt(text, lineStart(text, first)), unit));
    }
    if (held !== null && isFlow(held)) return intoFlow(text, held, name, nested(rest.slice(1), value));
    const holder = length === 0 ? null : nodeAt(root, way);
    // A key without a value, as it is left when its last server went.
    if (holder?.pair != null && (held === null || (isScalar(held) && held.value === null))) {
      const [start, end] = stretchOf(text, holder);
      const lines = printMember(String(way.at(-1)), nested(rest, value), indentAt(text, start), unit);
      return text.slice(0, start) + lines.join(eolOf(text, start)) + text.slice(end);
    }
    if (held !== null && length > 0) throw invalid(`\`${way.join('.')}\` is not a map of servers`);
  }
  if (root !== null) throw invalid('the document is not a map');
  const eol = eolOf(text, text.length);
  const lines = printMember(String(segment), nested(path.slice(1), value), '', unit).join(eol);
  // A file without a last line end stays one, so that taking the entry out gives the same bytes.
  return text === '' || text.endsWith('\n') ? `${text}${lines}${eol}` : `${text}${eol}${lines}`;
}

/** The value below further names; an index makes a list. */
function nested(names: TextPath, value: JsonValue): JsonValue {
  const [name, ...rest] = names;
  if (name === undefined) return value;
  const inner = nested(rest, value);
  return typeof name === 'number' ? [inner] : Object.assign(Object.create(null), { [name]: inner });
}

/** Lines behind the last line of a block. */
function behind(text: string, held: Node, lines: readonly string[]): string {
  const end = contentEnd(text, held);
  const eol = eolOf(text, end);
  return `${text.slice(0, end)}${eol}${lines.join(eol)}${text.slice(end)}`;
}

function intoFlow(text: string, held: Node, name: string | number, value: JsonValue): string {
  const [start = 0, end = 0] = held.range ?? [];
  const inside = text.slice(start + 1, end - 1);
  const kept = inside.trimEnd();
  const item = isMap(held) ? `${printFlow(String(name))}: ${printFlow(value)}` : printFlow(value);
  const body = kept.trim() === '' ? item : `${kept}${kept.endsWith(',') ? '' : ','} ${item}`;
  return `${text.slice(0, start + 1)}${body}${inside.slice(kept.length)}${text.slice(end - 1)}`;
}

/** `inside`: of an entry that stays. Then the comments above its last member go with it: behind the entry they would be nobody's. */
function removeAt(source: Source, path: TextPath, inside = false): Source {
  const { text, root } = valid(source);
  const found = nodeAt(root, path);
  if (found === null) throw invalid('the entry comes from an anchor elsewhere in the file');
  if (!isPlain(found.value)) throw invalid('the entry uses anchors, aliases or tags');
  const items = (found.parent as YAMLMap).items.length;
  if (isFlow(found.parent)) return sourceOf(outOfFlow(text, found));
  // The last entry takes its key along: `mcpServers:` alone says nothing.
  if (items === 1 && path.length > 1) return removeAt(source, path.slice(0, -1));
  let [start, end] = stretchOf(text, found);
  const [above, last] = (found.parent as YAMLMap).items.slice(-2);
  if (inside && above !== undefined && last === found.pair) {
    const value = above.value as Node | null;
    const bare = value === null || value.range?.[0] === value.range?.[1];
    start = bare ? start : lineStart(text, contentEnd(text, value) + 2);
  }
  const eol = /^\r?\n/.exec(text.slice(end, end + 2))?.[0].length ?? 0;
  if (eol > 0) end += eol;
  else start -= /\r?\n$/.exec(text.slice(Math.max(0, start - 2), start))?.[0].length ?? 0;
  return sourceOf(text.slice(0, start) + text.slice(end));
}

function outOfFlow(text: string, { pair, value }: Found): string {
  const key = pair?.key as Node | undefined;
  let start = key?.range?.[0] ?? value?.range?.[0] ?? 0;
  let end = value?.range?.[1] ?? key?.range?.[1] ?? start;
  const comma = /^\s*,[ \t]*/.exec(text.slice(end))?.[0].length ?? 0;
  if (comma > 0 && !/,\s*$/.test(text.slice(0, start))) end += comma;
  else start -= /,?[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  return text.slice(0, start) + text.slice(end);
}

/** Whole lines of a member of a block, from its indentation to the end of its last line; the value's own range in a flow. */
function stretchOf(text: string, { parent, pair, value }: Found): [number, number] {
  const key = pair?.key as Node | undefined;
  const from = key?.range?.[0] ?? value?.range?.[0] ?? 0;
  if (isFlow(parent)) return [value?.range?.[0] ?? from, value?.range?.[1] ?? from];
  const end =
    value === null || (isScalar(value) && value.range?.[0] === value.range?.[1])
      ? lineEnd(text, key?.range?.[1] ?? from)
      : contentEnd(text, value);
  return [lineStart(text, from), end];
}

/** The end of the line of the last thing in a node that is not a comment or a blank line behind it. */
function contentEnd(text: string, node: Node): number {
  if ((isMap(node) || isSeq(node)) && node.flow !== true) {
    const last = node.items.at(-1);
    const inner = isMap(node)
      ? ((last as { value: Node | null; key: Node } | undefined)?.value ?? (last as { key: Node } | undefined)?.key)
      : (last as Node | undefined);
    if (inner !== undefined && inner !== null) return contentEnd(text, inner);
  }
  const [start = 0, end = 0] = node.range ?? [];
  const content = start + text.slice(start, end).trimEnd().length;
  return lineEnd(text, Math.max(start, content));
}

function firstKey(map: YAMLMap): number {
  return (map.items[0]?.key as Node | undefined)?.range?.[0] ?? 0;
}

/** The indentation of a member: blanks, and the dash of a list item that it stands behind, as blanks. */
function indentAt(text: string, offset: number): string {
  const start = lineStart(text, offset);
  const before = offset === start ? (/^[ \t]*/.exec(text.slice(start))?.[0] ?? '') : text.slice(start, offset);
  return before.replace(/[^ \t]/g, ' ');
}

/** The smallest indentation of the file; two blanks when there is none. */
function unitOf(text: string): string {
  const indents = [...text.matchAll(/\n( +)[^\s#]/g)].map(([, blanks = '']) => blanks);
  return indents.reduce((least, one) => (one.length < least.length ? one : least), indents[0] ?? '  ');
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  const end = at < 0 ? text.length : at;
  return text[end - 1] === '\r' && end > offset ? end - 1 : end;
}

/** The line ending in use just behind an offset, else the first of the text. Files with mixed endings exist. */
function eolOf(text: string, offset: number): string {
  return /\r?\n/.exec(text.slice(offset))?.[0] ?? /\r?\n/.exec(text)?.[0] ?? '\n';
}

function invalid(why: string): GuardError {
  return new GuardError('config-invalid', 'the file cannot be edited', { why });
}
