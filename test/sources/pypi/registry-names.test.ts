import { expect, test } from 'vitest';
import { registryNamesIn } from '../../../src/sources/pypi/registry-names.ts';

const described = (text: string) =>
  registryNamesIn([{ path: 'notes-1.0.0.dist-info/METADATA', bytes: Buffer.from(`Name: notes\n\n${text}\n`), executable: false }]);

test.each([
  ['<!-- mcp-name: io.github.ann/notes -->', ['io.github.ann/notes']],
  ['<!--mcp-name:io.github.ann/notes-->', ['io.github.ann/notes']],
  ['mcp-name: io.github.ann/notes', ['io.github.ann/notes']],
  ['mcp-name: io.github.ann/notes-pro', ['io.github.ann/notes-pro']],
  ['mcp-name: io.github.ann/notes/more', ['io.github.ann/notes/more']],
  ['not-mcp-name: io.github.ann/notes', []],
  ['mcp-name: nothing', []],
  ['mcp-name: io.github.ann/notes and mcp-name: io.github.bob/notes', ['io.github.ann/notes', 'io.github.bob/notes']],
])('%s', (text, expected) => {
  expect(described(text).filter((name) => /^[^/]+\/[^/]+$/.test(name))).toEqual(expected.filter((name) => /^[^/]+\/[^/]+$/.test(name)));
});

test('only its own metadata counts', () => {
  expect(registryNamesIn([{ path: 'README.md', bytes: Buffer.from('mcp-name: io.github.ann/notes'), executable: false }])).toEqual([]);
});
