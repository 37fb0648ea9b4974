import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineReader } from '../../src/probe/lines.ts';
import { parseMessage } from '../../src/probe/message.ts';

describe('parseMessage', () => {
  test.each([
    ['Listening on stdio'],
    ['{ not json }'],
    ['[1,2]'],
    ['"text"'],
    [''],
    ['{info} started'],
    ['[{"jsonrpc":"2.0","id":1,"result":{}}]'],
  ])('%j is a stray line', (line) => {
    expect(parseMessage(Buffer.from(line))).toBeNull();
  });

  test('a message may be padded and end in a carriage return', () => {
    expect(parseMessage(Buffer.from(' {"id":1}\r'))).toEqual({ id: 1 });
  });

  test.each([
    ['{"id":1,"id":2}', 'a member name twice'],
    ['{"a":"\\udc00"}', 'a lone surrogate'],
    [`{"a":${'['.repeat(300)}${']'.repeat(300)}}`, 'nested deeper'],
    ['{"a":9007199254740993}', 'a number that a double does not hold'],
  ])('%s is refused, not skipped', (line, why) => {
    expect(() => parseMessage(Buffer.from(line))).toThrow(
      expect.objectContaining({ code: 'listing-invalid', why: expect.stringContaining(why) }),
    );
  });
});

describe('lineReader', () => {
  test('gives the same lines however the bytes are cut', () => {
    const bytes = fc.uint8Array({ maxLength: 60 }).map((values) => Buffer.from(values.map((value) => (value < 60 ? 0x0a : value))));
    fc.assert(
      fc.property(bytes, fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 8 }), (all, cuts) => {
        const lines: string[] = [];
        const read = lineReader((line) => lines.push(line.toString('latin1')));
        const places = [0, ...cuts.filter((cut) => cut <= all.length).sort((a, b) => a - b), all.length];
        for (let at = 1; at < places.length; at += 1) read(all.subarray(places[at - 1], places[at]));
        expect(lines).toEqual(all.toString('latin1').split('\n').slice(0, -1));
      }),
    );
  });
});
