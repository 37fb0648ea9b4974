import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GuardError } from '../../src/model/errors.ts';
import { logSchema, statusSchema } from '../../src/report/json/log.ts';
import { appendLedger, ledgerPath } from '../../src/store/ledger.ts';
import { addEquivalent, addPending } from '../../src/store/pending.ts';
import { digestOf } from '../lockfile/sample.ts';
import { type Machine, machine } from '../support/cli.ts';

const install = ['install', '--no-probe', '@pinfold-fixture/notes@1.0.0', '--', '/srv/notes'];

/** `notes` was installed by a person, started twice, and said something that was withheld. */
async function used(): Promise<Machine> {
  const m = await machine();
  await m.person(['n'], ...install);
  await m.person(['y'], ...install);
  const server = 'user:notes';
  await appendLedger({ event: 'launched', server, detail: { pid: 7, artifact: 'pkg:npm/x@1', mode: 'block' } }, m.host);
  await appendLedger(
    { event: 'withheld', server, detail: { items: [{ kind: 'tools', name: 'ev\u001bil', reason: 'not-pinned' }], count: 5 } },
    m.host,
  );
  await appendLedger({ event: 'withheld', server, detail: { code: 'agent-surface', subject: 'sampling/createMessage' } }, m.host);
  await appendLedger({ event: 'ended', server, detail: { exitCode: 0 } }, m.host);
  await appendLedger({ event: 'launched', server, detail: { pid: 8, artifact: 'pkg:npm/x@1', mode: 'warn' } }, m.host);
  await appendLedger({ event: 'refused', server: 'user:other', detail: { code: 'integrity-mismatch', what: 'its files changed' } }, m.host);
  const item = { kind: 'tools', name: 'evil', digest: digestOf('evil'), template: {}, pinned: null } as const;
  await addPending({ name: 'notes', scope: 'user', project: null }, [item], m.host);
  return m;
}

const timeless = (text: string) => text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?/g, '<time>');

describe('log', () => {
  test('says in words what happened', async () => {
    const m = await used();
    const { code, stdout, stderr } = await m.run('log');
    expect([code, stderr]).toEqual([0, '']);
    expect(timeless(stdout)).toMatchInlineSnapshot(`
      "  <time>  notes  a person was asked, and said no
        <time>  notes  a person was asked, and said yes
        <time>  notes  installed 1.0.0, approved by person
        <time>  notes  started pkg:npm/x@1
        <time>  notes  withheld tools ev<U+001B>il and 4 more
                                    (not-pinned)
        <time>  notes  withheld sampling/createMessage (agent-surface)
        <time>  notes  ended with exit code 0
        <time>  notes  started pkg:npm/x@1, gate in mode warn
        <time>  other  not started: its files changed
                                    (integrity-mismatch)
      "
    `);
  });

  test('--server and --since choose, --json hands over all of it', async () => {
    const m = await used();
    const other = await m.run('log', '--server', 'other');
    expect(other.stdout).toContain('its files changed');
    expect(other.stdout).not.toContain('notes');
    expect((await m.run('log', '--since', '2099-01-01')).stdout).toBe('nothing happened that was asked for\n');
    const { entries, check } = logSchema.parse(JSON.parse((await m.run('log', '--json', '--since', '1h')).stdout));
    expect(entries.map(({ event }) => event)).toEqual([
      'asked',
      'asked',
      'installed',
      'launched',
      'withheld',
      'withheld',
      'ended',
      'launched',
      'refused',
    ]);
    expect(check).toMatchObject({ lines: 9, damaged: 0, breaks: [] });
  });

  test('--since something that is no time is a usage error', async () => {
    const m = await machine();
    for (const text of ['yesterday', '7', '7y', '2026-13-45', '2026-02-31', '99999999d', '']) {
      const { code, stderr } = await m.run('log', `--since=${text}`);
      expect([code, stderr]).toEqual([2, expect.stringContaining('hint: pinfold log --since 7d')]);
    }
  });

  test('the newest forty, and how to see the others', async () => {
    const m = await machine();
    for (let at = 0; at < 45; at += 1) await appendLedger({ event: 'ended', server: null, detail: { exitCode: at } }, m.host);
    const { stdout } = await m.run('log');
    expect(stdout).not.toContain('exit code 4\n');
    expect(stdout).toContain('exit code 44\n5 older events not shown; hint: pinfold log --all\n');
    expect((await m.run('log', '--all')).stdout).toContain('exit code 4\n');
  });

  test('a ledger of more lines than a call takes arguments, in parts, is shown whole', async () => {
    const m = await machine();
    const line = (at: number) =>
      `${JSON.stringify({ at: '2026-11-27T00:00:00Z', event: 'ended', server: null, detail: { exitCode: at }, prev: null })}\n`;
    const lines = Array.from({ length: 130_000 }, (_, at) => line(at));
    await appendLedger({ event: 'pruned', server: null, detail: { trees: 1 } }, m.host);
    writeFileSync(join(m.host.places.data, 'ledger.000001.jsonl'), lines.slice(0, 80_000).join(''));
    writeFileSync(ledgerPath(m.host), lines.slice(80_000).join(''));
    const { code, stdout } = await m.run('log', '--all');
    expect([code, stdout.split('\n').length]).toEqual([0, 130_001]);
  });

  test('a ledger that this user may not read is an error, and a launch goes on without it', async () => {
    const m = await machine();
    const refuse = async (): Promise<never> => {
      throw new GuardError('file-unreadable', 'the ledger cannot be read', { why: 'EACCES' });
    };
    const other = m.with((host) => ({ ...host, files: { ...host.files, list: refuse, readTail: refuse } }));
    expect((await other.run('log')).code).toBe(3);
    expect(await appendLedger({ event: 'ended', server: null, detail: {} }, other.host)).toBe(false);
  });

  test('--verify: sound, and 1 after a line was taken out', async () => {
    const m = await used();
    const sound = await m.run('log', '--verify');
    expect(sound.code).toBe(0);
    expect(sound.stdout).toMatchInlineSnapshot(`
      "sound  9 lines, each naming the one before
      the chain shows damage and single changes; who may write the file can cut off
      its end or write all of it anew
      "
    `);
    const lines = readFileSync(ledgerPath(m.host), 'utf8').split('\n');
    writeFileSync(ledgerPath(m.host), lines.filter((line) => !line.includes('agent-surface')).join('\n'));
    appendFileSync(ledgerPath(m.host), 'noise\u001b[2J\n');
    const found = await m.run('log', '--verify');
    expect(found.code).toBe(1);
    expect(found.stdout.replace(/\(\d{4}-[^)]*\)/, '(<time>)')).toMatchInlineSnapshot(`
      "damaged  9 lines, each naming the one before
      damaged  1 line is no event
      changed  something before ledger.jsonl:6 (<time>) was taken out or
               changed
      the chain shows damage and single changes; who may write the file can cut off
      its end or write all of it anew
      "
    `);
    expect((await m.run('log')).stdout).toContain('changed  something before ledger.jsonl:6');
    expect((await m.run('status')).stdout).toContain('ledger: damaged; hint: pinfold log --verify');
  });
});

describe('status', () => {
  test('a line per server, what waits, and how often people were asked', async () => {
    const m = await used();
    const before = m.files();
    const { code, stdout } = await m.run('status');
    expect(code).toBe(0);
    expect(timeless(stdout)).toMatchInlineSnapshot(`
      "  server  pin        last start        in 30 days
        notes   first-use  <time>  1 waiting, 2 starts, 2 withheld, 2 asked
      1 server waits for you; hint: pinfold review
      questions per server per month: 2.0 (2 questions, 1 server, 1 day)
      advisories: never asked about 1 server; hint: pinfold advisories refresh
      ledger: 9 lines, sound
      "
    `);
    expect(m.files()).toEqual(before);
    expect(statusSchema.parse(JSON.parse((await m.run('status', '--json')).stdout))).toMatchObject({
      servers: [{ name: 'notes', status: 'first-use', waiting: 1, launches: 2, withheld: 2, asked: 2 }],
      promptsPerServerPerMonth: 2,
    });
  });

  test('a link that a client was asked to show is a question too', async () => {
    const m = await used();
    await appendLedger({ event: 'link-offered', server: 'user:notes', detail: {} }, m.host);
    expect(statusSchema.parse(JSON.parse((await m.run('status', '--json')).stdout))).toMatchObject({
      servers: [{ name: 'notes', asked: 3 }],
      promptsPerServerPerMonth: 3,
    });
    expect((await m.run('log')).stdout).toContain('offered a person to look at what waits');
  });

  test('what passes in another form than the pinned one is shown here and in `list`, and waits for nobody', async () => {
    const m = await machine();
    await m.person(['y'], ...install);
    await addEquivalent({ name: 'notes', scope: 'user', project: null }, ['tools/read', 'tools/write'], m.host);
    const { stdout } = await m.run('status');
    expect(stdout).toContain('2 in another form');
    expect(stdout).not.toContain('waiting');
    expect(statusSchema.parse(JSON.parse((await m.run('status', '--json')).stdout)).servers[0]).toMatchObject({
      equivalent: 2,
      waiting: 0,
    });
    expect((await m.run('list')).stdout).toContain('2 items in another form, same words');
  });

  test('what waits of a command that no lock pins is said, with the way to it', async () => {
    const m = await machine();
    const item = { kind: 'tools', name: 'evil', digest: digestOf('evil'), template: {}, pinned: null } as const;
    await addPending({ name: 'run-node-0123456789abcdef', scope: 'user', project: null }, [item], m.host);
    expect((await m.run('status')).stdout).toContain(
      '1 server of `pinfold run -- <command>` said something that nobody approved\n1 server waits for you; hint: pinfold review\n',
    );
    expect(statusSchema.parse(JSON.parse((await m.run('status', '--json')).stdout)).commandsWaiting).toBe(1);
  });

  test('a hundred servers with long names: each by its whole name, no line wider than the screen', async () => {
    const m = await machine();
    const name = (at: number) => `the-server-of-the-other-department-${at}`;
    const mcpServers = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [name(at), { command: 'barn', args: [`${at}`] }]));
    m.write('.cursor/mcp.json', JSON.stringify({ mcpServers }));
    expect((await m.run('adopt', '--yes')).code).toBe(0);
    const item = { kind: 'tools', name: 'evil', digest: digestOf('evil'), template: {}, pinned: null } as const;
    for (let at = 0; at < 100; at += 1) await addPending({ name: name(at), scope: 'user', project: null }, [item], m.host);
    for (const command of ['status', 'review', 'log']) {
      const lines = (await m.run(command)).stdout.split('\n');
      if (command !== 'log') for (let at = 0; at < 100; at += 1) expect(lines.join(' ')).toContain(`${name(at)} `);
      expect(lines.filter((line) => line.length > 80)).toEqual([]);
    }
    expect((await m.run('status')).stdout).toContain('100 servers wait for you; hint: pinfold review');
  });

  test('nothing pinned is said, and not divided by', async () => {
    const m = await machine();
    expect((await m.run('status')).stdout).toBe('nothing is pinned; hint: pinfold adopt (what your clients have already)\n');
    expect(statusSchema.parse(JSON.parse((await m.run('status', '--json')).stdout)).promptsPerServerPerMonth).toBeNull();
  });

  test('a lock that cannot be read is an error, not an empty answer', async () => {
    const m = await used();
    writeFileSync(join(m.home, '.config/pinfold/lock.json'), '{');
    expect((await m.run('status')).code).toBe(3);
  });
});
