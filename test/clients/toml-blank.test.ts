import fc from 'fast-check';
import { parse } from 'smol-toml';
import { type AST, parseTOML } from 'toml-eslint-parser';
import { expect, test } from 'vitest';
import { blankedBut } from '../../src/clients/edit/toml-blank.ts';

/** Every table of a text as the whole of it is parsed: where it stands, and how much is in it. */
function tables(
  text: string,
): readonly { readonly top: string | number | undefined; readonly range: AST.Range; readonly members: number }[] {
  return parseTOML(text, { tomlVersion: '1.0' }).body[0].body.flatMap((node) =>
    node.type === 'TOMLTable' ? [{ top: node.resolvedKey[0], range: node.range, members: node.body.length }] : [],
  );
}

/** Values that hide brackets, quotes, line ends and comments from who does not read them as TOML does. */
const value = fc.constantFrom(
  '1',
  '"[a]"',
  '"\\\\"',
  '"a \\" # [b]"',
  "'[a] # \\'",
  '"""\n[servers.evil]\ncommand = "x"\n"""',
  '"""a "" b \\""" c"""""',
  "'''\n[servers.evil]\n'''",
  "'''a '' b'''''",
  '[\n  [1],\n  # ]\n  ["]"],\n]',
  '[[1, 2],\n[3]]',
  '{ a = "}", b = [1] }',
  '1979-05-27T07:32:00Z # [servers.evil]',
);
const line = fc
  .tuple(fc.constantFrom('a', '"b.c"', "'d]'", 'e . f', 'servers'), value)
  .map(([key, one]) => [key, `${key} = ${one}`] as const);
const header = fc.constantFrom(
  '[servers]',
  '[servers.one]',
  '  [ "servers" . two ]',
  '["\\u0073ervers".three]',
  '[[servers.list]]',
  '[[others]]',
  "['[servers]']",
  '[others.x] # [servers.one]',
  '["\\u006fthers".y]',
);
const table = fc
  .tuple(header, fc.uniqueArray(line, { selector: ([key]) => key, maxLength: 3 }))
  .map(([head, lines]) => [head, ...lines.map(([, text]) => text)].join('\n'));
const document = fc
  .tuple(
    fc.uniqueArray(line, { selector: ([key]) => key, maxLength: 2 }),
    fc.array(table, { maxLength: 5 }),
    fc.constantFrom('\n', '\n\n# [c]\n'),
  )
  .map(([lines, rest, between]) => [...lines.map(([, text]) => text), ...rest].join(between))
  .filter((text) => {
    try {
      parse(text);
      parseTOML(text, { tomlVersion: '1.0' });
      return true;
    } catch {
      return false;
    }
  });

test('whatever stands around them, the tables about a name stay where and what they are, and the others go', () => {
  fc.assert(
    fc.property(document, (text) => {
      const blanked = blankedBut(text, 'servers');
      expect(blanked).toHaveLength(text.length);
      expect(tables(blanked)).toEqual(tables(text).filter(({ top }) => top === 'servers'));
    }),
    { numRuns: 500 },
  );
});

test('a table that is about something else is not parsed', () => {
  const others = '[projects.a]\ntrust = """\n[servers.x]\n"""\n';
  expect(blankedBut(`${others}[servers.y]\na = 1\n`, 'servers')).toBe(`${' '.repeat(others.length)}[servers.y]\na = 1\n`);
});

test('a text of five megabytes, or one without an end, takes no longer than its length', () => {
  const long = `a = """${'[x]\n"'.repeat(1_000_000)}"""\n[servers.y]\n`;
  expect(blankedBut(long, 'servers')).toBe(long);
  for (const broken of ['a = "', 'a = """', "a = '''x", '[', 'a = [[[', '"\\']) expect(blankedBut(broken, 'x')).toHaveLength(broken.length);
});
