import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { identifiedEntries } from '../../src/clients/entry-identity.ts';
import { configFiles } from '../../src/clients/locations.ts';
import type { Host } from '../../src/host/host.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { blockedCommand, guardedCommand } from '../../src/operations/guarded-entry.ts';
import { untrustedEntries } from '../../src/operations/project-trust.ts';
import { strayOf } from '../../src/operations/quarantine.ts';
import { readEntryRecord, recordExactly } from '../../src/store/entry-record.ts';
import { temporaryHost } from '../support/home.ts';

// 4.6: the entry behind an accepted name is edited, or one is added. What `watch` judges, without its files and its loop.

const id = '0123456789abcdef0123456789abcdef';
let host: Host;

beforeEach(() => {
  host = temporaryHost();
});

/** The entries of Cursor's own file with this text. */
async function entriesOf(mcpServers: JsonValue) {
  const file = (await configFiles({ client: 'cursor', project: null }, host)).find(
    ({ path }) => path === join(host.places.home, '.cursor', 'mcp.json'),
  );
  if (file === undefined) throw new Error('Cursor has no file');
  return identifiedEntries(new TextEncoder().encode(JSON.stringify({ mcpServers })), file, null);
}

/** What is judged of an entry named `it`, where these entries were accepted. */
async function standing(accepted: JsonObject, now: JsonObject): Promise<'added' | 'changed' | null> {
  await recordExactly('accepted', await entriesOf(accepted), host);
  const record = await readEntryRecord('accepted', host);
  const found = (await entriesOf(now)).filter(({ entry }) => entry.name === 'it');
  if (record === null || found.length !== 1 || found[0] === undefined) throw new Error('one entry');
  return strayOf(found[0].entry, found[0], record, host)?.change ?? null;
}

const plain: JsonObject = { command: 'node', args: ['server.js', '/srv'], env: { TOKEN: 'mine' }, cwd: '/srv' };
const remote: JsonObject = { url: 'https://mcp.example/mcp', headers: { Authorization: 'Bearer mine' } };

describe('an accepted entry', () => {
  test('as it is, with other entries around it, switched or tuned as its client does, is nobody’s business', async () => {
    expect(await standing({ it: plain }, { other: remote, it: plain })).toBeNull();
    expect(await standing({ it: remote }, { it: remote })).toBeNull();
    for (const more of [{ autoApprove: ['read'] }, { timeout: 5 }, { disabledTools: ['write'] }])
      expect(await standing({ it: plain }, { it: { ...plain, ...more } })).toBeNull();
  });

  test.each<[string, JsonObject, JsonObject]>([
    ['another program', plain, { ...plain, command: 'bun' }],
    ['the same program by another path', plain, { ...plain, command: './node' }],
    ['an argument more', plain, { ...plain, args: ['server.js', '/srv', '--unsafe'] }],
    ['an argument less', plain, { ...plain, args: ['server.js'] }],
    ['another order', plain, { ...plain, args: ['/srv', 'server.js'] }],
    ['one argument of two words', plain, { ...plain, args: ['server.js /srv'] }],
    ['another value of a variable', plain, { ...plain, env: { TOKEN: 'theirs' } }],
    ['a variable more', plain, { ...plain, env: { TOKEN: 'mine', HTTPS_PROXY: 'http://drop.example' } }],
    ['a variable that loads code', plain, { ...plain, env: { TOKEN: 'mine', NODE_OPTIONS: '--require /tmp/x.js' } }],
    ['a variable less', plain, { ...plain, env: {} }],
    ['a file of variables', plain, { ...plain, envFile: '/tmp/env' }],
    ['another folder', plain, { ...plain, cwd: '/tmp' }],
    ['a member that nobody knows', plain, { ...plain, preload: '/tmp/x.js' }],
    ['an address instead of a command', plain, remote],
    ['another address', remote, { ...remote, url: 'https://mcp.example.drop.example/mcp' }],
    ['another path of the address', remote, { ...remote, url: 'https://mcp.example/other' }],
    ['another header', remote, { ...remote, headers: { Authorization: 'Bearer theirs' } }],
    ['a header more', remote, { ...remote, headers: { Authorization: 'Bearer mine', 'X-Forward': 'drop.example' } }],
    ['a command beside the address', remote, { ...remote, command: 'node' }],
  ])('is another one with %s', async (_, accepted, now) => {
    expect(await standing({ it: accepted }, { it: now })).toBe('changed');
  });

  test('says nothing for one of another name, another case, or in another place', async () => {
    expect(await standing({ other: plain }, { it: plain })).toBe('added');
    expect(await standing({ It: plain }, { it: plain })).toBe('added');
    expect(await standing({}, { it: plain })).toBe('added');
  });

  test('that is off starts nothing, and is another one when it is switched on changed', async () => {
    expect(await standing({}, { it: { ...plain, disabled: true } })).toBe('added');
    expect(await standing({ it: { ...plain, disabled: true } }, { it: { ...plain, args: ['evil.js'], disabled: false } })).toBe('changed');
  });
});

describe('an entry that starts the guard', () => {
  const guarded = (more: readonly string[] = [], change: JsonObject = {}): JsonObject => {
    const [command, ...args] = guardedCommand({ scope: 'user', name: 'notes' }, host);
    return { command, args: [...args, ...more], ...change };
  };
  const blocked = (more: readonly string[] = []): JsonObject => {
    const [command, ...args] = blockedCommand('user', id, host);
    return { command, args: [...args, ...more] };
  };

  test('as pinfold writes it is let be', async () => {
    expect(await standing({}, { it: guarded() })).toBeNull();
    expect(await standing({}, { it: guarded(['--', '/srv']) })).toBeNull();
    expect(await standing({}, { it: blocked() })).toBeNull();
    expect(await standing({}, { it: guarded([], { env: { TOKEN: 'mine' } }) })).toBeNull();
  });

  test.each<[string, () => JsonObject]>([
    ['an argument more', () => guarded(['--x'])],
    ['dashes without a value', () => guarded(['--'])],
    ['another command of pinfold', () => ({ ...guarded(), args: ['exec', 'notes'] })],
    ['a command line to pin at first use', () => ({ ...guarded(), args: ['run', '--', 'node', 'evil.js'] })],
    ['a file of pins', () => ({ ...guarded(), args: ['run', '--pins', '/tmp/pins.json', '--', 'node', 'evil.js'] })],
    ['no arguments', () => ({ ...guarded(), args: [] })],
    ['another launcher', () => ({ ...guarded(), command: '/tmp/pinfold' })],
    ['a launcher that begins like it', () => ({ ...guarded(), command: `${String(guarded()['command'])}-x` })],
    ['another program and the words of a project’s guard', () => ({ command: '/tmp/evil', args: ['run', '--scope', 'project', 'notes'] })],
    ['another program and the words of a quarantine', () => ({ command: '/tmp/evil', args: ['run', '--blocked', id] })],
    ['whatever PATH calls pinfold, for a pin of this user', () => ({ ...guarded(), command: 'pinfold' })],
    ['a variable that loads code into the guard', () => guarded([], { env: { NODE_OPTIONS: '--require /tmp/x.js' } })],
    ['a file of variables', () => guarded([], { envFile: '/tmp/env' })],
  ])('with %s is stopped', async (_, entry) => {
    expect(await standing({}, { it: entry() })).toBe('added');
  });

  test.each<[string, () => JsonObject]>([
    ['an argument more', () => blocked(['--'])],
    ['an id that is none', () => ({ ...blocked(), args: ['run', '--blocked', '../x'] })],
    ['a variable that loads code', () => ({ ...blocked(), env: { NODE_OPTIONS: '--require /tmp/x.js' } })],
  ])('in quarantine, with %s is stopped again', async (_, entry) => {
    expect(await standing({}, { it: entry() })).toBe('added');
  });
});

test('an entry of a clone that starts a pin of its own lock counts as far as that lock does', async () => {
  const project = join(host.places.home, 'clone');
  mkdirSync(join(project, '.git'), { recursive: true });
  mkdirSync(join(project, '.cursor'));
  const entry = { command: 'pinfold', args: ['run', '--scope', 'project', 'notes'] };
  writeFileSync(join(project, '.cursor', 'mcp.json'), JSON.stringify({ mcpServers: { it: entry } }));
  expect(await untrustedEntries(project, host, true)).toEqual([]);
  expect(await untrustedEntries(project, host, false)).toHaveLength(1);
  expect(await untrustedEntries(project, host)).toHaveLength(1);
});
