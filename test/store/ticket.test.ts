import * as fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pinDigest } from '../../src/lockfile/pin-digest.ts';
import { digestValue } from '../../src/model/digest.ts';
import type { JsonValue } from '../../src/model/json.ts';
import type { PinStatus } from '../../src/model/pin.ts';
import type { TreeTicket } from '../../src/model/ticket.ts';
import type { ServerPlace } from '../../src/store/server-place.ts';
import { buildTicket, planTicket, readTicket, ticketPath } from '../../src/store/ticket.ts';
import { listTickets } from '../../src/store/tickets.ts';
import { transact } from '../../src/store/transaction.ts';
import { digestOf, sampleCommandPin, samplePin } from '../lockfile/sample.ts';
import { oddHost, sampleTicket } from './sample-tree.ts';

const place: ServerPlace = { name: 'files', scope: 'user', project: null };
const tree = {
  path: '/data/trees/x',
  index: '/data/trees/x.index.json',
  indexDigest: digestOf('index'),
  contentDigest: digestOf('content'),
};
const ticket = sampleTicket(tree);

async function written(more: Partial<TreeTicket> = {}) {
  const host = oddHost();
  await transact([await planTicket({ ...ticket, ...more }, place, host)], host);
  return { host, path: ticketPath(place, host) };
}

function reseal(path: string, edit: (body: Record<string, JsonValue>) => void): void {
  const { ticket: body } = JSON.parse(fs.readFileSync(path, 'utf8')) as { ticket: Record<string, JsonValue> };
  edit(body);
  fs.writeFileSync(path, JSON.stringify({ seal: digestValue(body), ticket: body }));
}

test('is read back as it was written, for this user only', async () => {
  const { host, path } = await written();
  expect(await readTicket('files', 'user', null, host)).toEqual(ticket);
  expect(fs.statSync(path).mode & 0o777).toBe(0o600);
  expect(await listTickets(host)).toEqual([ticket]);
});

test('there is none until it is written, and none after it was taken away', async () => {
  const { host } = await written();
  expect(await readTicket('other', 'user', null, host)).toBeNull();
  expect(await readTicket('files', 'project', '/work', host)).toBeNull();
  await transact([await planTicket(null, place, host)], host);
  expect(await readTicket('files', 'user', null, host)).toBeNull();
});

describe('buildTicket', () => {
  const facts = { name: 'files', scope: 'user', lockPath: '/l', tree, runtime: '/node', mode: 'block', templates: {}, policy: [] } as const;

  test('says what the pin says', () => {
    const pin = samplePin();
    expect(buildTicket({ ...facts, pin })).toMatchObject({
      pinDigest: pinDigest(pin),
      label: 'pkg:npm/%40scope/files@1.2.3',
      launch: { runtime: '/node', entry: pin.launch.entry, args: pin.launch.args, cwd: null },
      manifest: pin.manifest,
      mode: 'block',
      tree,
    });
  });

  test.each([
    ['reviewed', true, 'pinned'],
    ['reviewed', false, 'pinned'],
    ['grandfathered', true, 'pinned'],
    ['grandfathered', false, 'first-use'],
    ['first-use', false, 'first-use'],
    ['first-use', true, 'pinned'],
    ['blocked', true, 'refused'],
    ['revoked', false, 'refused'],
  ] as const)('status %s, words seen: %s → %s', (status: PinStatus, seen, state) => {
    const pin = samplePin(seen ? { status } : { status, manifest: null });
    expect(buildTicket({ ...facts, pin }).state).toBe(state);
  });
});

test('a ticket of a command has no tree, and is read back as it was written', async () => {
  const pin = sampleCommandPin();
  const { command, args } = pin.launch;
  const made = buildTicket({
    name: 'files',
    scope: 'user',
    lockPath: '/l',
    tree: null,
    pin,
    runtime: '/node',
    mode: 'block',
    templates: {},
    policy: [],
  });
  expect(made).toMatchObject({ tree: null, launch: { command, args, cwd: null }, label: 'pkg:pypi/mcp-server-git' });
  const host = oddHost();
  await transact([await planTicket(made, place, host)], host);
  expect(await readTicket('files', 'user', null, host)).toEqual(made);
});

describe('an attacked ticket is ticket-invalid', () => {
  async function expectInvalid(attack: (path: string) => void): Promise<void> {
    const { host, path } = await written();
    attack(path);
    await expect(readTicket('files', 'user', null, host)).rejects.toMatchObject({ code: 'ticket-invalid', hint: 'pinfold audit' });
    expect(await listTickets(host)).toEqual([]);
  }

  test.each([
    ['edited entry', 'dist/index.js', 'dist/evil.js'],
    ['edited mode', '"mode":"block"', '"mode":"observe"'],
    ['edited state', '"state":"pinned"', '"state":"first-use"'],
    ['another digest of a tool', digestOf('read'), digestOf('evil')],
    ['edited template', '{{cwd}}', '{{home}}'],
  ])('%s', async (_, from, to) => {
    await expectInvalid((path) => {
      const text = fs.readFileSync(path, 'utf8');
      expect(text).toContain(from);
      fs.writeFileSync(path, text.replace(from, to));
    });
  });

  test.each(['', '{}', 'null', '[]', '{"seal":1,"ticket":{}}'])('replaced by %j', async (text) => {
    await expectInvalid((path) => fs.writeFileSync(path, text));
  });

  test('cut anywhere', async () => {
    const { host, path } = await written();
    const bytes = fs.readFileSync(path);
    for (let length = 0; length < bytes.length - 2; length += 97) {
      fs.writeFileSync(path, bytes.subarray(0, length));
      await expect(readTicket('files', 'user', null, host)).rejects.toMatchObject({ code: 'ticket-invalid' });
    }
  });

  test('not UTF-8', async () => {
    await expectInvalid((path) => fs.writeFileSync(path, Buffer.from([0x22, 0xff, 0x22])));
  });

  test.each<readonly [string, (body: Record<string, JsonValue>) => void]>([
    ['a newer version', (body) => Object.assign(body, { version: 2 })],
    ['an unknown member', (body) => Object.assign(body, { extra: 1 })],
    ['an inherited member', (body) => Object.assign(body, { constructor: 1 })],
    ['a missing member', (body) => void delete body['policy']],
    ['an entry out of the tree', (body) => Object.assign(body, { launch: { ...(body['launch'] as object), entry: '../../evil.js' } })],
    ['an absolute entry', (body) => Object.assign(body, { launch: { ...(body['launch'] as object), entry: '/evil.js' } })],
    ['a tree taken away', (body) => Object.assign(body, { tree: null })],
    ['a command in place of the entry', (body) => Object.assign(body, { launch: { command: 'canary', args: [], cwd: null } })],
    ['a command beside the entry', (body) => Object.assign(body, { launch: { ...(body['launch'] as object), command: 'canary' } })],
    ['arguments that are no texts', (body) => Object.assign(body, { launch: { ...(body['launch'] as object), args: [1] } })],
    ['a state that does not exist', (body) => Object.assign(body, { state: 'fine' })],
    ['a mode that does not exist', (body) => Object.assign(body, { mode: 'off' })],
    ['a digest that is none', (body) => Object.assign(body, { pinDigest: 'sha256-x' })],
    ['a policy without digest', (body) => Object.assign(body, { policy: [{ path: '/p' }] })],
    ['a manifest with a hole', (body) => Object.assign(body, { manifest: { ...(body['manifest'] as object), tools: null } })],
  ])('%s, sealed again', async (_, edit) => {
    const { host, path } = await written();
    reseal(path, edit);
    await expect(readTicket('files', 'user', null, host)).rejects.toMatchObject({ code: 'ticket-invalid' });
  });

  test('the whole ticket of another server', async () => {
    const { host, path } = await written({ name: 'other' });
    expect(fs.existsSync(path)).toBe(true);
    await expect(readTicket('files', 'user', null, host)).rejects.toMatchObject({
      code: 'ticket-invalid',
      why: expect.stringContaining('user:other'),
    });
  });

  test('the whole ticket of another scope', async () => {
    const { host } = await written({ scope: 'project' });
    await expect(readTicket('files', 'user', null, host)).rejects.toMatchObject({ code: 'ticket-invalid' });
  });
});
