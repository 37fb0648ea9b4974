import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commands } from '../../src/commands/index.ts';
import { parsePolicy } from '../../src/policy/parse.ts';

const root = join(import.meta.dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

test('the policy in the README is one that pinfold reads', () => {
  const [, json = ''] = /```json\n([^`]+)```/.exec(readme) ?? [];
  expect(parsePolicy(json, 'user', 'README.md')).toMatchObject({ version: 1, noMatch: 'deny' });
});

test('every command that the README names exists, and every command is named', () => {
  const known = new Set(['run', ...commands.flatMap(({ paths }) => (paths ?? []).map(([first = '']) => first))]);
  const named = [...readme.matchAll(/pinfold ([a-z]+)\b/g)].map(([, word = '']) => word);
  const prose = new Set(['is', 'shows', 'does']);
  expect(named.filter((word) => !known.has(word) && !prose.has(word))).toEqual([]);
  for (const { paths } of commands) {
    const [first = ''] = paths?.[0] ?? [];
    if (first !== 'help') expect(readme, first).toMatch(new RegExp(`pinfold ${first}\\b`));
  }
});

test.each([
  'README.md',
  'CONTRIBUTING.md',
  'docs/architecture.md',
  'docs/threat-model.md',
  'docs/policy.md',
  'docs/gate.md',
  'docs/configs.md',
])('every link in %s leads to a file', (file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target = '']) => join(root, file, '..', target));
  expect(links.filter((target) => !existsSync(target))).toEqual([]);
});

test('every script that the README tells a newcomer to run exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
  const named = [...readme.matchAll(/npm (?:run )?(try|test|check|bench|fix)\b/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(1);
  for (const name of named) expect(scripts[name], name).toBeDefined();
});
