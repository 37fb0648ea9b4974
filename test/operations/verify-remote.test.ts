import { describe, expect, test } from 'vitest';
import { isWrong } from '../../src/model/verified.ts';
import { verifyPinned } from '../../src/operations/verify.ts';
import { temporaryHost } from '../support/home.ts';
import { playRegistry, registryRecord } from '../support/playing.ts';
import { remoteLock } from '../support/remote-pin.ts';

const name = 'com.example/notes';
const url = 'https://mcp.example.com/mcp';
const record = (of: string, version: string, address: string, official: object = {}) =>
  registryRecord(of, version, { remotes: [{ type: 'streamable-http', url: address }] }, { isLatest: true, ...official });

/** What `verify` says of a pin of `url` that was approved under these names, where the registry has these records. */
async function verified(registryNames: readonly string[], records: ReturnType<typeof registryRecord>[], off = false) {
  const played = await playRegistry(records);
  const host = temporaryHost({ env: off ? {} : played.env });
  await remoteLock({ notes: { url, registryNames } }, host);
  const { servers } = await verifyPinned('notes', 'user', host, () => undefined);
  const [server] = servers;
  if (server === undefined) throw new Error('nothing was verified');
  const asked = played.requests.filter((path) => path.includes('/versions'));
  return {
    lines: server.evidence.filter(({ source }) => source.startsWith('registry-')).map(({ outcome, detail }) => `${outcome}: ${detail}`),
    codes: server.findings.map(({ code }) => code),
    wrong: isWrong(server),
    asked,
  };
}

describe('a pinned remote server that goes by a name of the registry', () => {
  test('is held against it again, and what is re-verified now stands apart from what was claimed', async () => {
    expect(await verified([name], [record(name, '1.0.0', url)])).toEqual({
      lines: [
        'verified: claimed at publish: com.example/notes 1.0.0, published 2026-01-02, active; it lists exactly this',
        'verified: re-verified now: mcp.example.com is at example.com, by the name',
        'unavailable: claimed at publish: the namespace of com.example/notes; whether example.com is still theirs is not asked',
      ],
      codes: [],
      wrong: false,
      asked: [`/v0.1/servers/${encodeURIComponent(name)}/versions`],
    });
  });

  test('shows an entry that leads to another host by now, and where to', async () => {
    const { lines, codes } = await verified([name], [record(name, '1.1.0', 'https://mcp.evil.example/mcp')]);
    expect(lines).toEqual([`absent: ${name} does not list ${url}; it lists https://mcp.evil.example/mcp`]);
    expect(codes).toEqual(['registry-ownership-unproven']);
  });

  test.each([
    ['deprecated', {}, 'registry-entry-deprecated'],
    ['deleted', {}, 'revoked'],
    ['active', { isLatest: false }, 'registry-latest-odd'],
  ])('shows an entry that is %s, with the mark %j', async (status, more, code) => {
    const records = [record(name, '1.0.0', url, { status, ...more })];
    if (code === 'registry-latest-odd') records.push(record(name, 'nightly', 'https://mcp.evil.example/mcp'));
    expect((await verified([name], records)).codes).toContain(code);
  });

  test('shows the same name in other letters', async () => {
    expect((await verified([name], [record(name, '1.0.0', url), record('com.Example/notes', '1.0.0', url)])).codes).toEqual([
      'registry-name-twin',
    ]);
  });

  test('does not let another namespace that lists the same address speak for it', async () => {
    const thief = 'io.github.mallory/notes';
    const records = [record(name, '1.0.0', url), record(thief, '9.0.0', url, { status: 'deleted', statusMessage: 'malware' })];
    const { lines, codes, asked } = await verified([name], records);
    expect(codes).toEqual([]);
    expect(lines.join('\n')).not.toContain('mallory');
    expect(asked).toHaveLength(1);
    const byThief = await verified([thief], [record(thief, '9.0.0', url)]);
    expect(byThief.lines).toContain('absent: nothing shows whose host mcp.example.com is');
    expect(byThief.codes).toEqual(['registry-remote-unproven']);
  });

  test('is no accusation where the registry does not know the name, is not asked, or fails', async () => {
    const unlisted = await verified([name], []);
    expect(unlisted).toMatchObject({ codes: [], wrong: false });
    expect(unlisted.lines).toEqual([`absent: it was approved as ${name}, which the registry does not list`]);
    const off = await verified([name], [], true);
    expect(off).toMatchObject({ codes: [], wrong: false });
    expect(off.lines).toEqual([expect.stringMatching(/^unavailable: .*says off$/)]);
  });
});

test('a pin of an address alone asks nobody; a lock with many names asks a few of them', async () => {
  expect((await verified([], [record(name, '1.0.0', url)])).asked).toEqual([]);
  const many = Array.from({ length: 50 }, (_, at) => `com.example/n${at}`);
  const { asked, lines } = await verified(many, []);
  expect(asked).toHaveLength(4);
  expect(lines).toContain('unavailable: 46 more names that it was approved as are not asked about');
});
