import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasHiddenCharacters, printable } from '../../src/model/printable.ts';

test.each([
  ['ANSI', 'a\u001b[31mred', 'a<U+001B>[31mred'],
  ['C1 control', 'a\u009bm', 'a<U+009B>m'],
  ['bidi override', 'user\u202egnp.exe', 'user<U+202E>gnp.exe'],
  ['bidi isolate', '\u2066x\u2069', '<U+2066>x<U+2069>'],
  ['zero width', 'a\u200bb\u200dc\ufeffd', 'a<U+200B>b<U+200D>c<U+FEFF>d'],
  ['tag characters', '\u{e0041}\u{e007f}', '<U+E0041><U+E007F>'],
  ['variation selector supplement', 'x\u{e0100}', 'x<U+E0100>'],
  ['soft hyphen and fillers', 'a\u00adb\u115fc\u3164d', 'a<U+00AD>b<U+115F>c<U+3164>d'],
  ['lone surrogate', 'a\ud800b', 'a<U+D800>b'],
  ['line separator', 'a\u2028b', 'a<U+2028>b'],
  ['new line and tab on one line', 'a\nb\tc\r\nd', 'a\\nb c\\nd'],
  ['lone carriage return overwrites a line on a terminal', 'good\rbad', 'good<U+000D>bad'],
  ['credentials in a URL', 'see https://user:s3cret@host/path', 'see https://host/path'],
  ['credentials behind a scheme of any length', `${'x'.repeat(99)}https://user:s3cret@host/`, `${'x'.repeat(99)}https://host/`],
  ['credentials split by a hidden character stay hidden', 'https://user:s3\u200bcret@host/', 'https://host/'],
  ['emoji with selector and joiner', '⚠\ufe0f \u{1f468}\u200d\u{1f469} 1\ufe0f\u20e3', '⚠\ufe0f \u{1f468}\u200d\u{1f469} 1\ufe0f\u20e3'],
  ['a selector or joiner elsewhere', 'a\ufe0fb\u200dc', 'a<U+FE0F>b<U+200D>c'],
  ['ordinary text', 'Größe: 5 €, 日本語, emoji 😀', 'Größe: 5 €, 日本語, emoji 😀'],
])('%s', (_, text, expected) => {
  expect(printable(text)).toBe(expected);
});

test('long text is capped and the cap is shown', () => {
  expect(printable('x'.repeat(30), { maxLength: 10 })).toBe('xxxxxxxxxx… (+20 characters)');
});

test('with lines, line breaks stay', () => {
  expect(printable('a\nb\u001bc', { lines: true })).toBe('a\nb<U+001B>c');
});

test('nothing that drives a terminal or hides survives, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = printable(text);
      expect(hasHiddenCharacters(shown)).toBe(false);
      expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    }),
    { numRuns: 500 },
  );
});

// Takes minutes where the scheme of a URL is looked for at every letter.
test.each(['x', 'x.', '://', '://x', '@'])('a long text of %j ends', (part) => {
  expect(printable(part.repeat(120_000 / part.length), { maxLength: 10 })).toContain('characters');
});
