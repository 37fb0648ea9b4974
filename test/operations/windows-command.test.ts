import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchStart } from '../../src/operations/windows-command.ts';

const env = { SystemRoot: 'C:\\Windows' };

/** The words of a command line as a C program on Windows gets them. */
function argvOf(line: string): readonly string[] {
  const words: string[] = [];
  let [word, quoted, open, at] = ['', false, false, 0];
  while (at < line.length) {
    const slashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0;
    if (slashes > 0 && line[at + slashes] === '"') {
      word += '\\'.repeat(slashes / 2);
      at += slashes;
      if (slashes % 2 === 1) {
        word += '"';
        at += 1;
      }
      open = true;
      continue;
    }
    const char = line[at] ?? '';
    at += 1;
    if (char === '"' && quoted && line[at] === '"') {
      word += '"';
      at += 1;
    } else if (char === '"') {
      quoted = !quoted;
      open = true;
    } else if (char === ' ' && !quoted) {
      if (open || word !== '') words.push(word);
      [word, open] = ['', false];
    } else word += char;
  }
  if (open || word !== '') words.push(word);
  return words;
}

/** What `cmd` makes of a line: carets outside of quotes go, and nothing else may be special there. */
function throughCmd(line: string): string {
  let [result, quoted] = ['', false];
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at] ?? '';
    if (char === '"') quoted = !quoted;
    if (!quoted && char === '^') {
      at += 1;
      result += line[at] ?? '';
      continue;
    }
    if (!quoted && /[&|<>()]/.test(char)) throw new Error(`special outside of quotes: ${line}`);
    result += char;
  }
  return result;
}

test('a program that is no batch file starts by itself', () => {
  expect(batchStart('C:\\node\\node.exe', ['a'], env)).toBeNull();
});

test('a batch file starts through cmd, without its autorun, and gets exactly its arguments', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('a', ' ', '"', '\\', '%', '^', '&', '|', '<', '(', ')', '!', 'P') })),
      (args) => {
        const started = batchStart('C:\\npm dir\\npx.cmd', args, env);
        expect(started?.command).toBe('C:\\Windows\\System32\\cmd.exe');
        const [d, s, c, line = ''] = started?.args ?? [];
        expect([d, s, c]).toEqual(['/d', '/s', '/c']);
        const inner = throughCmd(line.slice(1, -1)); // `/s` takes the outermost quotes off
        expect(argvOf(inner)).toEqual(['C:\\npm dir\\npx.cmd', ...args]);
        // No two percent signs with only the name of a variable between them.
        expect(line).not.toMatch(/%[A-Za-z_ ]*%/);
      },
    ),
  );
});

test('a line break would be cut: refused', () => {
  expect(() => batchStart('C:\\x.cmd', ['a\nb'], env)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
});
