import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sseParser } from '../../../src/gate/http/sse.ts';

function events(text: string, cuts: readonly number[] = []) {
  const parser = sseParser(10_000, { count: 0 });
  const bytes = Buffer.from(text);
  const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
  return places.slice(1).flatMap((end, at) => {
    const found = parser.push(bytes.subarray(places[at], end));
    if (found === 'too-long') throw new Error('too long');
    return found.map(({ data, ...event }) => ({ ...event, data: data.toString('utf8') }));
  });
}

const stream =
  '\uFEFFevent: endpoint\r\ndata: /messages\r\n\r\n: a comment\rid: 7\rretry: 20\rdata:one\rdata: two\r\rid\ndata\n\ndata: left';

test('events as the standard reads them', () => {
  expect(events(stream)).toEqual([
    { type: 'endpoint', data: '/messages', id: null, retryMs: null },
    { type: 'message', data: 'one\ntwo', id: '7', retryMs: 20 },
    { type: 'message', data: '', id: '', retryMs: 20 },
  ]);
});

test('wherever the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(Buffer.byteLength(stream))), (cuts) => {
      expect(events(stream, cuts)).toEqual(events(stream));
    }),
  );
});

test('an event without data that carries an id is told, so that the stream can be taken up behind it', () => {
  expect(events('id: a\n\n\n\nid: a\n\n')).toEqual([{ type: 'message', data: '', id: 'a', retryMs: null }]);
});

describe('bounds', () => {
  test.each([
    ['one line that never ends', 'data: '.padEnd(6_000, 'x')],
    ['many lines of one event', 'data: xxxxxxxxxxxxxxx\n'.repeat(70)],
    ['many lines without anything in them', 'data\n'.repeat(100)],
  ])('%s', (_what, part) => {
    const held = { count: 0 };
    const parser = sseParser(10_000, held);
    expect(parser.push(Buffer.from(part))).toEqual([]);
    expect(parser.push(Buffer.from(part))).toBe('too-long');
    expect(parser.push(Buffer.from('\n\n'))).toBe('too-long');
    expect(held.count).toBe(0);
  });

  test('comments for ever hold nothing', () => {
    const held = { count: 0 };
    const parser = sseParser(100, held);
    for (let at = 0; at < 1_000; at += 1) expect(parser.push(Buffer.from(': still here\n'))).toEqual([]);
    expect(held.count).toBe(0);
  });

  test('what several streams hold counts together, and is given back', () => {
    const held = { count: 0 };
    const [one, two] = [sseParser(100, held), sseParser(100, held)];
    expect(one.push(Buffer.from(`data: ${'x'.repeat(60)}`))).toEqual([]);
    expect(two.push(Buffer.from(`data: ${'x'.repeat(60)}`))).toBe('too-long');
    one.end();
    expect(held.count).toBe(0);
  });
});
