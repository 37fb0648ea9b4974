import { expect, test } from 'vitest';
import { matchesTemplate } from '../../src/gate/uri-template.ts';

test.each([
  ['note://{id}', 'note://7', true],
  ['note://{id}', 'note://7/8', false],
  ['note://{id}', 'note://7?x=1', false],
  ['note://{id}', 'other://7', false],
  ['note://{id}', 'NOTE://7', false],
  ['file:///{+path}', 'file:///a/b/c', true],
  ['file://{/path*}', 'file:///a/b', true],
  ['x://a{?q,r}', 'x://a?q=1&r=2', true],
  ['x://a{?q,r}', 'x://a', true],
  ['x://a{?q,r}', 'x://b', false],
  ['x://{a}/{b}.json', 'x://1/2.json', true],
  ['x://{a}/{b}.json', 'x://1/2.jsonx', false],
  ['x://{a}-{b}-end', 'x://1-2-3-end', true],
  ['plain://uri', 'plain://uri', true],
  ['plain://uri', 'plain://uri/more', false],
  ['a.b://{x}', 'aXb://1', false],
  ['x://{unclosed', 'x://{unclosed', true],
  ['x://{unclosed', 'x://anything', false],
])('%s and %s: %s', (template, uri, fits) => {
  expect(matchesTemplate(template, uri)).toBe(fits);
});

test('a template made to backtrack costs time in proportion', () => {
  const uri = `x://${'a'.repeat(60_000)}`;
  expect(matchesTemplate(`x://${'{a}'.repeat(25)}b`, uri)).toBe(false);
  expect(matchesTemplate('{+a}'.repeat(100), uri)).toBe(false);
  expect(matchesTemplate('{+a}', 'a'.repeat(100_000))).toBe(false);
});
