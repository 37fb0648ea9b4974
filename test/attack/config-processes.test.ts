import { once } from 'node:events';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { lock } from 'proper-lockfile';
import { expect, test } from 'vitest';
import { openText } from '../../src/clients/edit/open-text.ts';
import { targetFor } from '../../src/clients/locations.ts';
import { type PlannedChange, planEdits } from '../../src/clients/plan-edit.ts';
import { type ConfigHome, configHome, place, samples } from '../clients/config-home.ts';
import { editor, litter } from './editing.ts';

const start = editor();

/** A state file like Claude Code's: large, with values that a JSON round trip would change. */
function stateFile(): string {
  const history = Array.from(
    { length: 400 },
    (_, at) => `    { "at": ${at}.0, "serial": 90071992547409${10 + (at % 80)}, "text": "${'baa '.repeat(12)}" }`,
  );
  return `{\n  "numStartups": 0,\n  "history": [\n${history.join(',\n')}\n  ],\n  "mcpServers": {\n    "dog": { "command": "node", "args": ["dog.mjs"] }\n  }\n}\n`;
}

function sampleOf(client: string): string {
  return samples().find((sample) => sample.client.id === client && sample.scope === 'user')?.text ?? '';
}

async function changeFor(client: string, name: string, { host }: ConfigHome): Promise<PlannedChange> {
  const target = await targetFor({ client, scope: 'user', name }, {}, host);
  return { target, change: { kind: 'set', launch: { command: '/data/launcher', args: ['run', name] }, replace: false } };
}

test('fifty processes that edit the same files at once: all fifty edits are in each, and nothing else changed', {
  timeout: 90_000,
}, async () => {
  const home = configHome();
  const clients = { 'claude-code': stateFile(), codex: sampleOf('codex'), goose: sampleOf('goose') };
  const files: Record<string, string> = {};
  for (const [client, text] of Object.entries(clients)) files[client] = await place(client, 'user', text, home);
  const names = Array.from({ length: 50 }, (_, at) => `sheep-${at}`);
  const changes = await Promise.all(names.map((name) => Promise.all(Object.keys(clients).map((client) => changeFor(client, name, home)))));
  const codes = await Promise.all(
    changes.map(async (own, at) => {
      // Half of them take one file after the other, half of them all files in one transaction.
      const how = at % 2 === 0 ? 'one by one' : 'together';
      const child = start({ how, files: own.map((change) => [change]), start: 0, steps: 1 }, home.home);
      child.stdout?.resume();
      return (await once(child, 'close'))[0];
    }),
  );
  expect(codes).toEqual(names.map(() => 0));
  expect(litter(home.home)).toEqual([]);
  for (const [client, before] of Object.entries(clients)) {
    const text = readFileSync(files[client] ?? '', 'utf8');
    for (const name of names) expect(text).toMatch(new RegExp(`\\b${name}\\b`));
    const own = changes.flat().filter(({ target }) => target.client === client);
    const [back] = await planEdits(
      own.map(({ target }) => ({ target, change: { kind: 'remove' } })),
      home.host,
    );
    expect(Buffer.from(back?.after ?? '').toString()).toBe(before);
  }
});

/**
 * Claude Code takes a lock of the same kind under the same name when it rewrites its state file; so neither of both can
 * come between the other's reading and renaming, ever.
 */
test('a client that rewrites its file in a loop under the lock: no edit of either side is lost', { timeout: 60_000 }, async () => {
  const home = configHome();
  const file = await place('claude-code', 'user', stateFile(), home);
  const names = Array.from({ length: 30 }, (_, at) => `sheep-${at}`);
  const changes = await Promise.all(names.map((name) => changeFor('claude-code', name, home)));
  const jobs = [0, 1, 2].map((third) => changes.slice(third * 10, third * 10 + 10));
  const children = jobs.map((own, at) =>
    start({ how: at === 0 ? 'one by one' : 'together', files: [own], start: 0, steps: own.length }, home.home),
  );
  let running = true;
  const ended = Promise.all(
    children.map(async (child) => {
      child.stdout?.resume();
      return (await once(child, 'close'))[0];
    }),
  ).finally(() => {
    running = false;
  });
  let writes = 0;
  while (running) {
    const release = await lock(file, {
      realpath: false,
      lockfilePath: `${file}.lock`,
      retries: { retries: 1000, minTimeout: 5, maxTimeout: 30 },
    });
    const text = readFileSync(file, 'utf8').replace(/"numStartups": \d+/, `"numStartups": ${++writes}`);
    writeFileSync(`${file}.client`, text);
    renameSync(`${file}.client`, file);
    await release();
  }
  expect(await ended).toEqual([0, 0, 0]);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(`"numStartups": ${writes},`);
  expect(writes).toBeGreaterThan(10);
  expect(Object.keys(openText(text, 'json').value?.['mcpServers' as never] ?? {}).sort()).toEqual(['dog', ...names].sort());
});
