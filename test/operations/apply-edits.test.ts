import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { targetFor } from '../../src/clients/locations.ts';
import type { Host } from '../../src/host/host.ts';
import { applyEdits } from '../../src/operations/apply-edits.ts';
import { printJournal } from '../../src/store/journal.ts';
import { configHome, place } from '../clients/config-home.ts';

test('what was killed while we waited for its lock is undone before anything is planned', async () => {
  const { host, ...home } = configHome();
  const before = '{"mcpServers": {}}';
  const half = '{"mcpServers": {"half": {"command": "x"}}}';
  const file = await place('cursor', 'user', before, { host, ...home });
  const target = await targetFor({ client: 'cursor', scope: 'user', name: 'sheep' }, {}, host);
  const waited: Host = {
    ...host,
    files: {
      ...host.files,
      locked: (path, action) =>
        host.files.locked(path, () => {
          if (path === file) killedInTheMiddle();
          return action();
        }),
    },
  };
  /** The holder before us wrote this file, and not the other ones of its transaction. */
  function killedInTheMiddle(): void {
    const folder = join(host.places.data, 'transactions');
    mkdirSync(folder, { recursive: true });
    const writes = [{ path: file, before: Buffer.from(before), after: Buffer.from(half) }];
    const gone = 2 ** 22 + 12_345; // above the largest process id of Linux
    writeFileSync(join(folder, 'left.json'), printJournal({ pid: gone, hostname: host.machine.hostname, startedMs: host.now(), writes }));
    writeFileSync(file, half);
  }
  const launch = { command: '/data/launcher', args: ['run', 'sheep'] };
  await applyEdits([{ target, change: { kind: 'set', launch, replace: false } }], async () => [], waited);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ mcpServers: { sheep: { ...launch } } });
});
