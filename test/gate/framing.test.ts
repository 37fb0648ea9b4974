import fc from 'fast-check';
import { expect, test } from 'vitest';
import { body, frames } from '../../src/gate/framing.ts';

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const ends = [...new Set(at.map((position) => position % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

test('a stream split anywhere gives the same frames, and no byte is lost', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.array(fc.nat()), fc.boolean(), (lines, at, crlf) => {
      const texts = lines.map((line) => line.replace(/[\r\n]/g, ''));
      const stream = Buffer.from(texts.map((line) => `${line}${crlf ? '\r\n' : '\n'}`).join(''));
      const framing = frames(10_000);
      const got = cut(stream, at).flatMap((chunk) => framing.push(chunk) as Buffer[]);
      expect(framing.end()).toBeNull();
      expect(Buffer.concat(got)).toEqual(stream);
      expect(got.map((frame) => body(frame).toString('utf8'))).toEqual(texts);
    }),
  );
});

test('split at every single byte, inside a multi-byte character too', () => {
  const stream = Buffer.from('{"a":"😀é"}\r\n{"b":1}\n\n{"c"');
  for (let at = 0; at <= stream.length; at += 1) {
    const framing = frames(100);
    const got = [stream.subarray(0, at), stream.subarray(at)].flatMap((chunk) => framing.push(chunk) as Buffer[]);
    expect(got.map((frame) => body(frame).toString('utf8'))).toEqual(['{"a":"😀é"}', '{"b":1}', '']);
    expect(framing.end()?.toString()).toBe('{"c"');
  }
  const bytewise = frames(100);
  const got = [...stream].flatMap((byte) => bytewise.push(Buffer.from([byte])) as Buffer[]);
  expect(got).toHaveLength(3);
});

test('a line over the bound is an error for good, wherever the chunks end', () => {
  expect(frames(4).push(Buffer.from('abcd\n'))).toHaveLength(1);
  expect(frames(4).push(Buffer.from('abcde\n'))).toBe('too-long');
  const slow = frames(4);
  expect(slow.push(Buffer.from('abc'))).toEqual([]);
  expect(slow.push(Buffer.from('de'))).toBe('too-long');
  expect(slow.push(Buffer.from('\n{}\n'))).toBe('too-long');
  expect(slow.end()).toBeNull();
});

test('a whole frame is a slice of its chunk, not a copy', () => {
  const chunk = Buffer.from('{"a":1}\n{"b":2}\n');
  for (const frame of frames(100).push(chunk) as Buffer[]) expect(frame.buffer).toBe(chunk.buffer);
});
