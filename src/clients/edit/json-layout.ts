import type { Node } from 'jsonc-parser';
import type { JsonValue } from '../../model/json.ts';
import type { Dialect } from './editable-text.ts';
import { gapPieceAt } from './json-gap.ts';

/** How new text is laid out at one place of a document, so that it looks like its siblings. */
export interface Layout {
  readonly eol: string;
  /** Indentation of a member, of the line that opens the container, and of one level. */
  readonly member: string;
  readonly outer: string;
  readonly unit: string;
  /** Everything on one line. */
  readonly inline: boolean;
}

/** The layout of a container's members, read off the members that are there. */
export function layoutOf(text: string, container: Node): Layout {
  const children = container.children ?? [];
  const first = children[0];
  const last = children.at(-1);
  const outer = indentOfLine(text, container.offset);
  const fallback = /[\r\n]([ \t]+)[^\s]/.exec(text)?.[1] ?? '  ';
  const eol = eolNear(text, container.offset);
  if (first === undefined || last === undefined) {
    // A one-line file stays one line; a bare `{}` is only an empty file.
    const inline = container.parent !== undefined && !/[\r\n]/.test(text.trim());
    return { eol, outer, member: outer + fallback, unit: fallback, inline };
  }
  const inline = !/[\r\n]/.test(text.slice(container.offset, first.offset));
  const member = startsLine(text, last.offset) ? indentOfLine(text, last.offset) : indentOfLine(text, first.offset);
  const unit = member.startsWith(outer) && member.length > outer.length ? member.slice(outer.length) : fallback;
  return { eol, outer, member, unit, inline };
}

/** JSON text of a value that begins in a line indented by `indent`. */
export function printJson(value: JsonValue, indent: string, layout: Layout): string {
  if (layout.inline) return JSON.stringify(value);
  return JSON.stringify(value, null, layout.unit).replaceAll('\n', layout.eol + indent);
}

/** What lies between a member and the next token that is not a comment. */
export interface Gap {
  /** Offset of the first comma; null = another token came first. */
  readonly comma: number | null;
  /** End of the last comment, comma or starting point; only white space follows up to the next token. */
  readonly lastEnd: number;
  /** The same, without leaving the line. */
  readonly lineEnd: number;
  /** A `//` comment ends at `lineEnd`: what comes next must begin a new line. */
  readonly lineComment: boolean;
  /** The same for `lastEnd`. */
  readonly lastIsLineComment: boolean;
  readonly comments: boolean;
}

/** Scans over white space, comments and at most one comma, from the end of a token of a valid text. */
export function gapAfter(text: string, from: number, dialect: Dialect): Gap {
  let [comma, lastEnd, lineEnd]: [number | null, number, number] = [null, from, from];
  let [sameLine, lineComment, lastIsLineComment, comments] = [true, false, false, false];
  for (let at = from; ; ) {
    const piece = gapPieceAt(text, at, dialect);
    if (piece === null) {
      if (text[at] !== ',' || comma !== null) return { comma, lastEnd, lineEnd, lineComment, lastIsLineComment, comments };
      comma = at++;
      // A comma at the start of a later line: what comes behind it is counted from there.
      [sameLine, lineEnd, lastEnd, lineComment, lastIsLineComment] = [true, at, at, false, false];
      continue;
    }
    at = piece.end;
    if (piece.kind === 'line-break') sameLine = false;
    if (piece.kind === 'line-break' || piece.kind === 'space') continue;
    comments = true;
    lastEnd = at;
    lastIsLineComment = piece.kind === 'line-comment';
    if (sameLine) [lineEnd, lineComment] = [at, lastIsLineComment];
  }
}

function indentOfLine(text: string, offset: number): string {
  const start = lineStart(text, offset);
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

function startsLine(text: string, offset: number): boolean {
  return /^[ \t]*$/.test(text.slice(lineStart(text, offset), offset));
}

function lineStart(text: string, offset: number): number {
  return Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
}

/** The line ending in use just behind an offset, else before it, else the first of the text. Files with mixed endings exist. */
function eolNear(text: string, offset: number): string {
  return /\r\n|\n|\r/.exec(text.slice(offset))?.[0] ?? /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
}
