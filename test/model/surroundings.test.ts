import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../src/model/json.ts';
import { canFill, fromTemplate, placeholdersOf, toTemplate } from '../../src/model/surroundings.ts';

const here = { cwd: '/home/ada/project', home: '/home/ada', user: 'ada-lovelace', platform: 'linux', 'arg:0': '/srv/files' };

describe('a text that names its surroundings becomes a template', () => {
  test.each([
    ['the folder', 'serves /home/ada/project only', 'serves {{cwd}} only'],
    ['the longer of two values', '/home/ada/project/x and /home/ada/y', '{{cwd}}/x and {{home}}/y'],
    ['an argument', '["/srv/files"]', '["{{arg:0}}"]'],
    ['not part of a longer word', '/home/adaptive and /home/ada2 and x-linux-y', '/home/adaptive and /home/ada2 and x-linux-y'],
    ['at the end of a sentence', 'in /home/ada.', 'in {{home}}.'],
    ['its own platform', 'runs on linux', 'runs on {{platform}}'],
    ['a list of platforms is not its own', 'runs on linux, darwin', 'runs on linux, darwin'],
    ['what looks like a placeholder', 'say {{cwd}}', 'say {{{{cwd}}'],
  ])('%s', (_, text, template) => {
    expect(toTemplate(text, here)).toBe(template);
    expect(fromTemplate(template, here)).toBe(text);
  });

  test('common words and short values never stand for a place', () => {
    expect(toTemplate('search the server as root', { user: 'search', host: 'server', home: 'root' })).toBe('search the server as root');
  });

  test('member names are templated too', () => {
    expect(toTemplate({ '/home/ada': ['/home/ada'] }, here)).toEqual({ '{{home}}': ['{{home}}'] });
  });

  test('a value that contains a placeholder, or one that contains another value, is not read twice', () => {
    const tricky = { a: 'x{{b}}yyy', b: '{{a}}zz', c: 'cccc}}', d: '{{{{{' };
    for (const text of ['x{{b}}yyy', '{{a}}zz', '{{cccc}}}}', '{{{{{{', '{{b}}', '{{{a}}zz}}']) {
      expect(fromTemplate(toTemplate(text, tricky), tricky)).toBe(text);
    }
  });
});

describe('a server cannot write a placeholder', () => {
  test('what it writes literally is not filled anywhere', () => {
    const elsewhere = { cwd: '/other' };
    expect(fromTemplate(toTemplate('{{cwd}}', here), elsewhere)).toBe('{{cwd}}');
    expect(fromTemplate(toTemplate('{{{cwd}}}', here), elsewhere)).toBe('{{{cwd}}}');
  });

  test('a placeholder that this launch has no value for is known', () => {
    const template = toTemplate({ text: 'in /srv/files' }, here);
    expect(placeholdersOf(template)).toEqual(['arg:0']);
    expect(canFill(template, { cwd: '/x' })).toBe(false);
    expect(canFill(template, { 'arg:0': '/x' })).toBe(true);
    expect(canFill(toTemplate('{{cwd}}', here), {})).toBe(true);
    expect(canFill('{{constructor}}', {})).toBe(false);
  });
});

test('a template filled where it was made is the text, whatever text and surroundings', () => {
  const piece = fc.constantFrom(
    '{',
    '{{',
    '}',
    '}}',
    'cwd',
    'home',
    '{{cwd}}',
    '/home/ada',
    '/project',
    'linux',
    'darwin',
    'a',
    ' ',
    '😀',
    'é',
  );
  const text = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));
  const surroundings = fc.dictionary(fc.constantFrom('cwd', 'home', 'user', 'platform', 'arg:0', 'Bad Name'), fc.oneof(text, fc.string()));
  const value = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, text, fc.integer(), fc.array(tie('value')), fc.dictionary(text, tie('value'))),
  })).value;
  fc.assert(
    fc.property(value, surroundings, (any, where) => {
      expect(fromTemplate(toTemplate(any, where), where)).toEqual(any);
    }),
    { numRuns: 5000 },
  );
});
