import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestValue } from '../../src/model/digest.ts';
import type { JsonValue } from '../../src/model/json.ts';
import type { WithheldItem } from '../../src/model/results.ts';
import { compared } from '../../src/report/html/compare.ts';
import { type ReviewView, reviewBody } from '../../src/report/html/review.ts';
import { reviewPage } from '../../src/report/html/review-page.ts';

/** The only tags that the page has, with the only attributes. */
const known =
  /^<(?:!doctype html|\/?(?:html|head|title|style|body|main|header|section|nav|h1|h2|h4|p|span|strong|code|ul|li|details|summary|pre|br|bdi|div|del|ins|form|fieldset|legend|label|button|a|meta|input)(?: (?:lang|charset|name|content|class|type|value|method|action|autocomplete|href|role|aria-label|aria-current|tabindex|autocapitalize|spellcheck|maxlength)="[^"<>]*"| disabled| checked)*)>$/;

function item(name: string, before: JsonValue, after: JsonValue): WithheldItem {
  return { kind: 'tools', name, before, after, digest: digestValue(after), firstSeen: '2026-01-01T00:00:00.000Z' };
}

/** Every place where a text of a server, of a client's file or of an error can stand. */
function page(text: string): string {
  const one = digestValue(text);
  const items = [
    item(text, { name: text, description: text, [text]: text }, { name: text, description: `${text} more`, [`${text}.`]: [text] }),
    item(text, null, { name: text, description: text }),
    { ...item(text, null, text), kind: 'instructions' as const, name: '' },
  ];
  const finding = { code: 'hidden-characters', severity: 'block', subject: text, args: { place: text, characters: [text] } } as const;
  const decision = { verdict: 'block', reasons: [text], autoApproved: false } as const;
  const plan = { name: text, scope: 'user', samePackage: true, pin: one, items, findings: [finding], gain: 'red', decision } as const;
  const entry = {
    client: 'cursor',
    scope: 'user',
    file: text,
    name: text,
    id: one,
    change: 'added',
    how: 'off',
    at: text,
    starts: text,
  } as const;
  const words = { scope: 'user', name: text, pins: text, items: 3, changed: 1, samePackage: true, since: null, blocked: 1 } as const;
  const view: ReviewView = {
    review: { entries: [entry], words: [words, { ...words, scope: 'project' }] },
    sections: [
      { plan, pins: text, card: one, shown: items.map((shown) => ({ id: one, item: shown, tooLong: false, ticked: true })), from: 0 },
    ],
    problems: [text],
    server: null,
    said: { done: false, lines: [text] },
    paths: { home: '/x/', decide: '/x/decide', held: '/x/held' },
    csrf: 'x',
  };
  return reviewPage('pinfold review', reviewBody(view));
}

const pieces = fc.constantFrom(
  '<',
  '>',
  '"',
  "'",
  '`',
  '&',
  '=',
  '</',
  '<script>',
  '</style>',
  '</bdi>',
  '-->',
  ' onfocus=',
  'javascript:',
  '\u202e',
  '\u200b',
  'a',
);

test('no text makes a tag, an attribute or an address, whatever it is and wherever it stands', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const made = page(`x${parts.join('')}`);
      expect((made.match(/<[^>]*>?/g) ?? []).filter((tag) => !known.test(tag))).toEqual([]);
      const targets = [...made.matchAll(/ (?:href|action)="([^"]*)"/g)].map(([, target]) => target);
      expect(targets.every((target) => target?.startsWith('/x/'))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('every character of both sides is on the page, whatever differs', () => {
  const words = fc.array(fc.constantFrom('one ', 'two ', 'three\n', 'a', 'b.', '  '), { maxLength: 40 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(words, words, (before, after) => {
      const { text } = compared(item('x', before, after));
      const side = (mark: string) =>
        (text.split('<div class="text">')[mark === 'pinned' ? 1 : 2] ?? '').split('</div>')[0]?.replaceAll(/<[^>]*>/g, '');
      expect([side('pinned'), side('now')]).toEqual([before, after]);
    }),
  );
});
