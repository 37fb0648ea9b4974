/** A run of a text that spells another text. Offsets are UTF-16 units of the text that was given. */
export interface Encoded {
  readonly how: 'base64' | 'hexadecimal' | 'percent' | 'entities' | 'escapes' | 'rot13' | 'backwards';
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * What is written in code and reads as words when decoded once: at least two words of letters, valid UTF-8. The whole
 * text is also read by ROT13 and backwards; whoever asks decides whether that says anything.
 */
export function decodings(text: string): readonly Encoded[] {
  const found: Encoded[] = [];
  for (const [how, run, decode] of codes) {
    for (const { 0: match, index } of text.matchAll(run)) {
      const decoded = decode(match);
      if (decoded !== null && readsAsWords(decoded)) found.push({ how, start: index, end: index + match.length, text: decoded });
    }
  }
  const whole = { start: 0, end: text.length };
  found.push({ how: 'rot13', ...whole, text: text.replace(/[a-z]/gi, rotated) });
  found.push({ how: 'backwards', ...whole, text: [...text].reverse().join('') });
  return found;
}

type Code = readonly [Encoded['how'], RegExp, (run: string) => string | null];

const codes: readonly Code[] = [
  ['base64', /[A-Za-z0-9+/_-]{16,}={0,2}/g, (run) => utf8(Buffer.from(run, 'base64'))],
  ['hexadecimal', /(?:(?:\\x|0x)?[0-9a-f]{2}[\s:,]?){12,}/gi, (run) => utf8(Buffer.from(run.replace(/\\x|0x|[\s:,]/gi, ''), 'hex'))],
  ['percent', /[^\s"'<>]+/g, (run) => (run.includes('%20') ? percent(run) : null)],
  ['entities', /(?:&#x?[0-9a-f]{2,6};[ ]?){6,}/gi, (run) => run.replace(/&#(x?)([0-9a-f]{2,6});/gi, point)],
  [
    'escapes',
    /(?:\\u[0-9a-f]{4}[ ]?){6,}/gi,
    (run) => run.replace(/\\u()([0-9a-f]{4})/gi, (_, __, digits: string) => point(_, 'x', digits)),
  ],
];

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function percent(run: string): string | null {
  try {
    return decodeURIComponent(run);
  } catch {
    return null;
  }
}

function point(whole: string, base: string, digits: string): string {
  const code = Number.parseInt(digits, base === '' ? 10 : 16);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}

function readsAsWords(text: string): boolean {
  const letters = (text.match(/[\p{L}\p{Zs}.,;:'"!?/~_-]/gu) ?? []).length;
  return letters * 10 > text.length * 9 && /(?<!\p{L})\p{L}{2,40}[^\p{L}]{1,4}\p{L}{2,40}|\p{Script=Han}{6}/u.test(text);
}

function rotated(letter: string): string {
  const base = letter < 'a' ? 65 : 97;
  return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
}
