import { GuardError } from './errors.ts';
import type { JsonValue } from './json.ts';
import { limits } from './limits.ts';

interface StrictOptions {
  readonly maxDepth?: number;
  /** Small values take thirty times the memory of their text, and a second for each million. */
  readonly maxValues?: number;
}

/**
 * The value of a JSON text, when every parser reads it the same way. One pass looks for what `JSON.parse` lets through
 * (a member name twice in one object, nesting over `maxDepth`, more values than `maxValues`, lone surrogates, numbers that
 * a double does not hold), then `JSON.parse` judges the grammar. A byte-order mark and text after the value are errors. A
 * member `__proto__` becomes an own member like any other.
 *
 * Numbers: `9007199254740993`, `1e400`, `-0` and `0.1000000000000000055` are rejected, because what is hashed here
 * (a double) would not be what another client reads. `1.0`, `1e2` and `0.1` are fine: all their digits survive.
 *
 * @throws GuardError `json-invalid`; `why` names the fault and its position in UTF-16 units. The text is attacker-controlled
 * and is never quoted, member names included.
 * @see RFC 8259, RFC 7493 (I-JSON)
 */
export function parseStrict(text: string, options: StrictOptions = {}): JsonValue {
  if (!text.isWellFormed()) throw invalid('a lone surrogate', text.search(/\p{Surrogate}/u));
  scan(text, { maxDepth: limits.jsonMaxDepth, maxValues: Number.POSITIVE_INFINITY, ...options });
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw invalid('not JSON', positionIn(cause), cause);
  }
}

/** The same of UTF-8 bytes; null = they are no JSON that every parser reads the same way (or the JSON `null`). */
export function strictJsonOrNull(bytes: Uint8Array): JsonValue {
  try {
    return parseStrict(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    if (cause instanceof GuardError || cause instanceof TypeError) return null;
    throw cause;
  }
}

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const comma = 0x2c;

/** Throws for what `JSON.parse` would accept. Sloppy about grammar on purpose: whatever is not JSON fails afterwards. */
function scan(text: string, { maxDepth, maxValues }: Required<StrictOptions>): void {
  const names: (Set<string> | null)[] = [];
  let [at, values] = [0, 0];
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = scanString(text, at, names.at(-1));
    } else if (code === 0x7b || code === 0x5b) {
      names.push(code === 0x7b ? new Set() : null);
      if (names.length > maxDepth) throw invalid(`nested deeper than ${maxDepth}`, at);
      values += 1;
      if (values > maxValues) throw invalid(`more than ${maxValues} values`, at);
      at += 1;
    } else if (code === comma) {
      values += 1;
      if (values > maxValues) throw invalid(`more than ${maxValues} values`, at);
      at += 1;
    } else if (code === 0x7d || code === 0x5d) {
      names.pop();
      at += 1;
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      at = scanNumber(text, at);
    } else {
      at += 1;
    }
  }
}

/** The position after the string that starts at `start`; a member name is remembered in `names`. */
function scanString(text: string, start: number, names: Set<string> | null | undefined): number {
  let at = start + 1;
  let escaped = false;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === quote) break;
    if (Number.isNaN(code)) throw invalid('not JSON', start);
    if (code === backslash) {
      escaped = true;
      at = scanEscape(text, at);
    } else {
      at += 1;
    }
  }
  const end = at + 1;
  if (names && text.charCodeAt(skipSpace(text, end)) === colon) {
    const name = escaped ? plainText(text.slice(start, end), start) : text.slice(start + 1, at);
    if (names.has(name)) throw invalid('a member name twice in one object', start);
    names.add(name);
  }
  return end;
}

function scanEscape(text: string, at: number): number {
  if (text.charCodeAt(at + 1) !== 0x75) return at + 2;
  const unit = Number.parseInt(text.slice(at + 2, at + 6), 16);
  if (unit >= 0xdc00 && unit <= 0xdfff) throw invalid('a lone surrogate', at);
  if (unit < 0xd800 || unit > 0xdfff) return at + 6;
  const low = text.startsWith('\\u', at + 6) ? Number.parseInt(text.slice(at + 8, at + 12), 16) : 0;
  if (low < 0xdc00 || low > 0xdfff) throw invalid('a lone surrogate', at);
  return at + 12;
}

function plainText(literal: string, at: number): string {
  try {
    return JSON.parse(literal) as string;
  } catch (cause) {
    throw invalid('not JSON', at, cause);
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
    at += 1;
  }
}

const numberToken = /-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

function scanNumber(text: string, at: number): number {
  numberToken.lastIndex = at;
  const token = numberToken.exec(text)?.[0];
  if (token === undefined) return at + 1;
  // Integers of up to 15 digits are exact; that is nearly every number there is.
  const plain = token.length <= 15 && /^[0-9]+$/.test(token);
  if (!plain && digitsOf(token) !== digitsOf(String(Number(token)))) throw invalid('a number that a double does not hold', at);
  return at + token.length;
}

/** Sign, significant digits and exponent of the last digit: equal for two spellings of one decimal number. */
function digitsOf(number: string): string {
  const match = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/.exec(number);
  if (match === null) return 'not finite';
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return `${sign}0`;
  return `${sign}${significant}e${Number(exponent) - fraction.length + (digits.length - significant.length)}`;
}

function positionIn(cause: unknown): number {
  return Number(/position (\d+)/.exec(cause instanceof Error ? cause.message : '')?.[1] ?? 0);
}

function invalid(what: string, position: number, cause?: unknown): GuardError {
  return new GuardError('json-invalid', 'the JSON cannot be trusted', { why: `${what} at position ${position}`, cause });
}
