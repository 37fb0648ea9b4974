import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonc } from '../../src/clients/edit/jsonc.ts';
import { configHome } from '../clients/config-home.ts';
import { homeEnvironment } from '../support/home.ts';

const folder = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', `pinfold-edit-child-${process.pid}`);
const program = join(folder, 'edit-child.mjs');

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  const entry = fileURLToPath(new URL('../clients/edit-child.ts', import.meta.url));
  await build({
    entryPoints: [entry],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A state file like Claude Code's: large, with values that a JSON round trip would change. */
function stateFile(): string {
  const history = Array.from(
    { length: 400 },
    (_, at) => `    { "at": ${at}.0, "serial": 90071992547409${10 + (at % 80)}, "text": "${'baa '.repeat(12)}" }`,
  );
  return `{\n  "history": [\n${history.join(',\n')}\n  ],\n  "mcpServers": {\n    "dog": { "command": "node", "args": ["dog.mjs"] }\n  }\n}\n`;
}

test('a process killed at any moment of its edits leaves the old bytes or the new ones', async () => {
  const before = stateFile();
  const entry = { command: '/data/launcher', args: ['run', 'sheep'] };
  const possible = [before, jsonc.set(before, ['mcpServers', 'sheep'], entry, 'json')];
  const attempt = async (round: number) => {
    const { home } = configHome();
    const file = join(home, '.claude.json');
    writeFileSync(file, before);
    const child = start(home, 'sheep', 'forever');
    await once(child.stdout ?? child, 'data'); // one edit is done, the next is under way
    await after((round * 17) % 90); // the moment of the attack, spread over the steps of an edit
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(possible).toContain(readFileSync(file, 'utf8'));
  };
  for (let round = 0; round < 16; round += 2) await Promise.all([attempt(round), attempt(round + 1)]);
});

test('twenty processes that edit one file at once: all twenty edits are there, and nothing else changed', async () => {
  const { home } = configHome();
  const file = join(home, '.claude.json');
  const before = stateFile();
  writeFileSync(file, before);
  const names = Array.from({ length: 20 }, (_, at) => `sheep-${at}`);
  const codes = await Promise.all(names.map(async (name) => (await once(start(home, name, 'once'), 'close'))[0]));
  expect(codes).toEqual(names.map(() => 0));
  let text = readFileSync(file, 'utf8');
  expect(Object.keys(JSON.parse(text).mcpServers).sort()).toEqual(['dog', ...names].sort());
  for (const name of names) text = jsonc.remove(text, ['mcpServers', name], 'json');
  expect(text).toBe(before);
  expect(readdirSync(home).filter((name) => name.includes('.lock') || name.includes('pinfold-tmp'))).toEqual([]);
});

function start(home: string, name: string, how: 'once' | 'forever'): ChildProcess {
  return spawn(process.execPath, [program, name, how], { cwd: home, env: homeEnvironment(home), stdio: ['ignore', 'pipe', 'inherit'] });
}
