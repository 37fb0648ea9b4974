import { GuardError } from '../model/errors.ts';
import type { JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { parseStrict } from '../model/strict-json.ts';

/** Where a value lies in a frame: from `start` up to and without `end`. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** The members of an object, by decoded name. */
export type Members = ReadonlyMap<string, Span>;

/** A frame seen from above: its members, and those of the one member that holds the payload. */
export interface Skimmed {
  readonly top: Members;
  /** Of `result`, `params` or `error`, whichever there is and is an object; null otherwise. */
  readonly inner: Members | null;
  /** True when a string has an escape that can stand for a character that nobody sees: `\u…`, `\b`, `\f`. */
  readonly unusualEscapes: boolean;
}

/**
 * The members of a JSON object and of its payload, found without building any value, so that a large result costs one
 * pass over its bytes. null = the bytes are no JSON object by brackets, strings and commas, are nested too deep, or an
 * object that was looked into holds one name twice. Names are also the same when they differ only in case: Go's
 * decoder takes `Tools` for `tools`, and the later one wins.
 *
 * What lies deeper than the payload's members is not judged: a parser that takes it for JSON finds the same members.
 */
export function skim(bytes: Buffer): Skimmed | null {
  const cursor: Cursor = { bytes, at: 0, backslash: -1, window: '', windowAt: 0, inner: null, unusualEscapes: false };
  space(cursor);
  const top = bytes[cursor.at] === openBrace ? members(cursor, true) : null;
  if (top === null) return null;
  space(cursor);
  return cursor.at === bytes.length ? { top, inner: cursor.inner, unusualEscapes: cursor.unusualEscapes } : null;
}

/** The value of one member, strictly parsed; undefined = the object has none, or it is not JSON that can be trusted. */
export function readMember(bytes: Buffer, members: Members | null, name: string): JsonValue | undefined {
  const span = members?.get(name);
  if (span === undefined) return undefined;
  return plain(bytes, span) ?? read(bytes.toString('utf8', span.start, span.end));
}

/** Ids, methods and names are nearly always this short. */
const plainMaxBytes = 64;

/** The value of a short string in ASCII without escapes, or of a whole number that a double holds; undefined = it is neither. */
function plain(bytes: Buffer, { start, end }: Span): string | number | undefined {
  const length = end - start;
  if (length > plainMaxBytes) return undefined;
  if (bytes[start] === doubleQuote) {
    for (let at = start + 1; at < end - 1; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte < 0x20 || byte > 0x7e || byte === backslash || byte === doubleQuote) return undefined;
    }
    if (length < 2 || bytes[end - 1] !== doubleQuote) return undefined;
    // The engine has one text for all short words that it parses: sessions keep the method of every request that waits.
    return JSON.parse(bytes.toString('latin1', start, end)) as string;
  }
  if (length > 15 || (length > 1 && bytes[start] === 0x30)) return undefined;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return length > 0 ? value : undefined;
}

/** A whole frame, strictly parsed; undefined = it is not JSON that can be trusted. */
export function readFrame(bytes: Buffer): JsonValue | undefined {
  return read(bytes.toString('utf8'));
}

function read(text: string): JsonValue | undefined {
  try {
    return parseStrict(text, { maxValues: limits.messageMaxValues });
  } catch (cause) {
    if (cause instanceof GuardError) return undefined;
    throw cause;
  }
}

/**
 * A member name as the most lenient decoder reads it. `ſ` (U+017F) and `K` (U+212A) fold to ASCII letters in Go too.
 */
export function folded(name: string): string {
  return name.toUpperCase().toLowerCase();
}

interface Cursor {
  readonly bytes: Buffer;
  at: number;
  /** Where the next backslash is, looked up when it is asked for and behind; Infinity = there is none. */
  backslash: number;
  /** A piece of the frame as text, one character per byte, and where it starts. */
  window: string;
  windowAt: number;
  inner: Members | null;
  unusualEscapes: boolean;
}

const doubleQuote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
const colon = 0x3a;

const payloads = new Set(['result', 'params', 'error']);

/** Nearly every member that there is, folded: a look-up costs less. */
const folds = new Map(
  ['jsonrpc', 'id', 'method', ...payloads, 'name', 'arguments', 'content', '_meta'].map((name) => [name, folded(name)]),
);

/** The members of the object at the cursor, which ends behind it. */
function members(cursor: Cursor, top: boolean): Members | null {
  const { bytes } = cursor;
  const found = new Map<string, Span>();
  const names = new Set<string>();
  cursor.at += 1;
  space(cursor);
  if (bytes[cursor.at] === closeBrace) {
    cursor.at += 1;
    return found;
  }
  for (;;) {
    space(cursor);
    const name = nameAt(cursor);
    if (name === null) return null;
    const fold = folds.get(name) ?? folded(name);
    if (names.has(fold)) return null;
    names.add(fold);
    space(cursor);
    if (bytes[cursor.at] !== colon) return null;
    cursor.at += 1;
    space(cursor);
    const start = cursor.at;
    if (top && payloads.has(name) && bytes[start] === openBrace) {
      const inner = members(cursor, false);
      if (inner === null || cursor.inner !== null) return null;
      cursor.inner = inner;
    } else if (!value(cursor)) {
      return null;
    }
    found.set(name, { start, end: cursor.at });
    space(cursor);
    const next = bytes[cursor.at];
    cursor.at += 1;
    if (next === closeBrace) return found;
    if (next !== comma) return null;
  }
}

function nameAt(cursor: Cursor): string | null {
  const start = cursor.at;
  if (cursor.bytes[start] !== doubleQuote || !string(cursor)) return null;
  const short = plain(cursor.bytes, { start, end: cursor.at });
  if (typeof short === 'string') return short;
  const text = cursor.bytes.toString('utf8', start + 1, cursor.at - 1);
  if (!text.includes('\\')) return text;
  try {
    const name = JSON.parse(`"${text}"`) as string;
    return name.isWellFormed() ? name : null;
  } catch {
    return null;
  }
}

/** Moves behind one value of any kind; false = there is none, or its brackets do not match. */
function value(cursor: Cursor): boolean {
  const { bytes } = cursor;
  const first = bytes[cursor.at];
  if (first === doubleQuote) return string(cursor);
  if (first !== openBrace && first !== openBracket) return scalar(cursor);
  const open: number[] = [];
  while (cursor.at < bytes.length) {
    const byte = bytes[cursor.at];
    if (byte === doubleQuote) {
      if (!string(cursor)) return false;
      continue;
    }
    cursor.at += 1;
    if (byte === openBrace || byte === openBracket) {
      open.push(byte + 2); // `{` and `}`, `[` and `]` are two apart
      if (open.length > limits.jsonMaxDepth) return false;
    } else if (byte === closeBrace || byte === closeBracket) {
      if (open.pop() !== byte) return false;
      if (open.length === 0) return true;
    }
  }
  return false;
}

/** Moves behind a number or literal; what is not one of JSON's is seen when it is parsed, or by the client. */
function scalar(cursor: Cursor): boolean {
  const start = cursor.at;
  while (isScalarByte(cursor.bytes[cursor.at])) cursor.at += 1;
  return cursor.at > start;
}

function isScalarByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (
    (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x2d || byte === 0x2b || byte === 0x2e || byte === 0x45
  );
}

/** Most strings are shorter than what a native search costs to begin. */
const shortLength = 16;

/** Moves behind the string at the cursor; false = it does not end. */
function string(cursor: Cursor): boolean {
  const { bytes } = cursor;
  let at = cursor.at + 1;
  for (const short = at + shortLength; at < short; at += 1) {
    const byte = bytes[at];
    if (byte === backslash) return escapedString(cursor, at);
    if (byte === doubleQuote) {
      cursor.at = at + 1;
      return true;
    }
  }
  const end = bytes.indexOf(doubleQuote, at);
  if (end === -1) return false;
  if (cursor.backslash < at) {
    const next = bytes.indexOf(backslash, at);
    cursor.backslash = next === -1 ? Number.POSITIVE_INFINITY : next;
  }
  if (cursor.backslash < end) return escapedString(cursor, at);
  cursor.at = end + 1;
  return true;
}

/** Bytes that are looked at as text at once: bounds what the regular expression must remember to go back to. */
const windowBytes = 64 * 1024;
const stretch = /[^"\\]*(?:\\[\s\S][^"\\]*)*/y;
/** The same up to the first escape that is not an everyday one. */
const everyday = /[^"\\]*(?:\\[^ubf][^"\\]*)*/y;

/** The same for a string with escapes: V8's regular expressions pass over them several times faster than a loop. */
function escapedString(cursor: Cursor, from: number): boolean {
  const { bytes } = cursor;
  let at = from;
  while (at < bytes.length) {
    if (at < cursor.windowAt || at >= cursor.windowAt + cursor.window.length) {
      cursor.window = bytes.toString('latin1', at, at + windowBytes);
      cursor.windowAt = at;
    }
    const pattern = cursor.unusualEscapes ? stretch : everyday;
    pattern.lastIndex = at - cursor.windowAt;
    pattern.test(cursor.window);
    at = cursor.windowAt + pattern.lastIndex;
    if (bytes[at] === doubleQuote) {
      cursor.at = at + 1;
      return true;
    }
    // An unusual escape, or the window ends between a backslash and what it escapes.
    if (bytes[at] === backslash) {
      const next = bytes[at + 1];
      if (next === 0x75 || next === 0x62 || next === 0x66) cursor.unusualEscapes = true;
      at += 2;
    }
  }
  return false;
}

function space(cursor: Cursor): void {
  for (;;) {
    const byte = cursor.bytes[cursor.at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return;
    cursor.at += 1;
  }
}
