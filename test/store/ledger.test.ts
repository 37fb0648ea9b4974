import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { nodeHost } from '../../src/host/node.ts';
import { GuardError } from '../../src/model/errors.ts';
import { limits } from '../../src/model/limits.ts';
import { appendLedger, ledgerFiles, ledgerPath } from '../../src/store/ledger.ts';
import { readLedger } from '../../src/store/ledger-read.ts';
import { homeEnvironment, temporaryHome } from '../support/home.ts';
import { oddHost } from './sample-tree.ts';

/** A disk that takes nothing more. */
function readOnly(host: Host): Host {
  const refuse = async (): Promise<never> => {
    throw new GuardError('file-unwritable', 'cannot write', { why: 'the file system is read-only' });
  };
  return { ...host, files: { ...host.files, append: refuse, locked: refuse } };
}

describe('the ledger', () => {
  const event = { event: 'withheld', server: 'user:files', detail: { item: 'tools/evil', why: 'not pinned' } } as const;

  test('keeps events in order, one line each, for this user only', async () => {
    const host = oddHost();
    await appendLedger(event, host);
    await appendLedger({ ...event, event: 'refused', detail: { text: 'two\nlines' } }, host);
    const { entries, check } = await readLedger(host);
    expect(entries.map((entry) => entry.event)).toEqual(['withheld', 'refused']);
    expect(entries[0]).toMatchObject({ ...event, at: expect.stringMatching(/Z$/) });
    expect(check).toEqual({ lines: 2, damaged: 0, breaks: [], unnamed: 0, rotated: false });
    expect(fs.readFileSync(ledgerPath(host), 'utf8').split('\n')).toHaveLength(3);
    expect(fs.statSync(ledgerPath(host)).mode & 0o777).toBe(0o600);
  });

  test('holds no value of the environment, no credentials, no control characters', async () => {
    const { home } = temporaryHome();
    const secret = `sk-canary-${'x'.repeat(500)}-tail`;
    const host = nodeHost({ env: { ...homeEnvironment(home), API_KEY: secret, SHORT: 'abc' }, cwd: home });
    const detail = {
      [secret]: 1,
      list: [{ deep: `Bearer ${secret}!` }],
      url: 'https://ada:hunter22@host/x',
      text: '\u001b[31mred\u202e',
      home: host.places.home,
    };
    await appendLedger({ ...event, detail }, host);
    const text = fs.readFileSync(ledgerPath(host), 'utf8');
    expect(text).not.toContain('sk-canary');
    expect(text).not.toContain('xxxxxx');
    expect(text).not.toContain('hunter22');
    expect(text).not.toMatch(/\\u001b|\u202e/);
    expect(text).toContain('<value of API_KEY>');
    expect(text).toContain(host.places.home);
  });

  test('a huge event keeps its name and loses its detail', async () => {
    const host = oddHost();
    const detail = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`member-${at}`, 'x'.repeat(100)]));
    await appendLedger({ ...event, detail }, host);
    expect(fs.statSync(ledgerPath(host)).size).toBeLessThan(limits.ledgerLineMaxBytes);
    expect((await readLedger(host)).entries[0]).toMatchObject({ event: 'withheld', detail: { leftOutBytes: expect.any(Number) } });
  });

  test('that cannot be written stops nothing', async () => {
    expect(await appendLedger(event, readOnly(oddHost()))).toBe(false);
  });

  test('damaged lines are counted, the others are read', async () => {
    const host = oddHost();
    await appendLedger(event, host);
    fs.appendFileSync(ledgerPath(host), '{"at":"x"\n[]\n{"at":"x","event":"invented","server":null,"detail":{}}\n');
    fs.appendFileSync(ledgerPath(host), Buffer.from([0xff, 0x0a]));
    await appendLedger(event, host);
    expect(await readLedger(host)).toMatchObject({
      check: { damaged: 4, breaks: [] },
      entries: [{ event: 'withheld' }, { event: 'withheld' }],
    });
  });
});

describe('the chain of the ledger', () => {
  const event = { event: 'withheld', server: 'user:files', detail: {} } as const;

  async function written(count: number): Promise<Host> {
    const host = oddHost();
    for (let at = 0; at < count; at += 1) await appendLedger({ ...event, detail: { at } }, host);
    return host;
  }

  const linesIn = (host: Host) => fs.readFileSync(ledgerPath(host), 'utf8').trimEnd().split('\n');
  const rewrite = (host: Host, lines: readonly string[]) => fs.writeFileSync(ledgerPath(host), lines.map((line) => `${line}\n`).join(''));

  test('a line that was taken out, changed, moved or put between shows, wherever it was; cutting off the end does not', async () => {
    const host = await written(6);
    const sound = linesIn(host);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 4 }), fc.constantFrom('out', 'changed', 'moved', 'between' as const), async (at, how) => {
        const lines = [...sound];
        if (how === 'out') lines.splice(at, 1);
        if (how === 'changed') lines[at] = sound[at]?.replace('withheld', 'approved') ?? '';
        if (how === 'moved') [lines[at], lines[at + 1]] = [sound[at + 1] ?? '', sound[at] ?? ''];
        if (how === 'between')
          lines.splice(at + 1, 0, sound[at]?.replace('user:files', 'user:other').replace(/"prev":.*/, '"prev":"sha256-eA=="}') ?? '');
        rewrite(host, lines);
        const { breaks } = (await readLedger(host)).check;
        // The first of all names nothing; when it is gone, the next one names what a full ledger would have rotated away.
        if (how === 'out' && at === 0) expect((await readLedger(host)).check.rotated).toBe(true);
        else expect(breaks.length).toBeGreaterThan(0);
      }),
    );
    rewrite(host, sound.slice(0, 3));
    expect((await readLedger(host)).check).toMatchObject({ lines: 3, breaks: [] });
  });

  test('processes that write at the same moment lose nothing, wait for nobody, and break no chain', async () => {
    const host = oddHost();
    expect(await Promise.all(Array.from({ length: 100 }, (_, at) => appendLedger({ ...event, detail: { at } }, host)))).not.toContain(
      false,
    );
    const { entries, check } = await readLedger(host);
    expect(entries).toHaveLength(100);
    expect(check).toMatchObject({ damaged: 0, breaks: [] });
  });

  test('half a line of a full disk does not swallow the next one', async () => {
    const host = await written(2);
    fs.appendFileSync(ledgerPath(host), '{"at":"2026-');
    await appendLedger({ ...event, event: 'refused' }, host);
    expect(await readLedger(host)).toMatchObject({ check: { lines: 4, damaged: 1, breaks: [] }, entries: [{}, {}, { event: 'refused' }] });
  });

  test('a line longer than any of ours is damage, and is not read to be named', async () => {
    const host = await written(1);
    fs.appendFileSync(ledgerPath(host), `${'x'.repeat(limits.ledgerLineMaxBytes * 2)}\n`);
    await appendLedger(event, host);
    const { entries, check } = await readLedger(host);
    expect(check).toMatchObject({ lines: 3, damaged: 1 });
    expect(entries.at(-1)?.prev).toBeNull();
  });

  test('a full part is closed, the chain goes on, and only so many are kept', async () => {
    const host = await written(1);
    const rounds = limits.ledgerFilesKept + 2;
    for (let round = 0; round < rounds; round += 1) {
      fs.appendFileSync(ledgerPath(host), `${'x'.repeat(limits.ledgerFileMaxBytes)}\n{"half":1}\n`);
      await Promise.all([appendLedger({ ...event, detail: { round } }, host), appendLedger({ ...event, detail: { round } }, host)]);
    }
    const files = (await ledgerFiles(host)).map((file) => file.slice(dirname(file).length + 1));
    expect(files).toHaveLength(limits.ledgerFilesKept + 1);
    expect(files[0]).toBe('ledger.000003.jsonl');
    expect(files.at(-1)).toBe('ledger.jsonl');
    const { entries, check } = await readLedger(host);
    expect(entries.map(({ detail }) => detail['round'])).toEqual(
      Array.from({ length: limits.ledgerFilesKept + 1 }, (_, at) => at + 1).flatMap((round) => [round, round]),
    );
    expect(check).toMatchObject({ breaks: [], rotated: true });
  });

  test('other files beside it are left alone', async () => {
    const host = await written(1);
    fs.writeFileSync(join(host.places.data, 'ledger.backup.jsonl'), '{}');
    expect(await ledgerFiles(host)).toEqual([ledgerPath(host)]);
  });
});
