import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { EditableText, TextPath } from './editable-text.ts';
import { sameJson, valueAt, withValueAt } from './json-value.ts';
import { printHeader, printKey, printTable, printValue } from './toml-print.ts';
import { existing, invalid, type Source, sourceOf, withoutNull } from './toml-source.ts';
import {
  headerEnd,
  lineEndBehind,
  lineStart,
  type Piece,
  piecesOf,
  startsWith,
  type TomlTable,
  tablePiece,
  withoutPieces,
} from './toml-tree.ts';

/**
 * TOML 1.0. No library edits it in place with its comments, so text is spliced at the offsets of toml-eslint-parser,
 * member by member: an entry may be spread over tables anywhere in the file, dotted keys and inline tables. smol-toml
 * judges every text before and after. Dates and numbers that JSON lacks are compared as their texts.
 */
export function openToml(text: string): EditableText {
  return opened(sourceOf(text));
}

function opened(source: Source): EditableText {
  const { text, value, problems, duplicates } = source;
  return {
    text,
    value,
    problems,
    duplicates,
    set: (path, next) => checked(source, path, next, setAt(source, path, next)),
    remove: (path) => (existing(source, path) === undefined ? opened(source) : checked(source, path, undefined, removeAt(source, path))),
    textAt(path) {
      if (existing(source, path) === undefined) return null;
      const pieces = piecesOf(text, source.tables(path), path).map(({ key, start, end, blankBefore }) => {
        return { key, blankBefore, text: text.slice(start, end) };
      });
      if (pieces.length > 0) return JSON.stringify({ pieces });
      const inline = inlineRange(source.tables(path), path);
      return inline === null ? null : JSON.stringify({ inline: text.slice(...inline) });
    },
    setText: (path, saved) => restore(source, path, saved),
  };
}

/** Exactly the value at `path` differs, or nothing is returned. */
function checked(before: Source, path: TextPath, value: JsonValue | undefined, after: Source): EditableText {
  const { value: found, problems } = after;
  const expected = withValueAt(before.value, path, value === undefined ? undefined : withoutNull(value));
  if (problems.length > 0 || !sameJson(withoutEmptyWay(found, path), withoutEmptyWay(expected, path)))
    throw invalid('its layout cannot be edited without changing more than this entry');
  return opened(after);
}

/** A table that only held the entry goes with it, because a header of an empty table is nothing that anybody wrote for itself. */
function withoutEmptyWay(value: JsonValue | undefined, path: TextPath): JsonValue | undefined {
  let result = value;
  for (let length = path.length - 1; length > 0; length -= 1) {
    const way = path.slice(0, length);
    const held = valueAt(result, way);
    const empty = Array.isArray(held) ? held.length === 0 : held !== undefined && isObject(held) && Object.keys(held).length === 0;
    if (empty) result = withValueAt(result, way, undefined);
  }
  return result;
}

function setAt(source: Source, path: TextPath, value: JsonValue): Source {
  const { text } = source;
  const old = existing(source, path);
  if (old !== undefined && sameJson(old, withoutNull(value))) return source;
  const tables = source.tables(path);
  const inline = inlineRange(tables, path);
  if (inline !== null) return sourceOf(text.slice(0, inline[0]) + printValue(value) + text.slice(inline[1]));
  if (old !== undefined && isObject(old) && isObject(value)) return merged(source, path, old, value);
  if (old !== undefined) throw invalid('a table cannot become a plain value');
  const parent = tables.findLast((table) => table.kind !== 'root' && sameJson([...table.path], path.slice(0, -1)));
  if (!isObject(value) && parent !== undefined) return sourceOf(withMember(text, parent, String(path.at(-1)), value));
  return sourceOf(added(text, tables, path, value));
}

/** Member by member, so that what does not change keeps its bytes and comments. */
function merged(source: Source, path: TextPath, old: JsonObject, value: JsonObject): Source {
  let result = source;
  for (const name of Object.keys(old)) {
    const next = Object.hasOwn(value, name) ? value[name] : undefined;
    if (next === undefined || next === null) result = removeInside(result, [...path, name]);
  }
  for (const [name, member] of Object.entries(value)) if (member !== null) result = setAt(result, [...path, name], member);
  return result;
}

/** Takes a member out of an entry that stays. The comments above the last one go with it: behind the entry they would be nobody's. */
function removeInside(source: Source, path: TextPath): Source {
  const { text } = source;
  const table = source.tables(path).find((one) => one.kind !== 'root' && sameJson([...one.path], path.slice(0, -1)));
  const [last, above] = [table?.members.at(-1), table?.members.at(-2)];
  if (table === undefined || last === undefined || !sameJson([...last.path], [...path])) return removeAt(source, path);
  const from = lineEndBehind(text, above?.node.range[1] ?? headerEnd(table));
  return sourceOf(text.slice(0, from) + text.slice(lineEndBehind(text, last.node.range[1])));
}

/** A new line behind the last member of a table. */
function withMember(text: string, table: TomlTable, name: string, value: JsonValue): string {
  const { end } = tablePiece(text, table);
  const last = table.members.at(-1);
  const from = last === undefined ? table.node.range[0] : last.node.range[0];
  const indent = /^[ \t]*/.exec(text.slice(lineStart(text, from)))?.[0] ?? '';
  return `${text.slice(0, end)}${eolOf(text, end)}${indent}${printKey(name)} = ${printValue(value)}${text.slice(end)}`;
}

/** A new entry: a table of its own behind the last sibling, a dotted line beside dotted ones, or a member of an inline table. */
function added(text: string, tables: readonly TomlTable[], path: TextPath, value: JsonValue): string {
  const way = path.slice(0, -1);
  const inline = inlineRange(tables, way);
  if (inline !== null) return intoInline(text, inline, String(path.at(-1)), value);
  if (!isObject(value)) {
    const sibling = tables
      .flatMap(({ path: prefix, members }) => members.map((member) => ({ prefix, member })))
      .findLast(({ prefix, member }) => startsWith(way, prefix) && startsWith(member.path, way));
    if (sibling === undefined)
      return withTable(text, tables, way, [printHeader(way, false), `${printKey(String(path.at(-1)))} = ${printValue(value)}`]);
    const { node } = sibling.member;
    const end = lineEndBehind(text, node.range[1]);
    const indent = text.slice(lineStart(text, node.range[0]), node.range[0]);
    const key = path
      .slice(sibling.prefix.length)
      .map((segment) => printKey(String(segment)))
      .join('.');
    return `${text.slice(0, end)}${eolOf(text, end)}${indent}${key} = ${printValue(value)}${text.slice(end)}`;
  }
  const array = typeof path.at(-1) === 'number';
  return withTable(text, tables, way, printTable(path, value, array));
}

/** Lines of a table behind everything that is about `way`, else at the end, with a blank line before them. */
function withTable(text: string, tables: readonly TomlTable[], way: TextPath, lines: readonly string[]): string {
  const siblings = tables.filter((table) => table.kind !== 'root' && startsWith(table.path, way));
  const last = siblings.at(-1);
  const end = last === undefined ? text.trimEnd().length : tablePiece(text, last).end;
  const at = last === undefined ? lineEndBehind(text, end) : end;
  const before = text.slice(0, at);
  const eol = eolOf(text, at);
  const block = lines.join(eol);
  if (before.trim() === '') return `${text}${block}${eol}`;
  return `${before}${eol}${eol}${block}${text.slice(at)}`;
}

function intoInline(text: string, [start, end]: readonly [number, number], name: string, value: JsonValue): string {
  if (text[start] !== '{') throw invalid('the servers are a list inside one value');
  const inside = text.slice(start + 1, end - 1);
  const member = `${printKey(name)} = ${printValue(value)}`;
  const kept = inside.trimEnd();
  const tail = inside.slice(kept.length);
  return `${text.slice(0, start + 1)}${kept.trim() === '' ? ` ${member} ` : `${kept}, ${member}${tail}`}${text.slice(end - 1)}`;
}

function removeAt(source: Source, path: TextPath): Source {
  const { text } = source;
  const tables = source.tables(path);
  const pieces = piecesOf(text, tables, path);
  if (pieces.length > 0) return sourceOf(withoutPieces(text, pieces));
  const inline = inlineMember(tables, path);
  if (inline === null) throw invalid('it is inside a list that is written as one value');
  let [start, end] = inline;
  const comma = /^[ \t]*,[ \t]*/.exec(text.slice(end))?.[0].length ?? 0;
  if (comma > 0 && !/,[ \t]*$/.test(text.slice(0, start))) end += comma;
  else start -= /,?[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  return sourceOf(text.slice(0, start) + text.slice(end));
}

/** The range of the value at a path that is written as one value, in a line of its own or inside an inline table; null = it is not. */
function inlineRange(tables: readonly TomlTable[], path: TextPath): readonly [number, number] | null {
  const found = findMember(tables, path);
  return found === null ? null : found.value.range;
}

function inlineMember(tables: readonly TomlTable[], path: TextPath): readonly [number, number] | null {
  const found = findMember(tables, path);
  return found === null ? null : found.range;
}

function findMember(tables: readonly TomlTable[], path: TextPath) {
  for (const table of tables) {
    for (const { path: at, node } of table.members) {
      if (!startsWith(path, at)) continue;
      let [current, length] = [node, at.length];
      while (length < path.length) {
        const { value } = current;
        if (value.type !== 'TOMLInlineTable') return null;
        const inner = value.body.map((member) => ({
          member,
          names: member.key.keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value)),
        }));
        const next = inner.find(({ names }) => startsWith(path.slice(length), names));
        if (next === undefined) break;
        [current, length] = [next.member, length + next.names.length];
      }
      if (length === path.length) return current;
    }
  }
  return null;
}

interface Saved {
  readonly pieces?: readonly { readonly key: string; readonly blankBefore: boolean; readonly text: string }[];
  readonly inline?: string;
}

/** Piece by piece: the same ones get their old text, new ones go, and missing ones come back behind the one before them. */
function restore(source: Source, path: TextPath, saved: string): EditableText {
  const { text } = source;
  const { pieces = [], inline } = JSON.parse(saved) as Saved;
  existing(source, path);
  const tables = source.tables(path);
  if (inline !== undefined) {
    const range = inlineRange(tables, path);
    if (range === null) throw invalid('the entry is written in another way now');
    return unchangedElsewhere(source, path, sourceOf(text.slice(0, range[0]) + inline + text.slice(range[1])));
  }
  const here = piecesOf(text, tables, path);
  let [result, surplus] = [text, here.filter(({ key }) => !pieces.some((one) => one.key === key))];
  const [first, place] = [pieces[0], surplus[0]];
  if (here.length === surplus.length && first !== undefined && place !== undefined) {
    // Nothing that was saved is there: the first of it goes to where the entry is said now.
    result = withoutPieces(text, surplus.slice(1));
    result = result.slice(0, place.start) + first.text + result.slice(place.end);
    surplus = [];
  }
  let now = sourceOf(withoutPieces(result, surplus));
  const find = (key: string) => piecesOf(now.text, now.tables(path), path).find((one) => one.key === key);
  let after: Piece | null = null;
  for (const one of pieces) {
    const there = find(one.key);
    if (there === undefined) now = sourceOf(inserted(now.text, after, one));
    else if (now.text.slice(there.start, there.end) !== one.text)
      now = sourceOf(now.text.slice(0, there.start) + one.text + now.text.slice(there.end));
    after = find(one.key) ?? null;
  }
  return unchangedElsewhere(source, path, now);
}

function inserted(text: string, after: Piece | null, { text: piece, blankBefore }: { text: string; blankBefore: boolean }): string {
  const eol = eolOf(text, after?.end ?? 0);
  if (after === null) throw invalid('what the entry stood behind is gone');
  return `${text.slice(0, after.end)}${eol}${blankBefore ? eol : ''}${piece}${text.slice(after.end)}`;
}

function unchangedElsewhere(before: Source, path: TextPath, after: Source): EditableText {
  return checked(before, path, existing(after, path), after);
}

/** The line ending in use just behind an offset, else the first of the text. Files with mixed endings exist. */
function eolOf(text: string, offset: number): string {
  return /\r?\n/.exec(text.slice(offset))?.[0] ?? /\r?\n/.exec(text)?.[0] ?? '\n';
}
