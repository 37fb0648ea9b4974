import { type AST, parseTOML } from 'toml-eslint-parser';
import { GuardError } from '../../model/errors.ts';
import type { TextPath } from './editable-text.ts';
import { blankedBut } from './toml-blank.ts';

/** A stretch of the text. `end` is behind the last character; line ends are not part of it. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * One place that says something about an entry: a whole table from its header to its last member, or one member line of
 * a table that says other things as well.
 */
export interface Piece extends Stretch {
  /** What it is about, from the entry on: tells the same piece in two versions of a text, also when an entry of a list has moved. */
  readonly key: string;
  /** A blank line stands before it. */
  readonly blankBefore: boolean;
}

export interface TomlTable {
  readonly path: TextPath;
  readonly kind: 'root' | 'standard' | 'array';
  readonly node: AST.TOMLTable | AST.TOMLTopLevelTable;
  readonly members: readonly TomlMember[];
}

export interface TomlMember {
  readonly path: TextPath;
  readonly node: AST.TOMLKeyValue;
}

/**
 * The tables of a valid text that may say something about members below `top`, in their order, the root first. What the
 * others say is left out before it is parsed: this parser takes many times as long as the one that judges the text.
 *
 * @throws GuardError `config-invalid` when this parser does not take what the other one took (inline tables over several
 * lines, a second byte-order mark).
 */
export function tablesAbout(text: string, top: TextPath[number] | undefined): readonly TomlTable[] {
  const [root] = programOf(blankedBut(text, String(top))).body;
  const members = (prefix: TextPath, nodes: readonly AST.TOMLNode[]): readonly TomlMember[] =>
    nodes.flatMap((node) => (node.type === 'TOMLKeyValue' ? [{ path: [...prefix, ...namesOf(node.key)], node }] : []));
  const tables = root.body.flatMap((node): readonly TomlTable[] =>
    node.type === 'TOMLTable' ? [{ path: node.resolvedKey, kind: node.kind, node, members: members(node.resolvedKey, node.body) }] : [],
  );
  return [{ path: [], kind: 'root', node: root, members: members([], root.body) }, ...tables];
}

function programOf(text: string): AST.TOMLProgram {
  try {
    return parseTOML(text, { tomlVersion: '1.0' });
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    // Its message is not kept: it may quote the text.
    throw new GuardError('config-invalid', 'the file cannot be edited', { why: 'parts of it are not TOML 1.0' });
  }
}

function namesOf(key: AST.TOMLKey): readonly string[] {
  return key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
}

/** Everything that a text says about a path, in its order. Empty when the path, if it is there, is inside an inline value. */
export function piecesOf(text: string, tables: readonly TomlTable[], path: TextPath): readonly Piece[] {
  return tables.flatMap((table) => {
    if (table.kind !== 'root' && startsWith(table.path, path)) return [tablePiece(text, table, path.length)];
    return table.members
      .filter((member) => startsWith(member.path, path))
      .map((member) =>
        piece(
          text,
          `member ${JSON.stringify(member.path.slice(path.length))}`,
          member.node.range[0],
          lineEndBehind(text, member.node.range[1]),
        ),
      );
  });
}

/** From the header to the end of the last member's line. Comments behind it may be about what follows, and stay. */
export function tablePiece(text: string, table: TomlTable, from = 0): Piece {
  const last = table.members.at(-1)?.node.range[1] ?? headerEnd(table);
  return piece(text, `table ${JSON.stringify(table.path.slice(from))}`, table.node.range[0], lineEndBehind(text, last));
}

/** Where the header of a table ends. */
export function headerEnd({ node }: TomlTable): number {
  return node.type === 'TOMLTable' ? node.key.range[1] : node.range[0];
}

function piece(text: string, key: string, start: number, end: number): Piece {
  const line = lineStart(text, start);
  return { key, start: line, end, blankBefore: /(?:^|\n)[ \t]*\r?\n$/.test(text.slice(Math.max(0, line - 200), line)) };
}

/** True when `path` is `prefix` or lies below it. */
export function startsWith(path: TextPath, prefix: TextPath): boolean {
  return prefix.length <= path.length && prefix.every((segment, index) => segment === path[index]);
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** The end of the line that an offset is in, before its line end. The rest of that line can only be white space, brackets of a header or a comment. */
export function lineEndBehind(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  const end = at < 0 ? text.length : at;
  return text[end - 1] === '\r' && end > offset ? end - 1 : end;
}

/** The text without some pieces, each with its line end and the blank line before it. */
export function withoutPieces(text: string, pieces: readonly Piece[]): string {
  let result = text;
  for (const one of pieces.toReversed()) {
    let [start, end] = [one.start, one.end];
    const behind = /^\r?\n/.exec(result.slice(end, end + 2))?.[0].length ?? 0;
    const before = result.slice(Math.max(0, start - 200), start);
    // The blanks of a blank line go with it; those behind the line above are somebody's.
    if (behind === 0) start -= lengthAtEnd(one.blankBefore ? /(?:\r?\n[ \t]*)?\r?\n$/ : /\r?\n$/, before);
    else if (one.blankBefore) start -= lengthAtEnd(/(?<=^|\n)[ \t]*\r?\n$/, before);
    end += behind;
    result = result.slice(0, start) + result.slice(end);
  }
  return result;
}

function lengthAtEnd(what: RegExp, text: string): number {
  return what.exec(text)?.[0].length ?? 0;
}
