import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { skim } from '../../src/gate/skim.ts';
import { makeVisible } from '../../src/gate/visible.ts';
import { limits } from '../../src/model/limits.ts';

const wales = '\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}';

function visibleOf(text: string, kept: readonly string[]) {
  const frame = Buffer.from(text);
  return makeVisible(frame, skim(frame) ?? { inner: null, unusualEscapes: true }, kept);
}

/** The text of a message whose result is `{"text": …}`, with the literal as it is given. */
function shown(literal: string, kept: readonly string[] = []): string | null | 'refuse' {
  const visible = visibleOf(`{"jsonrpc":"2.0","id":1,"result":{"text":${literal}}}`, kept);
  if (visible === null || visible === 'refuse') return visible;
  return (JSON.parse(visible.bytes.toString('utf8')) as { result: { text: string } }).result.text;
}

describe('hidden characters are made visible', () => {
  test.each([
    ['an ANSI sequence, escaped', '"\\u001b[31mred"', '<U+001B>[31mred'],
    ['the same in capitals', '"\\u001B[2J"', '<U+001B>[2J'],
    ['the one-character CSI', '"\u009b2J"', '<U+009B>2J'],
    ['the same, escaped', '"\\u009b2J"', '<U+009B>2J'],
    ['DEL', '"a\u007fb"', 'a<U+007F>b'],
    ['backspace and form feed in their short form', '"a\\bb\\fc"', 'a<U+0008>b<U+000C>c'],
    ['NUL', '"\\u0000"', '<U+0000>'],
    ['an override', '"a\u202eb"', 'a<U+202E>b'],
    ['an override, escaped', '"a\\u202Eb"', 'a<U+202E>b'],
    ['isolates', '"\u2066\u2069"', '<U+2066><U+2069>'],
    ['marks', '"\u200e\u200f\u061c"', '<U+200E><U+200F><U+061C>'],
    ['tags', '"a\u{e0041}\u{e0042}"', 'a<U+E0041><U+E0042>'],
    ['tags, escaped', '"a\\udb40\\udc41\\uDB40\\uDC42"', 'a<U+E0041><U+E0042>'],
    ['tags behind a flag that is none', '"\u{1f3f4}\u{e0068}\u{e0069}\u{e007f}"', '\u{1f3f4}<U+E0068><U+E0069><U+E007F>'],
    ['beside other escapes', '"\\u0022\\u202e\\u005c\\n\\u4e2d"', '"<U+202E>\\\n中'],
    ['behind an escaped backslash', '"\\\\\\u202e"', '\\<U+202E>'],
  ])('%s', (_, literal, text) => {
    expect(shown(literal)).toBe(text);
  });

  test('in names of members too', () => {
    expect(visibleOf('{"result":{"a\\u202eb":1}}', [])).toMatchObject({
      characters: 1,
      bytes: Buffer.from('{"result":{"a<U+202E>b":1}}'),
    });
  });

  test('numbers, order, spacing and members that are there twice stay what they were', () => {
    const text = '{ "x":9007199254740993,"result":{"b":1.0,"a":"\\u202e", "b":-0 } }';
    const visible = visibleOf(text, []);
    // The frame with a member twice never comes here; what is left of it must not depend on that.
    expect(visible === null || visible === 'refuse' ? null : visible.bytes.toString('utf8')).toBe(text.replace('\\u202e', '<U+202E>'));
  });
});

describe('everything else goes on as it came', () => {
  test.each([
    ['plain white space', '"a\\n\\t\\r\\u000a\\u0009\\u000d b"'],
    ['a tab between two members', '"a" \t'],
    ['what is written out', '"\\\\u001b and \\\\u202e"'],
    ['quotes, dashes, other scripts', '"“—” 你好 Ünï ½ שלום عربى"'],
    ['the same, escaped', '"\\u201c\\u2014\\u201d \\u4f60 \\u00fc \\u05e9"'],
    ['joiners and selectors', '"👩‍💻 ⚠️ می‌خواهم"'],
    ['emoji, escaped', '"\\ud83d\\ude00"'],
    ['the flag of Wales', `"${wales}"`],
    [
      'the same, escaped',
      `"${[...wales].map((point) => [...Array(point.length).keys()].map((at) => `\\u${point.charCodeAt(at).toString(16)}`).join('')).join('')}"`,
    ],
    ['a variation selector of the supplement', '"\u{e0100}"'],
    ['base64', '"iVBORw0KGgo+/=="'],
  ])('%s', (_, literal) => {
    expect(shown(literal)).toBe(null);
  });

  test('a member that is kept', () => {
    expect(shown('"\\u202e"', ['text'])).toBe(null);
    expect(visibleOf('{"result":{"state":"\u202e","text":"\u202e"}}', ['state'])).toMatchObject({
      characters: 1,
      bytes: Buffer.from('{"result":{"state":"\u202e","text":"<U+202E>"}}'),
    });
  });
});

test.each(['\u0000', '\u0007', '\u001b[31m', '\u000c'])('a control character as such, where JSON has none: %j', (raw) => {
  expect(shown(`"${raw}"`)).toBe('refuse');
});

test('more of them than a message may hold', () => {
  expect(shown(`"${'\u007f'.repeat(limits.hiddenMaxCharacters)}"`)).toHaveLength(8 * limits.hiddenMaxCharacters);
  expect(shown(`"${'\u007f'.repeat(limits.hiddenMaxCharacters + 1)}"`)).toBe('refuse');
});

const hidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/gu;
const unit = fc.oneof(
  fc.constantFrom(
    '\u001b',
    '\u009b',
    '\u202e',
    '\u{e0041}',
    '\u200f',
    '\\',
    '"',
    '\n',
    '\t',
    '\b',
    'u001b',
    'a',
    '😀',
    '中',
    '\u{e0100}',
    '‍',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);
const texts = fc.array(unit, { maxLength: 12 }).map((units) => units.join(''));

/** A JSON literal of the text in which any unit may be escaped. */
function literalOf(text: string, escapes: readonly boolean[]): string {
  const units = [
    ...JSON.stringify(text)
      .slice(1, -1)
      .matchAll(/\\u[0-9a-f]{4}|\\.|[\s\S]/gu),
  ].map(([part]) => part);
  const all = units.map((part, at) => (escapes[at % escapes.length] === true && !part.startsWith('\\') ? escaped(part) : part));
  return `"${all.join('')}"`;
}

function escaped(part: string): string {
  return [...Array(part.length).keys()].map((at) => `\\u${part.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
}

test('whatever the text and however it is escaped: no hidden character is left, and nothing else has changed', () => {
  fc.assert(
    fc.property(texts, fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }), (text, escapes) => {
      const wanted = text.replace(hidden, (found) => `<U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`);
      expect(shown(literalOf(text, escapes))).toBe(wanted === text ? null : wanted);
    }),
    { numRuns: 3000 },
  );
});
