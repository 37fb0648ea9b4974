import { describe, expect, test } from 'vitest';
import { mirrors } from '../../src/gate/http/mirrored.ts';
import { sseParser } from '../../src/gate/http/sse.ts';
import { defaultBridgeBounds, wholeBody } from '../../src/gate/http/wire.ts';
import type { HttpOpened } from '../../src/host/http.ts';
import { limits } from '../../src/model/limits.ts';
import { mirroredParams } from '../../src/model/mirrored-params.ts';
import { heldBytes, keptBy } from '../support/kept-by.ts';

const million = 1_000_000;

/** Bytes as they come from a connection: slices of one large buffer, each of this size. */
function* dripping(text: string, bytes: number) {
  const whole = Buffer.from(text);
  for (let at = 0; at < whole.length; at += bytes) yield whole.subarray(at, at + bytes);
}

describe('what a remote server makes the guard hold is about what it counts', () => {
  test('a line that comes byte by byte', () => {
    const held = { count: 0 };
    const parser = sseParser(limits.frameMaxBytes, held);
    const kept = keptBy(() => {
      for (const piece of dripping(`data: ${'x'.repeat(million)}`, 1)) expect(parser.push(piece)).toEqual([]);
      return parser;
    });
    expect(held.count).toBeGreaterThan(million);
    expect(kept).toBeLessThan(held.count * 4);
  });

  test('a document that comes byte by byte', async () => {
    const held = { count: 0 };
    let kept = 0;
    const body = {
      async *[Symbol.asyncIterator]() {
        const before = heldBytes();
        yield* dripping('x'.repeat(million), 1);
        kept = heldBytes() - before;
      },
      destroy: () => undefined,
    };
    const opened = { status: 200, headers: {}, body } as unknown as HttpOpened;
    const read = await wholeBody(opened, { bounds: defaultBridgeBounds, held });
    expect([read.length, held.count]).toEqual([million, 0]);
    expect(kept).toBeLessThan(4 * million);
  });

  test('short lines of one event, each alone in a large piece', () => {
    const held = { count: 0 };
    const parser = sseParser(limits.frameMaxBytes, held);
    const kept = keptBy(() => {
      for (let at = 0; at < 2_000; at += 1) expect(parser.push(Buffer.from(`data: x\n: ${'y'.repeat(65_000)}\n`))).toEqual([]);
      return parser;
    });
    expect(kept).toBeLessThan(4 * million);
  });

  test('names and paths of tools that want arguments in headers', () => {
    const long = 'x'.repeat(million);
    const schema = (name: string) => ({ type: 'object', properties: { [name]: { type: 'string', 'x-mcp-header': 'A' } } });
    expect(mirroredParams(schema(long))).toEqual({ why: expect.stringContaining('too long') });
    const known = mirrors();
    const kept = keptBy(() => {
      for (let at = 0; at < 20; at += 1) {
        const tools = [
          { name: `${at}${long}`, inputSchema: {} },
          { name: `t${at}`, inputSchema: schema(`${at}${long}`) },
        ];
        known.learn(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { tools } })));
      }
      return known;
    });
    // The engine holds on to the last message that it looked at.
    expect(kept).toBeLessThan(10 * million);
  });
});
