import fc from 'fast-check';

/** What confuses parsers, as bytes: marks, NUL, halves of characters, names that mean something to JavaScript. */
const noise = [
  ...['{', '}', '"', "'", ',', '\\', ':', '=', '#', '- ', '[', ']', '/*', '//', '*/', '\n', '\r', '\r\n', '\t', ' ', '\n\n', '  \n'],
  ...['\0', '\u0001', '\u2028', '\ufeff', '\u00e9', '\ud83d\ude00', '"mcpServers":{},', '"__proto__":1,', 'a: &x 1\n', '<<: *x\n', '[[[['],
  ...[
    '\n[a]\n',
    '\nb.c = 1\n',
    '\n[[d]]\n',
    '\n# e\n',
    ' // f\n',
    ' /* g */ ',
    '---\n',
    '...\n',
    '!!set ',
    '|\n',
    '"\\ud800"',
    '"\\u0041"',
    '1e999',
    '-0',
  ],
].map((text) => Buffer.from(text));
const bytesOnly = [[0xff], [0xed, 0xa0, 0x80], [0xc3], [0xf0, 0x9f], [0xff, 0xfe], [0xfe, 0xff]].map((bytes) => Buffer.from(bytes));

/** What happens to files: bits flip, bytes and lines are lost, doubled, moved, mixed with another file, or saved in another encoding. */
export const mutation = fc.record({
  kind: fc.constantFrom(
    ...(['flip', 'delete', 'double', 'insert', 'overwrite', 'truncate', 'splice'] as const),
    ...(['lose line', 'double line', 'move line', 'indent line', 'join line', 'encode'] as const),
  ),
  at: fc.nat(),
  to: fc.nat(),
  length: fc.nat({ max: 40 }),
  noise: fc.constantFrom(...noise, ...bytesOnly),
});

export type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

/** `others`: samples of the same dialect, for splicing. */
export function mutate(bytes: Buffer, { kind, at, to, length, noise }: Mutation, others: readonly Buffer[]): Buffer {
  const start = bytes.length === 0 ? 0 : at % bytes.length;
  const [head, middle, tail] = [bytes.subarray(0, start), bytes.subarray(start, start + length), bytes.subarray(start + length)];
  const lines = bytes.toString('latin1').split('\n');
  const line = at % lines.length;
  const joined = (edited: readonly string[]) => Buffer.from(edited.join('\n'), 'latin1');
  switch (kind) {
    case 'flip':
      return Buffer.concat([head, Buffer.from([(bytes[start] ?? 0) ^ (1 << (length % 8))]), bytes.subarray(start + 1)]);
    case 'delete':
      return Buffer.concat([head, tail]);
    case 'double':
      return Buffer.concat([head, middle, middle, tail]);
    case 'insert':
      return Buffer.concat([head, noise, middle, tail]);
    case 'overwrite':
      return Buffer.concat([head, noise, tail]);
    case 'truncate':
      return head;
    case 'splice': {
      const other = others[to % others.length] ?? bytes;
      return Buffer.concat([head, other.subarray(to % (other.length + 1))]);
    }
    case 'lose line':
      return joined(lines.toSpliced(line, 1));
    case 'double line':
      return joined(lines.toSpliced(line, 0, lines[line] ?? ''));
    case 'move line':
      return joined(lines.toSpliced(line, 1).toSpliced(to % lines.length, 0, lines[line] ?? ''));
    case 'indent line':
      return joined(lines.with(line, `${'  '.repeat(length % 3)}${(lines[line] ?? '').trimStart()}`));
    case 'join line':
      return joined(lines.toSpliced(line, 2, `${lines[line] ?? ''} ${(lines[line + 1] ?? '').trimStart()}`));
    case 'encode':
      return encoded(bytes.toString('utf8'), to);
  }
}

function encoded(text: string, how: number): Buffer {
  const marked = how % 2 === 0 ? `\ufeff${text}` : text;
  const crlf = text.replaceAll(/\r?\n/g, '\r\n');
  return [
    Buffer.from(marked, 'utf16le'),
    Buffer.from(marked, 'utf16le').swap16(),
    Buffer.from(`\ufeff${text}`),
    Buffer.from(crlf),
    Buffer.from(text.replaceAll('\n', '\r')),
    Buffer.from(text, 'latin1'),
  ][how % 6] as Buffer;
}
