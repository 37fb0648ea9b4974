import { expect, test } from 'vitest';
import { secretSpans } from '../../src/model/secret-spans.ts';

/** The words with everything that was found replaced by `*`. */
function without(...words: readonly string[]): string {
  const spans = secretSpans(words);
  return words
    .map((word, at) => {
      const chars = [...word].map((char, index) =>
        (spans[at] ?? []).some(({ start, end }) => index >= start && index < end) ? '*' : char,
      );
      return chars.join('').replace(/\*+/g, '*');
    })
    .join(' ');
}

test.each([
  [['--token', 'abc', '--api-key=foo,bar;baz', '--accessKey', 'q'], '--token * --api-key=* --accessKey *'],
  [['-e', 'GITHUB_TOKEN', '-e', 'MODE=ask', '--env=X=y'], '-e GITHUB_TOKEN -e MODE=* --env=X=*'],
  [['--token', '-abc'], '--token -*'],
  [['postgres://u:p@h/db', 'https://x/y?api_key=zz&b=c'], 'postgres://*@h/db https://x/y?api_key=*&b=c'],
  [['--header', 'Authorization: Bearer t0k', 'X-Api-Key: v'], '--header Authorization: Bearer * X-Api-Key: *'],
  [['-c', 'export TOKEN=a,b; npx foo --key zzz "q"'], '-c export TOKEN=*; npx foo --key * "q"'],
  [['{"apiKey":"v,w","model":"x","a":{"password":"p q"}}'], '{"apiKey":"*","model":"x","a":{"password":"*"}}'],
  [['{"open":"unfinished', '{"token":"unfinished'], '{"open":"unfinished {"token":"*'],
  [['serve', '1b4e28ba-2fa1-11d2-883f-0016d3cca427', 'ghp_abcdefghijk', 'x=xoxb-123456789012'], 'serve * * x=*'],
  [['dGhpczFzQTUzY3IzdFRoYXQ5U2g0bGw='], '*'],
])('what may be a secret is found: %j', (words, expected) => {
  expect(without(...words)).toBe(expected);
});

test.each([
  ['-y', '@modelcontextprotocol/server-filesystem@2025.8.21', '/home/me/notes', 'C:\\Users\\me\\notes'],
  ['run', '-i', '--rm', 'mcp/fetch@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'],
  ['--db-path', '/a/b.db', '--author', 'me', '--patch=3', '--keyboard', 'qwertz', '--path', 'y', 'tokenizer'],
  ['my-long-server-name-with-2-words-v20240101', 'https://example.com/a/b?c=d', '--port=8080', '--from', 'git+https://github.com/a/b@v1'],
  ['--mount', 'type=bind,src=/a,dst=/b', '-v', '/a:/b:ro', '@upstash/context7-mcp', '--transport', 'stdio'],
])('what names no secret stays pinned', (...words) => {
  expect(without(...words)).toBe(words.join(' '));
});

test('a name is one where a run of its characters begins, after what is no letter', () => {
  expect(without('run --token abc -- _token=q 1token=q x.token=q')).toBe('run --token * -- _token=* 1token=* x.token=*');
  expect(without('deploytoken=q')).toBe('deploytoken=q');
});

// Each takes minutes where one of the patterns looks again at every place of a long word.
test.each(['x', 'x-', 'eyJ-', 'eyJaaaaaaaa.', ' ', 'a ', 'a=', '://', '://x', 'Basic ', 'x"', '1', 'sk-', 'aB3', 'aB3aB3aB3aB3aB3aB3aB3 '])(
  'a long word of %j ends',
  (part) => {
    expect(secretSpans([part.repeat(120_000 / part.length)])).toHaveLength(1);
  },
);

test('where there are too many names, all the rest counts as secret', () => {
  const [spans = []] = secretSpans([`${'a=1 '.repeat(2_000)}tail`]);
  expect(spans.at(-1)?.end).toBe(8_004);
});
