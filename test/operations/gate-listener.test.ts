import { existsSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { openSession } from '../../src/gate/session.ts';
import type { Host } from '../../src/host/host.ts';
import { GuardError } from '../../src/model/errors.ts';
import type { JsonValue } from '../../src/model/json.ts';
import { gateListener } from '../../src/operations/gate-listener.ts';
import { gateRules } from '../../src/operations/gate-rules.ts';
import { launchTicket } from '../../src/operations/launch-checks.ts';
import { listReview } from '../../src/operations/review.ts';
import { firstUseFile } from '../../src/store/first-use.ts';
import { readLedger } from '../../src/store/ledger-read.ts';
import { readPending } from '../../src/store/pending.ts';
import { temporaryHost } from '../support/home.ts';
import { approve, tool } from '../support/launch.ts';

const place = { name: 'sample', scope: 'user', project: null } as const;
const uri = 'ui://view';
const manifest = { tools: [tool('read')], resources: [{ uri, name: 'view' }] };

/** One session of the approved server, in which the client asks and the server answers; the answers that reach the client. */
async function session(host: Host, exchanges: readonly (readonly [method: string, params: JsonValue, result: JsonValue])[]) {
  const ticket = await launchTicket(place, host);
  const launching = { place, firstUse: firstUseFile(place, ticket.pinDigest, host), remedy: 'pinfold approve sample' };
  const listener = gateListener(ticket, launching, {}, host);
  const open = openSession(await gateRules(ticket, launching, {}, host), listener);
  const answers: unknown[] = [];
  for (const [id, [method, params, result]] of exchanges.entries()) {
    await open.handle('client', Buffer.from(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`));
    const outputs = await open.handle('server', Buffer.from(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`));
    for (const { bytes } of outputs) answers.push(JSON.parse(bytes.toString('utf8')));
  }
  open.close();
  await listener.settled();
  return answers;
}

async function eventsOf(host: Host, event: string) {
  return (await readLedger(host)).entries.filter((entry) => entry.event === event).map(({ detail }) => detail);
}

test('another form of the same words is noted once in the ledger and beside what waits', async () => {
  const host = temporaryHost();
  await approve({ name: 'sample', server: 'gate-big.mjs', manifest }, host);
  const listed = { tools: [{ ...tool('read'), execution: { taskSupport: 'forbidden' } }] };
  await session(host, [
    ['tools/list', {}, listed],
    ['tools/list', {}, listed],
  ]);
  expect(await eventsOf(host, 'passed-equivalent')).toEqual([{ items: ['tools/read'], count: 1 }]);
  expect(await readPending(place, host)).toMatchObject({ items: [], equivalent: ['tools/read'] });
  expect((await listReview(host)).words).toEqual([]);
});

test('hidden characters are counted in the ledger, and nothing of the text is there', async () => {
  const host = temporaryHost();
  await approve({ name: 'sample', server: 'gate-big.mjs', manifest }, host);
  const result = { content: [{ type: 'text', text: 'private\u202e words\u001b[2J' }] };
  await session(host, [
    ['tools/call', { name: 'read' }, result],
    ['tools/call', { name: 'read' }, result],
  ]);
  expect(await eventsOf(host, 'hidden-characters')).toEqual([
    { subject: 'tools/call', characters: 2, messages: 1, forwarded: false },
    { characters: 4, messages: 2, forwarded: false },
  ]);
  expect(JSON.stringify((await readLedger(host)).entries)).not.toContain('private');
});

test('a page is bound by the first session that reads it, and a changed one waits for a person', async () => {
  const host = temporaryHost();
  await approve({ name: 'sample', server: 'gate-big.mjs', manifest }, host);
  const page = (text: string) => ['resources/read', { uri }, { contents: [{ uri, text }] }] as const;
  expect(await session(host, [page('hello')])).toMatchObject([{ result: {} }]);
  expect(await session(host, [page('hello'), page('your password?')])).toMatchObject([{ result: {} }, { error: {} }]);
  const { items } = await readPending(place, host);
  expect(items).toMatchObject([{ kind: 'ui', name: uri }]);
  expect(items[0]?.pinned).not.toBe(items[0]?.digest);
  expect(JSON.stringify(items)).not.toContain('password');
});

test.each(['block', 'warn', 'observe'] as const)('in the mode %s the ledger holds no argument, no result and no words', async (mode) => {
  const canary = 'canary-5f2c';
  const host = temporaryHost({ env: { API_KEY: `${canary}-of-the-environment` } });
  await approve({ name: 'sample', server: 'gate-big.mjs', manifest, pin: { mode } }, host);
  const text = `${canary}\u202e API ${canary}-of-the-environment`;
  const result = { content: [{ type: 'text', text }], structuredContent: { [canary]: canary } };
  await session(host, [
    ['tools/call', { name: 'read', arguments: { key: canary } }, result],
    ['tools/call', { name: 'evil', arguments: { [canary]: canary } }, result],
    ['tools/list', {}, { tools: [tool('read', { description: canary }), tool('new', { description: canary })], [canary]: canary }],
    ['resources/read', { uri: `db://other/table?token=${canary}#${canary}` }, { contents: [{ uri: 'x', text: canary }] }],
    ['initialize', { clientInfo: { name: canary, version: '1' } }, { capabilities: {}, instructions: canary }],
    ['tools/call', { name: 'read' }, { inputRequests: { a: { method: 'elicitation/create', params: { message: canary } } } }],
    ['prompts/get', { name: 'other', arguments: { key: canary } }, { messages: [], tools: [{ name: 'x', description: canary }] }],
    ['no/such', { key: canary }, { key: canary }],
  ]);
  const { entries } = await readLedger(host);
  expect(new Set(entries.map(({ event }) => event))).toEqual(
    new Set(['hidden-characters', mode === 'block' ? 'withheld' : 'passed-unpinned']),
  );
  expect(JSON.stringify(entries)).toContain('resources/db://other/table"');
  expect(JSON.stringify(entries)).not.toContain(canary);
});

test('a ledger on a disk that hangs holds up no message', async () => {
  const host = temporaryHost();
  await approve({ name: 'sample', server: 'gate-big.mjs', manifest }, host);
  const hanging: Host = { ...host, files: { ...host.files, append: () => new Promise(() => undefined) } };
  const ticket = await launchTicket(place, hanging);
  const launching = { place, firstUse: firstUseFile(place, ticket.pinDigest, hanging), remedy: 'pinfold approve sample' };
  const open = openSession(await gateRules(ticket, launching, {}, hanging), gateListener(ticket, launching, {}, hanging));
  for (let id = 0; id < 3; id += 1) {
    const refused = open.handle(
      'client',
      Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: `evil ${id}` } })),
    );
    expect(refused).toMatchObject([{ to: 'client' }]);
    expect(open.handle('client', Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: `${id}`, method: 'ping' })))).toMatchObject([
      { to: 'server' },
    ]);
  }
});

test('of two first launches at one time, the words of the one that was first on disk count', async () => {
  const host = temporaryHost();
  await approve({ name: 'sample', server: 'gate-big.mjs', manifest: null, pin: { status: 'first-use' } }, host);
  const ticket = await launchTicket(place, host);
  const launching = { place, firstUse: firstUseFile(place, ticket.pinDigest, host), remedy: 'pinfold approve sample' };
  const open = async () => openSession(await gateRules(ticket, launching, {}, host), gateListener(ticket, launching, {}, host));
  const list = async (one: Awaited<ReturnType<typeof open>>, description: string) => {
    await one.handle('client', Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })));
    const result = { tools: [tool('read', { description })] };
    const [output] = await one.handle('server', Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, result })));
    return JSON.parse(output?.bytes.toString('utf8') ?? '') as object;
  };
  const [first, second] = [await open(), await open()];
  expect(await list(first, 'honest')).toMatchObject({ result: {} });
  expect(await list(second, 'poison')).toMatchObject({ error: { data: { pinfold: { code: 'first-use-unrecorded' } } } });
});

describe('words of a first use', () => {
  const list = { tools: [tool('read')] };

  /** A host whose disk takes what a first use shows only when the test says so. */
  function heldDisk(host: Host) {
    const order: string[] = [];
    let take: (outcome: 'taken' | 'refused') => void = () => {};
    const decided = new Promise<'taken' | 'refused'>((resolve) => {
      take = resolve;
    });
    let reach = () => {};
    const reached = new Promise<void>((resolve) => {
      reach = resolve;
    });
    const held: Host = {
      ...host,
      files: {
        ...host.files,
        async writeAtomic(path, ...more) {
          if (!path.includes('first-use')) return host.files.writeAtomic(path, ...more);
          order.push('write');
          reach();
          if ((await decided) === 'refused') throw new GuardError('file-unwritable', `cannot write ${path}`, { why: 'ENOSPC' });
          await host.files.writeAtomic(path, ...more);
          order.push('on disk');
        },
      },
    };
    return { held, order, take: (outcome: 'taken' | 'refused') => take(outcome), reached };
  }

  async function first(host: Host) {
    await approve({ name: 'sample', server: 'gate-big.mjs', manifest: null, pin: { status: 'first-use' } }, host);
    const { held, order, take, reached } = heldDisk(host);
    const answered = session(held, [['tools/list', {}, list]]).then((answers) => {
      order.push('forwarded');
      return answers;
    });
    await reached;
    return { order, take, answered, path: firstUseFile(place, (await launchTicket(place, host)).pinDigest, host).path };
  }

  test('are on disk, synced and under their name, before the first list goes on', async () => {
    const host = temporaryHost();
    const { order, take, answered, path } = await first(host);
    // As long as the disk has not taken it, nothing has gone on, and whoever is killed now leaves no record of it.
    await new Promise((resolve) => setImmediate(resolve));
    expect([order, existsSync(path)]).toEqual([['write'], false]);
    take('taken');
    expect(await answered).toMatchObject([{ result: list }]);
    expect([order, existsSync(path)]).toEqual([['write', 'on disk', 'forwarded'], true]);
    // A session of a moment protects the next one.
    expect(await session(host, [['tools/list', {}, { tools: [tool('read', { description: 'other' })] }]])).toMatchObject([
      { result: { tools: [] } },
    ]);
  });

  test('that the disk does not take go nowhere, and nothing of them is in what the client is told', async () => {
    const { take, answered, path } = await first(temporaryHost());
    take('refused');
    const answers = await answered;
    expect(answers).toMatchObject([{ error: { data: { pinfold: { code: 'first-use-unrecorded' } } } }]);
    expect([JSON.stringify(answers).includes('"read"'), existsSync(path)]).toEqual([false, false]);
  });
});

test('a notice cannot drive the terminal, whatever name stands in it', async () => {
  const host = temporaryHost();
  await approve({ name: 'sample', server: 'gate-big.mjs', manifest }, host);
  const stderr = new PassThrough();
  const ticket = await launchTicket(place, host);
  const launching = { place, firstUse: firstUseFile(place, ticket.pinDigest, host) };
  gateListener(ticket, launching, {}, { ...host, terminal: { ...host.terminal, stderr } }).notice('a\u001b[2J\nb');
  expect(String(stderr.read())).toBe('a<U+001B>[2J\\nb\n');
});
