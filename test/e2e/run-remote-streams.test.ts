import type { Client } from '@modelcontextprotocol/client';
import type { McpServer } from '@modelcontextprotocol/server';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { machine } from '../support/cli.ts';
import { legacyServer } from '../support/legacy-server.ts';
import { guardedClient } from '../support/remote-client.ts';
import { type RemoteOptions, remoteServer } from '../support/remote-server.ts';

/** Something that happens once, and that others wait for. */
function once() {
  let happen = () => {};
  const happened = new Promise<void>((resolve) => {
    happen = resolve;
  });
  return { happen: () => happen(), happened };
}

/** What the server of the official SDK offers: a tool that answers at once, and one that waits for the test. */
function playing() {
  const state = { begun: once(), go: once(), cancelled: once() };
  const setUp = (server: McpServer) => {
    server.registerTool('add', { description: 'Adds.', inputSchema: z.object({ a: z.number(), b: z.number() }) }, async ({ a, b }) => ({
      content: [{ type: 'text', text: String(a + b) }],
    }));
    server.registerTool('slow', { description: 'Waits.' }, async ({ mcpReq }) => {
      mcpReq.signal.addEventListener('abort', () => state.cancelled.happen());
      const progressToken = mcpReq._meta?.progressToken;
      if (progressToken !== undefined)
        await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: 1, total: 2 } });
      state.begun.happen();
      await Promise.race([state.go.happened, state.cancelled.happened]);
      return { content: [{ type: 'text', text: 'whole' }] };
    });
  };
  const again = () => Object.assign(state, { begun: once(), go: once(), cancelled: once() });
  return { state, setUp, again };
}

async function installed(url: string, name: string) {
  const m = await machine();
  const ran = await m.person(['y'], 'install', url, '--name', name);
  expect([ran.code, ran.stderr]).toEqual([0, expect.not.stringContaining('error:')]);
  return { m, ran, ...(await guardedClient(m, name)) };
}

/** Settles with the next time that the server says that its tools changed. */
function nextChange(sdk: Client): Promise<void> {
  return new Promise((resolve) => sdk.setNotificationHandler('notifications/tools/list_changed', () => resolve()));
}

/** A call of the tool that waits, which has begun at the server and has told so. */
async function begun(sdk: Client, state: ReturnType<typeof playing>['state'], signal = new AbortController().signal) {
  const progress = once();
  const answer = sdk.callTool({ name: 'slow', arguments: {} }, { onprogress: () => progress.happen(), signal }).then(
    ({ content }) => content,
    (cause: Error) => cause.message,
  );
  await Promise.all([state.begun.happened, progress.happened]);
  return { answer };
}

const text = (words: string) => ({ content: [{ type: 'text', text: words }] });
const add = (sdk: Client, a: number) => sdk.callTool({ name: 'add', arguments: { a, b: 1 } });

describe.each<[string, boolean]>([
  ['with event ids', true],
  ['without event ids', false],
])('a server of the official SDK, %s', (_what, resumable) => {
  test('plays sessions, streams, broken connections, cancellation and a restart for the official client', async () => {
    const { state, setUp, again } = playing();
    const listening = { next: once() };
    const before: RemoteOptions['before'] = ({ method }) => {
      if (method === 'GET') listening.next.happen();
      return false;
    };
    const server = await remoteServer({ setUp, resumable, before });
    const { sdk, stderr } = await installed(server.url, 'remote');
    const resumed = () => server.seen.filter(({ method, headers }) => method === 'GET' && headers['last-event-id'] !== undefined).length;
    const mine = () => [...server.sessions.values()];
    expect([(await add(sdk, 41)).content, server.sessions.size]).toEqual([text('42').content, 1]);

    // What the server says by itself comes on a stream of its own, and that stream is opened again when it breaks.
    let change = nextChange(sdk);
    for (const { server: one } of mine()) one.sendToolListChanged();
    await change;
    change = nextChange(sdk);
    listening.next = once();
    server.drop();
    // Without event ids what was said in between is lost, and what is said afterwards is not.
    if (!resumable) await listening.next.happened;
    if (!resumable) await add(sdk, 1);
    for (const { server: one } of mine()) one.sendToolListChanged();
    await change;
    expect(resumed() > 0).toBe(resumable);

    // An answer whose connection breaks half way.
    const broken = await begun(sdk, state);
    server.drop();
    state.go.happen();
    expect(await broken.answer).toEqual(
      resumable ? text('whole').content : expect.stringContaining('pinfold: the server ended its answer'),
    );

    // A call that the client takes back is taken back at the server.
    again();
    const stop = new AbortController();
    const pending = await begun(sdk, state, stop.signal);
    stop.abort('enough');
    await state.cancelled.happened;
    expect(await pending.answer).toContain('enough');

    // A server that forgot the session: it is opened again, and the client does not notice.
    server.forget();
    expect([(await add(sdk, 1)).content, server.sessions.size]).toEqual([text('2').content, 1]);
    expect(sdk.getInstructions()).toBe('Ask before you write.');
    await sdk.close();
    expect(server.sessions.size).toBe(0);
    expect(stderr()).toContain('the server ended the session; it is opened again');
  });
});

describe('a server of the official SDK on the transport of 2024', () => {
  test('is looked at, installed, listed, called, heard and cancelled; a broken stream ends it, and says so', async () => {
    const { state, setUp, again } = playing();
    const server = await legacyServer(setUp);
    const { sdk, ran, stderr } = await installed(server.url, 'old');
    expect(ran.stderr).toContain('the transport of 2024');
    expect(ran.stderr).toContain('tools: 2, as it told two clients');
    expect((await sdk.listTools()).tools.map(({ name }) => name)).toEqual(['add', 'slow']);
    expect([(await add(sdk, 41)).content, server.sessions.size]).toEqual([text('42').content, 1]);
    const change = nextChange(sdk);
    for (const { server: one } of server.sessions.values()) one.sendToolListChanged();
    await change;

    const stop = new AbortController();
    const cancelled = await begun(sdk, state, stop.signal);
    stop.abort('enough');
    await state.cancelled.happened;
    expect(await cancelled.answer).toContain('enough');

    again();
    const closed = once();
    sdk.onclose = () => closed.happen();
    const waiting = await begun(sdk, state);
    server.drop();
    expect(await waiting.answer).toMatch(/^pinfold: the connection to the server broke|Connection closed/);
    await closed.happened;
    expect(stderr()).toMatch(/pinfold: old: the (?:connection to the server broke|server ended the connection)/);
  });
});
