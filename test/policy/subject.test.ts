import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { covers, parseSubject } from '../../src/policy/subject.ts';

function matches(entry: string, server: string): boolean {
  const [left, right] = [parseSubject(entry), parseSubject(server)];
  if (left === null) throw new Error(`the entry ${entry} is not understood`);
  return right !== null && covers(left, right);
}

describe('an entry covers', () => {
  test.each([
    ['pkg:npm/files', 'pkg:npm/files'],
    ['pkg:npm/%40scope/files', 'pkg:npm/%40scope/files'],
    ['pkg:npm/@scope/files', 'pkg:npm/%40scope/files'],
    ['PKG:NPM/@scope/files', 'pkg:npm/%40scope/files'].map((text) => text.replace('PKG:NPM', 'pkg:NPM')),
    ['pkg:npm/%40scope/*', 'pkg:npm/%40scope/files'],
    ['pkg:pypi/Mcp_Server.Git', 'pkg:pypi/mcp-server-git'],
    ['pkg:github/Owner/Repo', 'pkg:github/owner/repo'],
    ['https://MCP.example.com', 'https://mcp.example.com'],
    ['https://mcp.example.com:443/', 'https://mcp.example.com'],
    ['https://mcp.example.com:8443', 'https://mcp.example.com:8443'],
  ])('%s covers %s', (entry = '', server = '') => {
    expect(matches(entry, server)).toBe(true);
  });
});

describe('an entry does not cover', () => {
  test.each([
    ['pkg:npm/files', 'pkg:npm/files-evil'],
    ['pkg:npm/files', 'pkg:npm/evil-files'],
    ['pkg:npm/files', 'pkg:npm/%40scope/files'],
    ['pkg:npm/%40scope/files', 'pkg:npm/files'],
    ['pkg:npm/files', 'pkg:pypi/files'],
    ['pkg:npm/jsonstream', 'pkg:npm/JSONStream'],
    ['pkg:npm/%40scope/*', 'pkg:npm/%40scope-evil/files'],
    ['pkg:npm/%40scope/*', 'pkg:npm/scope/files'],
    ['pkg:npm/%40scope/*', 'pkg:npm/%40scope/*'],
    ['pkg:npm/%40scope/*', 'pkg:pypi/files'],
    ['https://mcp.example.com', 'http://mcp.example.com'],
    ['https://mcp.example.com', 'https://mcp.example.com.evil.test'],
    ['https://mcp.example.com', 'https://evil.mcp.example.com'],
    ['https://mcp.example.com', 'https://mcp.example.com:8443'],
    ['pkg:npm/files', 'files'],
    ['pkg:npm/f.les', 'pkg:npm/files'],
  ])('%s does not cover %s', (entry, server) => {
    expect(matches(entry, server)).toBe(false);
  });
});

test.each([
  'files',
  '*',
  'pkg:npm/*',
  'pkg:npm/',
  'pkg:npm/@scope',
  'pkg:npm/@/x',
  'pkg:npm/files@1.0.0',
  'pkg:npm/@scope/files@1.0.0',
  'pkg:npm/fil*',
  'pkg:npm/@scope/fil*',
  'pkg:npm/@sc*pe/*',
  'pkg:npm/a/b/c',
  'pkg:npm/a?x=1',
  'pkg:npm/a#sub',
  'pkg:npm/%zz',
  'pkg:npm/%2e%2e',
  'pkg:npm/a%2Fb',
  'pkg:npm/a b',
  'pkg:pypi/a/b',
  'pkg:oci/*',
  'npm:@scope/*',
  'https://user@host',
  'https://host/path',
  'https://host?x',
  'https://host#x',
  'https://',
  'ftp://host',
  'https://a\\@b',
  '',
])('%j is no subject', (text) => {
  expect(parseSubject(text)).toBeNull();
});

test('no text breaks the parser, and what covers another is equal or a scope', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (left, right) => {
      const [a, b] = [parseSubject(`pkg:npm/${left}`), parseSubject(`pkg:npm/${right}`)];
      if (a !== null && b !== null && covers(a, b)) expect(a.kind === 'scope' || a.id === b.id).toBe(true);
    }),
  );
});
