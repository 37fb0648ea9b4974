import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { html, joined, remote } from '../../src/report/html/markup.ts';
import { disclosurePage } from '../../src/report/html/page.ts';
import { disclosureSaying } from './sample.ts';

/** The only tags that a page has, with the only attributes. None of them loads, links, runs or sends anything. */
const known =
  /^<(?:!doctype html|\/?(?:html|head|title|style|body|main|header|section|h1|h2|h3|p|span|strong|code|ul|li|details|summary|dl|dt|dd|pre|br|bdi|div|meta)(?: (?:lang|charset|http-equiv|name|content|class)="[^"<>]*")*)>$/;

function page(text: string, probed = true): string {
  const said = disclosureSaying(text);
  // Names of variables are grouped by how they sound: of another text, another shape.
  const disclosure = { ...said, capabilities: { ...said.capabilities, environment: [`${text} x`] } };
  return disclosurePage(probed ? disclosure : { ...disclosure, probed: null }, { clientCommand: [text] });
}

/** Where markup begins: as often in every page of one shape, whatever the texts in it are. */
function marks(text: string): number {
  return text.split('<').length;
}

function unknownTags(text: string): readonly string[] {
  return (text.match(/<[^>]*>?/g) ?? []).filter((tag) => !known.test(tag));
}

const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style><style>body{background:url(https://drop.example/)}',
  '</title><base href="https://drop.example/">',
  '<!-- ',
  ']]>',
  '&lt;script&gt;',
  '&#60;script&#62;',
  '{{constructor}}${1}`',
  '<meta http-equiv="refresh" content="0;url=https://drop.example/">',
  'javascript:alert(1)',
];

describe('a page', () => {
  test.each(hostile)('%s stays a text', (text) => {
    for (const probed of [true, false]) {
      const made = page(text, probed);
      expect(unknownTags(made)).toEqual([]);
      expect(marks(made)).toBe(marks(page('x', probed)));
      expect(made.indexOf('Content-Security-Policy')).toBeGreaterThan(0);
    }
  });

  test('no text makes a tag, an attribute or a second policy, whatever it is', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '`',
      '&',
      '=',
      '/',
      'script',
      'style',
      ' onload',
      '\u0000',
      '\u2028',
      '\ud800',
      '\u202e',
      'a',
      ' ',
      '\n',
      '-->',
      '&#60;',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
          fc.array(pieces, { minLength: 1, maxLength: 30 }).map((all) => all.join('')),
        ),
        (text) => {
          const made = page(text);
          expect(unknownTags(made)).toEqual([]);
          expect(marks(made)).toBe(marks(page('x')));
          expect(made).not.toMatch(/[\u202e\u2028\u0000]/);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('shows what cannot be seen, keeps direction to itself, and takes credentials out of addresses', () => {
    expect(remote('a\u202eb\u200bc').text).toBe('<bdi>a&#60;U+202E&#62;b&#60;U+200B&#62;c</bdi>');
    expect(page('see https://me:pass@host/x')).not.toContain('pass@');
    expect(html`<p class="${'"x'}">${'<b>'}</p>`.text).toBe('<p class="&#34;x">&#60;b&#62;</p>');
    expect(joined([null, html`<p>${1}</p>`]).text).toBe('<p>1</p>');
  });

  test('loads nothing: no address in any place that a browser asks', () => {
    const made = page('https://drop.example/x');
    expect(made).not.toMatch(/(?:src|href|url\(|@import|action)\s*=?\s*["'(]?https?:/i);
    expect(made).not.toMatch(/<(?:script|link|a|img|iframe|form|base|object)\b/i);
    expect(made).toContain("content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\"");
  });

  test('says everything that the card says in full', () => {
    const made = page('words of a server');
    for (const title of [
      'Findings',
      'What it can do',
      'What it asks for',
      'Tools',
      'Who stands behind it',
      'What could not be checked',
      'What the client will run',
      'Decision',
    ])
      expect(made).toContain(`<h2>${title}`);
    expect(made).toContain('Tells the model');
    expect(made).toContain('not an MCP server');
  });
});
