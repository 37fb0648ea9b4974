import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frames } from '../../src/gate/framing.ts';
import { type Output, openSession } from '../../src/gate/session.ts';
import type { Side } from '../../src/gate/side.ts';
import { canonical } from '../../src/model/canonical.ts';
import { effectiveItem } from '../../src/model/effective.ts';
import { isObject, type JsonObject, type JsonValue } from '../../src/model/json.ts';
import { itemKinds, listings } from '../../src/model/manifest.ts';
import { conversation, rulesFor } from '../gate/conversation.ts';
import { tool } from '../support/launch.ts';

const text = fc.oneof(
  fc.constantFrom('read', 'write', '{{cwd}}', '😀', 'é', ''),
  fc.string({ unit: 'binary' }).filter((any) => any.isWellFormed()),
);
const value = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3 }),
  ),
})).value;
const item = fc
  .record({ description: text, inputSchema: value, _meta: value }, { requiredKeys: [] })
  .chain((members) =>
    fc.constantFrom('read', 'write', 'other').map((name): JsonObject => ({ ...members, name, uri: name, uriTemplate: name })),
  );

test('whatever a server lists: an item is forwarded because it equals the pin, or it is not forwarded', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...itemKinds),
      fc.uniqueArray(item, { selector: (one) => one['name'], maxLength: 3 }),
      fc.array(item, { maxLength: 4 }),
      fc.nat(3),
      (kind, pinned, listed, copies) => {
        const shown = [...listed, ...pinned.slice(0, copies)];
        const form = (one: JsonObject) => canonical(effectiveItem(kind, one));
        const approved = new Set(pinned.map(form));
        const said = conversation(rulesFor({ manifest: { [kind]: pinned } })).exchange(listings[kind].method, { [kind]: shown });
        const got = (said.message as { result: Record<string, JsonObject[]> }).result[kind] ?? [];
        for (const one of got) expect(approved).toContain(form(one));
        const names = got.map((one) => one['name']);
        expect(new Set(names).size).toBe(names.length);
        // Nothing that equals its pin is lost: the first of each name goes on, unless a changed one came before it.
        for (const [at, one] of shown.entries()) {
          const first = shown.findIndex((other) => other['name'] === one['name']) === at;
          if (first && approved.has(form(one))) expect(got).toContainEqual(one);
        }
        if (got.length === shown.length) expect(said.action).toBe('forward');
      },
    ),
    { numRuns: 400 },
  );
});

/** Fragments of messages, whole messages and noise, so that streams come close to what could slip through. */
const evil = JSON.stringify(tool('evil', { description: 'unpinned words' }));
const fragment = fc.constantFrom(
  '{"jsonrpc":"2.0","id":1,"result":{"tools":[',
  '{"jsonrpc":"2.0","id":1,',
  '"result":{"tools":[',
  `${evil}`,
  `${JSON.stringify(tool('read'))}`,
  ']}}\n',
  '{"jsonrpc":"2.0","id":2,"result":{"instructions":"unpinned words"}}\n',
  `{"jsonrpc":"2.0","id":3,"result":{"tools":[${evil}]}}\n`,
  `[{"jsonrpc":"2.0","id":1,"result":{"tools":[${evil}]}}]\n`,
  `{"jsonrpc":"2.0","id":1,"result":{"Tools":[${evil}],"tools":[]}}\n`,
  '{"jsonrpc":"2.0","method":"notifications/message","params":{}}\n',
  '{"jsonrpc":"2.0","id":"s","method":"elicitation/create","params":{"message":"unpinned words"}}\n',
  ...[',', ':', '{', '}', '[', ']', '"', '\\', '\n', '\r', ' ', '\t', 'x', '\u2028'],
);
const stream = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fragment.map((part) => Buffer.from(part)) },
      fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
    ),
    { maxLength: 14 },
  )
  .map((parts) => Buffer.concat(parts));

test('no byte stream of a server breaks the gate or brings unpinned words to the client', async () => {
  await fc.assert(
    fc.asyncProperty(stream, async (bytes) => {
      const session = openSession(rulesFor({ manifest: { tools: [tool('read')] } }), quiet);
      for (const [id, method] of [
        [1, 'tools/list'],
        [2, 'initialize'],
        [3, 'tools/list'],
      ] as const) {
        await session.handle('client', Buffer.from(`${JSON.stringify({ jsonrpc: '2.0', id, method, params: {} })}\n`));
      }
      const outputs = await feed(session, 'server', bytes);
      for (const { bytes: out, to } of outputs.filter((output) => output.to === 'client')) {
        expect(to).toBe('client');
        expect(out.toString('utf8')).not.toContain('unpinned words');
        for (const line of out.toString('utf8').split('\n')) expect(line === '' || isObject(JSON.parse(line))).toBe(true);
      }
    }),
    { numRuns: 3000 },
  );
});

const clientFragment = fc.constantFrom(
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"evil"}}\n',
  '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"read"}}\n',
  '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"read","name":"evil"}}\n',
  '[{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"evil"}}]\n',
  '{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{',
  '"name":"evil"',
  '"name":"read"',
  '}}\n',
  ...[',', '{', '}', '[', ']', '"', '\\', '\n', '\r', ' ', 'N'],
);

test('no byte stream of a client breaks the gate or calls what is not pinned', async () => {
  const bytes = fc
    .array(fc.oneof({ weight: 8, arbitrary: clientFragment }, fc.string({ maxLength: 4 })), { maxLength: 12 })
    .map((parts) => Buffer.from(parts.join('')));
  await fc.assert(
    fc.asyncProperty(bytes, async (sent) => {
      const session = openSession(rulesFor({ manifest: { tools: [tool('read')] } }), quiet);
      for (const { to, bytes: out } of await feed(session, 'client', sent)) {
        if (to !== 'server') continue;
        const message = JSON.parse(out.toString('utf8')) as { params?: { name?: string } };
        if (message.params !== undefined) expect(message.params.name).toBe('read');
        expect(out.toString('utf8')).not.toMatch(/"evil"/);
      }
    }),
    { numRuns: 2000 },
  );
});

const quiet = { onEffect: () => undefined, record: () => Promise.resolve(), notice: () => undefined, wantsLink: () => undefined };

async function feed(session: ReturnType<typeof openSession>, from: Side, bytes: Buffer): Promise<readonly Output[]> {
  const framing = frames(100_000);
  const complete = framing.push(bytes);
  const rest = framing.end();
  const outputs: Output[] = [];
  for (const frame of [...(complete as Buffer[]), ...(rest === null ? [] : [rest])]) outputs.push(...(await session.handle(from, frame)));
  return outputs;
}
