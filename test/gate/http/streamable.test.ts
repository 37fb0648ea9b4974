import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type RemoteOptions, remoteServer } from '../../support/remote-server.ts';
import { talk } from './talk.ts';

/** A call that waits until the test lets it go on. */
function held() {
  let go = () => {};
  const gone = new Promise<void>((resolve) => {
    go = resolve;
  });
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  return { go: () => go(), gone, begin: () => begin(), begun };
}

const add: RemoteOptions['setUp'] = (server) => {
  server.registerTool('add', { description: 'adds', inputSchema: z.object({ a: z.number(), b: z.number() }) }, async ({ a, b }) => ({
    content: [{ type: 'text', text: String(a + b) }],
  }));
};

const text = (message: { readonly result?: Record<string, unknown> }) =>
  (message.result as { content: { text: string }[] } | undefined)?.content[0]?.text;

describe('a server of the official SDK', () => {
  test.each([true, false])('lists and is called over one session, which is ended (json: %s)', async (json) => {
    const server = await remoteServer({ setUp: add, json });
    const client = talk(server);
    expect((await client.open()).result).toMatchObject({ instructions: 'Ask before you write.' });
    expect((await client.ask('tools/list')).result).toMatchObject({ tools: [{ name: 'add' }] });
    expect(text(await client.ask('tools/call', { name: 'add', arguments: { a: 40, b: 2 } }))).toBe('42');
    expect(server.sessions.size).toBe(1);
    expect(await client.end()).toEqual({ code: 0, signal: null });
    expect(server.sessions.size).toBe(0);
    expect(server.seen.filter(({ rpc }) => rpc === 'tools/list').map(({ headers }) => headers['mcp-protocol-version'])).toEqual([
      '2025-11-25',
    ]);
    expect(client.notices).toEqual([]);
  });

  test('many requests at once each get their own answer', async () => {
    const server = await remoteServer({ setUp: add });
    const client = talk(server);
    await client.open();
    const sums = await Promise.all(Array.from({ length: 40 }, (_, a) => client.ask('tools/call', { name: 'add', arguments: { a, b: 1 } })));
    expect(sums.map(text)).toEqual(Array.from({ length: 40 }, (_, a) => String(a + 1)));
  });

  test('what the server says by itself arrives on a stream of its own', async () => {
    const server = await remoteServer({ setUp: add });
    const client = talk(server);
    await client.open();
    await client.ask('tools/list');
    for (const { server: one } of server.sessions.values()) one.sendToolListChanged();
    await client.until(({ method }) => method === 'notifications/tools/list_changed');
  });

  test('that stream is opened again when it breaks, and nothing in between is lost', async () => {
    const server = await remoteServer({ setUp: add, resumable: true });
    const client = talk(server);
    await client.open();
    await client.ask('tools/list');
    const changed = () => client.lines.filter(({ method }) => method === 'notifications/tools/list_changed').length;
    for (const { server: one } of server.sessions.values()) one.sendToolListChanged();
    await client.until(({ method }) => method === 'notifications/tools/list_changed');
    server.drop();
    for (const { server: one } of server.sessions.values()) one.sendToolListChanged();
    await client.until(() => changed() === 2);
    expect(server.seen.filter(({ method, headers }) => method === 'GET' && headers['last-event-id'] !== undefined)).not.toEqual([]);
  });

  test('an answer whose connection is dropped is taken up where it broke', async () => {
    const call = held();
    const server = await remoteServer({
      resumable: true,
      setUp: (one) =>
        void one.registerTool('slow', { description: 's' }, async ({ mcpReq }) => {
          await mcpReq.notify({ method: 'notifications/message', params: { level: 'info', data: 'half way' } });
          await call.gone;
          return { content: [{ type: 'text', text: 'whole' }] };
        }),
    });
    const client = talk(server);
    await client.open();
    const answer = client.ask('tools/call', { name: 'slow' });
    await client.until(({ method }) => method === 'notifications/message');
    server.drop();
    call.go();
    expect(text(await answer)).toBe('whole');
    const resumed = server.seen.filter(({ method, headers }) => method === 'GET' && headers['last-event-id'] !== undefined);
    expect(resumed.length).toBeGreaterThan(0);
  });

  test('without event ids a dropped connection is an error to whoever waits, and the session goes on', async () => {
    const call = held();
    const server = await remoteServer({
      setUp: (one) =>
        void one.registerTool('slow', { description: 's' }, async () => {
          call.begin();
          await call.gone;
          return { content: [] };
        }),
    });
    const client = talk(server);
    await client.open();
    const answer = client.ask('tools/call', { name: 'slow' });
    await call.begun;
    server.drop();
    expect((await answer).error?.data.pinfold.code).toBe('no-answer');
    call.go();
    expect((await client.ask('tools/list')).result).toMatchObject({ tools: [{ name: 'slow' }] });
  });

  test('a session that the server forgot is opened again, with the words that the client began with', async () => {
    const server = await remoteServer({ setUp: add });
    const client = talk(server);
    await client.open();
    server.forget();
    const sums = await Promise.all([1, 2, 3].map((a) => client.ask('tools/call', { name: 'add', arguments: { a, b: 1 } })));
    expect(sums.map(text)).toEqual(['2', '3', '4']);
    expect(server.sessions.size).toBe(1);
    expect(client.lines.filter(({ result }) => result?.['serverInfo'] !== undefined)).toHaveLength(1);
    expect(client.notices).toEqual(['the server ended the session; it is opened again']);
  });

  test('a cancelled request is cancelled at the server', async () => {
    const call = held();
    const cancelled = held();
    const server = await remoteServer({
      setUp: (one) =>
        void one.registerTool('slow', { description: 's' }, async (extra) => {
          extra.mcpReq.signal.addEventListener('abort', () => cancelled.go());
          call.begin();
          await cancelled.gone;
          return { content: [] };
        }),
    });
    const client = talk(server);
    await client.open();
    void client.ask('tools/call', { name: 'slow' });
    await call.begun;
    client.send({ method: 'notifications/cancelled', params: { requestId: client.lastId() } });
    await cancelled.gone;
    expect((await client.ask('tools/list')).result).toBeDefined();
  });

  test('killed, it lets go of everything at once', async () => {
    const server = await remoteServer({ setUp: add });
    const client = talk(server);
    await client.open();
    client.child.kill('SIGKILL');
    expect(await client.child.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });
});
