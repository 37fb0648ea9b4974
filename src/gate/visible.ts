import { isAscii } from 'node:buffer';
import { limits } from '../model/limits.ts';
import type { Skimmed } from './skim.ts';

/** A frame in which hidden characters were made visible. */
export interface VisibleFrame {
  readonly bytes: Buffer;
  /** How many were. */
  readonly characters: number;
}

/**
 * What steers a terminal, turns text around or is not seen at all: C0 (but tab, line feed and carriage return), DEL, C1,
 * the characters of Bidi_Control, and tags. The flags of England, Scotland and Wales are spelled with tags and hide nothing.
 *
 * Joiners, zero-width spaces and variation selectors stay: Persian, Indic scripts and emoji are written with them.
 *
 * @see Unicode 16, PropList.txt, Bidi_Control; UTS #51, emoji tag sequences
 */
const hidden =
  /\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f}|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/gu;

/** The same in the text of a frame, with escape sequences taken whole, so that `\\u001b` stays what it says. */
const inFrame = new RegExp(
  String.raw`(?:\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}){1,64}|\\[\s\S]|${hidden.source}`,
  'gu',
);

/**
 * The frame with every hidden character in it written as `<U+202E>`, in names and in values, whether it stood there as
 * such or escaped; everything else says what it said. null = there is none, or only in `kept` members. `refuse` = a
 * control character stands where JSON has none, so that readers disagree about the frame; or there are more than
 * `limits.hiddenMaxCharacters`, and each takes eight times its room.
 *
 * Text in ASCII with everyday escapes is looked through by native searches alone, other text in one pass over its
 * bytes: honest results pay for no more than that.
 *
 * @param frame one JSON object in UTF-8. Attacker-controlled.
 * @param seen what `skim` says of the frame.
 * @param kept members of `params` or `result` that are not text for anybody, or are pinned: not touched.
 */
export function makeVisible(
  frame: Buffer,
  seen: Pick<Skimmed, 'inner' | 'unusualEscapes'>,
  kept: readonly string[],
): VisibleFrame | null | 'refuse' {
  if (frame.length > shortBytes && !seen.unusualEscapes && isAscii(frame) && !controls.some((byte) => frame.includes(byte))) return null;
  const suspects = suspectsIn(frame);
  if (suspects === 0) return null;
  if (suspects > limits.hiddenMaxCharacters) return 'refuse';
  const spans = kept.flatMap((name) => seen.inner?.get(name) ?? []).sort((a, b) => a.start - b.start);
  let [characters, at] = [0, 0];
  const parts: Buffer[] = [];
  const changeUpTo = (end: number) => {
    const changed = visibleIn(frame.toString('utf8', at, end));
    characters += changed.characters;
    parts.push(changed.characters === 0 ? frame.subarray(at, end) : Buffer.from(changed.text));
  };
  for (const { start, end } of spans) {
    changeUpTo(start);
    parts.push(frame.subarray(start, end));
    at = end;
  }
  changeUpTo(frame.length);
  return characters === 0 ? null : { bytes: Buffer.concat(parts), characters };
}

function visibleIn(text: string): { readonly text: string; readonly characters: number } {
  let characters = 0;
  const show = (found: string): string => {
    if (found.length > 2) return found; // a flag
    characters += 1;
    return `<U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`;
  };
  const unescaped = (found: string): string => {
    if (!found.startsWith('\\')) return show(found);
    if (found === '\\b') return show('\b');
    if (found === '\\f') return show('\f');
    if (found.length < 6) return found;
    const decoded = JSON.parse(`"${found}"`) as string;
    const before = characters;
    const shown = decoded.replace(hidden, show);
    return characters === before ? found : JSON.stringify(shown).slice(1, -1);
  };
  return { text: text.replace(inFrame, unescaped), characters };
}

/** A pass over fewer bytes costs less than to begin that many searches. */
const shortBytes = 512;

/** Bytes that are control characters as such. */
const controls = [...Array(0x20).keys(), 0x7f].filter((byte) => byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);

/** By first byte: 1 = perhaps the beginning of something hidden, 2 = no JSON has it. */
const kinds = new Uint8Array(256);
for (const byte of controls) kinds[byte] = 2;
for (const byte of [0x5c, 0x7f, 0xc2, 0xd8, 0xe2, 0xf3]) kinds[byte] = 1;

/** How many hidden characters there are, kept members included; Infinity = no JSON has such a byte. */
function suspectsIn(bytes: Buffer): number {
  const { length } = bytes;
  let suspects = 0;
  for (let at = 0; at < length; at += 1) {
    const kind = kinds[bytes[at] as number];
    if (kind === 0) continue;
    if (kind === 2) return Number.POSITIVE_INFINITY;
    if (isHiddenAt(bytes, at)) suspects += 1;
    if (bytes[at] === 0x5c) at += 1;
  }
  return suspects;
}

function isHiddenAt(bytes: Buffer, at: number): boolean {
  const second = bytes[at + 1] ?? 0;
  const third = bytes[at + 2] ?? 0;
  switch (bytes[at]) {
    case 0x5c: // \b, \f, \u
      return second === 0x62 || second === 0x66 || (second === 0x75 && isHiddenUnit(unitAt(bytes, at + 2)));
    case 0xc2: // U+0080 to U+009F
      return second < 0xa0;
    case 0xd8: // U+061C
      return second === 0x9c;
    case 0xe2: // U+200E, U+200F, U+202A to U+202E; U+2066 to U+2069
      if (second === 0x81) return third >= 0xa6 && third <= 0xa9;
      return second === 0x80 && (third === 0x8e || third === 0x8f || (third >= 0xaa && third <= 0xae));
    case 0xf3: // U+E0000 to U+E007F
      return second === 0xa0 && third < 0x82;
    default: // U+007F
      return true;
  }
}

/** The UTF-16 unit of four hexadecimal digits; something harmless when they are none. */
function unitAt(bytes: Buffer, at: number): number {
  let unit = 0;
  for (let place = at; place < at + 4; place += 1) {
    const byte = bytes[place] ?? 0;
    const digit = byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57;
    if (digit < 0 || digit > 15) return 0x20;
    unit = unit * 16 + digit;
  }
  return unit;
}

function isHiddenUnit(unit: number): boolean {
  if (unit < 0x20) return unit !== 0x09 && unit !== 0x0a && unit !== 0x0d;
  if (unit < 0x2000) return (unit >= 0x7f && unit <= 0x9f) || unit === 0x061c;
  if (unit === 0xdb40) return true; // the first half of every tag
  return unit === 0x200e || unit === 0x200f || (unit >= 0x202a && unit <= 0x202e) || (unit >= 0x2066 && unit <= 0x2069);
}
