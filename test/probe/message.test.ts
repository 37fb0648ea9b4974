import { describe, expect, test } from 'vitest';
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
