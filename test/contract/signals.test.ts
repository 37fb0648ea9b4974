import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseSaved } from '../../src/analysis/saved-listing.ts';
import { signalRules, textSignals } from '../../src/analysis/text/signals.ts';
import { limits } from '../../src/model/limits.ts';
import { signalWords } from '../../src/report/signals.ts';

const root = join(import.meta.dirname, '..', '..');
const pages = join(root, 'docs', 'signals');
const fixtures = join(root, 'fixtures', 'signals');
/** A fixture would be megabytes: it is made here. */
const made = ['not-read-to-the-end'];

/** The rules that fire in a saved listing of one or several servers. */
function firedIn(file: string): readonly string[] {
  const { servers } = parseSaved(readFileSync(file, 'utf8'));
  return servers.flatMap((server) => {
    const others = servers.filter((other) => other !== server);
    const elsewhere = others.map(({ name, manifest }) => ({
      server: name ?? '',
      tools: manifest.tools.map((tool) => String(tool['name'])),
    }));
    return textSignals(server.manifest, elsewhere).map(({ rule }) => rule);
  });
}

describe.each(signalRules.map(({ id, level }) => [id, level] as const))('%s', (id, level) => {
  test('has a page that says what fires, why it matters, and what stays silent', () => {
    const page = readFileSync(join(pages, `${id}.md`), 'utf8');
    expect(page.split('\n')[0]).toMatch(new RegExp(`^# ${id}: .`));
    expect(page).toContain(`Level: \`${level}\``);
    for (const heading of ['## What fires', '## Why it matters', '## What stays silent']) expect(page).toContain(heading);
  });

  test('stands in the table of docs/signals', () => {
    expect(readFileSync(join(pages, 'README.md'), 'utf8')).toContain(`| [${id}](${id}.md) | ${level} |`);
  });

  test('has a sentence of its own', () => {
    expect(signalWords((name) => (name === 'rule' ? id : ''))).not.toContain(`${id}: `);
  });

  test.skipIf(made.includes(id))('fires in one fixture and is silent in the other', () => {
    expect(firedIn(join(fixtures, id, 'fires.json'))).toContain(id);
    expect(firedIn(join(fixtures, id, 'silent.json'))).not.toContain(id);
  });
});

test('no page and no fixture is about a rule that does not exist', () => {
  const ids = signalRules.map(({ id }) => id).sort();
  expect(
    readdirSync(pages)
      .filter((file) => file !== 'README.md')
      .sort(),
  ).toEqual(ids.map((id) => `${id}.md`));
  const folders = readdirSync(fixtures).filter((name) => !['SOURCE.md', 'corpus'].includes(name));
  expect(folders.sort()).toEqual(ids.filter((id) => !made.includes(id)));
  for (const id of made) expect(existsSync(join(fixtures, id))).toBe(false);
});

test('a server with more texts than are read says so, and one below the bound does not', () => {
  const words = { serverInfo: null, instructions: null, prompts: [], resources: [], resourceTemplates: [] };
  const tools = (count: number) => [{ name: 'x', _meta: { list: Array.from({ length: count }, () => 'a') } }];
  expect(textSignals({ ...words, tools: tools(limits.signalMaxFields) }).map(({ rule }) => rule)).toContain('not-read-to-the-end');
  expect(textSignals({ ...words, tools: tools(100) })).toEqual([]);
});
