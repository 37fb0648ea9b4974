import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TextPath } from '../../src/clients/edit/editable-text.ts';
import { sameJson, valueAt, withValueAt } from '../../src/clients/edit/json-value.ts';
import { GuardError } from '../../src/model/errors.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { toml } from './string-engine.ts';

const sheep: JsonObject = { command: '/data/pinfold', args: ['run', 'sheep'], env: { WOOL: 'white' } };

/** The same three servers in the layouts that TOML allows. `x` is the one that is edited. */
const layouts: Readonly<Record<string, string>> = {
  tables: `# mine
model = "o9" # best
started = 2026-01-02T03:04:05Z
big = 9223372036854775807

[mcp_servers.a] # first
command = "a"

[mcp_servers.x]
# how it starts
command = "npx" # runner
args = [
  "-y", # yes
  "@weaver/x@1.0.0",
]
startup_timeout_sec = 20.0

[mcp_servers.x.env]
KEY = 'canary' # secret

[profiles.work]
model = "o8"
`,
  'far sub-tables': `[mcp_servers.x]
command = "npx"
args = ["-y", "x"]

[tui]
theme = "dark"

[mcp_servers.b]
command = "b"

[mcp_servers.x.env]
KEY = "canary"

# the end
[history]
persistence = "none"
`,
  dotted: `mcp_servers.a.command = "a"
mcp_servers.x.command = "npx" # here
mcp_servers.x.args = ["x"]
mcp_servers.x.env.KEY = "canary"
mcp_servers.b.command = "b"

[tui]
theme = "dark"
`,
  'dotted in a table': `[mcp_servers]
a.command = "a"
x.command = "npx"
x.args = ["x"]
b.command = "b"
`,
  inline: `[mcp_servers]
a = { command = "a" }
x = { command = "npx", args = ["x"], env = { KEY = "canary" } } # all in one
b = { command = "b" }
`,
  'inline whole': `mcp_servers = { a = { command = "a" }, x = { command = "npx" }, b = { command = "b" } }
[tui]
theme = "dark"
`,
  'quoted keys and odd texts': `[ mcp_servers . "a.b" ]
command = '''[mcp_servers.x]
command = "not me"'''

[mcp_servers."x"]
  command = "npx"
  note = """
[mcp_servers.b]
# no comment"""

[mcp_servers.xy]
command = "other"
`,
  'no final newline': `[mcp_servers.a]\ncommand = "a"\n\n[mcp_servers.x]\ncommand = "npx"`,
  'windows line ends': `[mcp_servers.a]\r\ncommand = "a"\r\n\r\n[mcp_servers.x]\r\ncommand = "npx"\r\n\r\n[mcp_servers.x.env]\r\nKEY = "v"\r\n`,
};

const x: TextPath = ['mcp_servers', 'x'];
const fresh: TextPath = ['mcp_servers', 'sheep'];

describe.each(Object.entries(layouts))('%s', (_, text) => {
  const before = toml.parse(text, 'toml');

  test('an entry goes behind the guard and comes back byte for byte', () => {
    const old = valueAt(before.value, x) as JsonObject;
    const guarded = { ...old, command: '/data/pinfold', args: ['run', 'x'] };
    const saved = toml.textAt(text, x, 'toml') ?? '';
    const changed = toml.set(text, x, guarded, 'toml');
    expect(sameJson(toml.parse(changed, 'toml').value, withValueAt(before.value, x, guarded))).toBe(true);
    expect(toml.setText(changed, x, saved, 'toml')).toBe(text);
    const richer = toml.set(changed, x, { ...guarded, env: { KEY: 'other', MORE: '1' }, enabled: false }, 'toml');
    expect(toml.setText(richer, x, saved, 'toml')).toBe(text);
  });

  test('a new entry stands beside the others and goes without a trace', () => {
    const changed = toml.set(text, fresh, sheep, 'toml');
    expect(sameJson(toml.parse(changed, 'toml').value, withValueAt(before.value, fresh, sheep))).toBe(true);
    for (const line of text.split(/\r?\n/)) if (!line.includes('{')) expect(changed).toContain(line);
    expect(toml.remove(changed, fresh, 'toml')).toBe(text);
  });

  test('removing an entry leaves everything else', () => {
    const removed = toml.remove(text, x, 'toml');
    expect(sameJson(toml.parse(removed, 'toml').value, withValueAt(before.value, x, undefined))).toBe(true);
  });

  test('a switch is one member', () => {
    const off = toml.set(text, [...x, 'enabled'], false, 'toml');
    expect(valueAt(toml.parse(off, 'toml').value, [...x, 'enabled'])).toBe(false);
    expect(toml.remove(off, [...x, 'enabled'], 'toml')).toBe(text);
  });
});

describe('lists of tables', () => {
  const text = `[[mcp_servers]]\nname = "a"\ncommand = "a"\n\n[mcp_servers.env]\nK = "1"\n\n[[mcp_servers]]\nname = "b" # second\ncommand = "b"\n\n[tui]\nt = 1\n`;

  test('an element is edited, added behind the last, removed', () => {
    const changed = toml.set(text, ['mcp_servers', 1, 'command'], '/data/pinfold', 'toml');
    expect(changed).toBe(text.replace('command = "b"', 'command = "/data/pinfold"'));
    const added = toml.set(text, ['mcp_servers', 2], { name: 'c', command: 'c' }, 'toml');
    expect(added).toContain('command = "b"\n\n[[mcp_servers]]\nname = "c"\ncommand = "c"\n\n[tui]');
    expect(toml.remove(added, ['mcp_servers', 2], 'toml')).toBe(text);
    const saved = toml.textAt(text, ['mcp_servers', 0], 'toml') ?? '';
    const guarded = toml.set(text, ['mcp_servers', 0], { name: 'a', command: 'g', args: ['run'], env: { K: '1' } }, 'toml');
    expect(toml.setText(guarded, ['mcp_servers', 0], saved, 'toml')).toBe(text);
    expect(toml.parse(toml.remove(text, ['mcp_servers', 0], 'toml'), 'toml').value).toEqual({
      mcp_servers: [{ name: 'b', command: 'b' }],
      tui: { t: 1 },
    });
  });
});

test('an empty file gets its first entry, and is empty again without it', () => {
  const text = toml.set('', fresh, sheep, 'toml');
  expect(text).toBe('[mcp_servers.sheep]\ncommand = "/data/pinfold"\nargs = ["run", "sheep"]\n\n[mcp_servers.sheep.env]\nWOOL = "white"\n');
  expect(toml.remove(text, fresh, 'toml').trim()).toBe('');
});

test('blanks at the end of the line above stay when the last entry goes', () => {
  for (const text of ['# \t', 'a = 1 \n', 'a = 1 \n \t', '[t] '])
    expect(toml.remove(toml.set(text, fresh, sheep, 'toml'), fresh, 'toml')).toBe(text);
});

test('a comment above members that the guard takes out comes back once', () => {
  const text = '[s.x]\ncommand = "a"\n# the old way\nurl = "u"\n\n# said\nheaders = { A = "b" }\n\n# about y\n[s.y]\ncommand = "b"\n';
  const saved = toml.textAt(text, ['s', 'x'], 'toml') ?? '';
  const guarded = toml.set(text, ['s', 'x'], { command: '/data/pinfold' }, 'toml');
  expect(guarded).toContain('\n# about y\n[s.y]');
  expect(toml.setText(guarded, ['s', 'x'], saved, 'toml')).toBe(text);
});

describe('an entry that was removed and is set anew', () => {
  test('gets its text back, also where nothing of the new one was in the old', () => {
    const text = '[mcp_servers.x.env]\nK = "v" # mine\n';
    const path = ['mcp_servers', 'x'];
    const saved = toml.textAt(text, path, 'toml') ?? '';
    const anew = toml.set(toml.remove(text, path, 'toml'), path, {}, 'toml');
    expect(toml.setText(anew, path, saved, 'toml')).toContain('[mcp_servers.x.env]\nK = "v" # mine');
  });

  test('gets its text back at another place of its list', () => {
    const item = (name: string) => `[[s]]\nname = "${name}" # ${name}\n`;
    const saved = toml.textAt(item('x'), ['s', 0], 'toml') ?? '';
    const guarded = toml.set(item('a') + item('x'), ['s', 1], { name: 'x', command: '/data/pinfold' }, 'toml');
    expect(toml.setText(guarded, ['s', 1], saved, 'toml')).toBe(item('a') + item('x'));
  });
});

describe('hostile texts', () => {
  test.each([
    ['a = 1\na = 2\n', 'line 2'],
    ['[a]\n[a]\n', 'line 2'],
    ['a = "canary', 'line 1'],
    ['x = {', 'line 1'],
    [`x = ${'['.repeat(5000)}`, ''],
  ])('%j is a problem that quotes nothing', (text, where) => {
    const { problems, value } = toml.parse(text, 'toml');
    expect(value).toBeUndefined();
    expect(problems[0]?.message).toContain(where);
    expect(problems[0]?.message).not.toContain('canary');
    expect(() => toml.set(text, fresh, sheep, 'toml')).toThrow(GuardError);
  });

  test.each(['[s.x]\nenv = { A = "canary",\n B = "2" }\n', '\ufeff[s.x]\nenv = "canary"\n'])(
    '%j, which only one of the parsers takes, is refused where it is about the entries',
    (text) => {
      for (const edit of [
        () => toml.set(text, ['s', 'y'], sheep, 'toml'),
        () => toml.remove(text, ['s', 'x'], 'toml'),
        () => toml.textAt(text, ['s', 'x'], 'toml'),
      ])
        expect(edit).toThrow(GuardError);
    },
  );

  test('names and values that look like structure stay what they are', () => {
    const odd = ['a.b', 'a"b', 'a\nb', ']', '#', '', '__proto__', 'ключ', 'a b'];
    let text = '[mcp_servers.a]\ncommand = "a"\n';
    for (const name of odd) text = toml.set(text, ['mcp_servers', name], { command: `${name}"\n[evil]\n\u0000`, args: [name] }, 'toml');
    const { value } = toml.parse(text, 'toml');
    for (const name of odd) expect(valueAt(value, ['mcp_servers', name, 'args'])).toEqual([name]);
    for (const name of odd.toReversed()) text = toml.remove(text, ['mcp_servers', name], 'toml');
    expect(text).toBe('[mcp_servers.a]\ncommand = "a"\n');
  });

  test('no bytes crash it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(toml.parse(text, 'toml').duplicates).toEqual([]);
      }),
    );
  });
});

describe('any document', () => {
  const name = fc.constantFrom('a', 'b', 'x', 'a.b', '"', 'ü', '__proto__');
  const scalar = fc.oneof(fc.string({ maxLength: 6 }), fc.integer(), fc.boolean(), fc.array(fc.string({ maxLength: 4 }), { maxLength: 3 }));
  const entry = fc.dictionary(fc.constantFrom('command', 'args', 'n', 'url', 'q.r'), scalar, {
    minKeys: 1,
    maxKeys: 4,
    noNullPrototype: false,
  });
  const document = fc
    .array(fc.tuple(name, entry, fc.constantFrom('table', 'inline', 'dotted'), fc.boolean(), fc.boolean()), { maxLength: 6 })
    .map((rows) => [...new Map(rows.map((row) => [row[0], row])).values()]);

  test('every edit changes its entry alone, and is undone byte for byte', () => {
    fc.assert(
      fc.property(document, entry, fc.nat(), fc.boolean(), (rows, next, pick, crlf) => {
        let text = '# head\ntop = 1 # one\n\n';
        for (const [key, value, how, commented, blank] of rows) {
          if (how === 'table') text = toml.set(text, ['m', key], value as JsonObject, 'toml');
          else text += '';
          if (commented) text = text.replace(/\n$/, ' # said\n');
          if (blank) text += '\n# apart\n';
        }
        if (crlf) text = text.replaceAll('\n', '\r\n');
        const keys = rows.filter(([, , how]) => how === 'table').map(([key]) => key);
        const before = toml.parse(text, 'toml').value;
        const key = keys[pick % Math.max(1, keys.length)] ?? 'fresh';
        const path = ['m', key];
        const saved = toml.textAt(text, path, 'toml');
        const changed = toml.set(text, path, next as JsonObject, 'toml');
        expect(sameJson(toml.parse(changed, 'toml').value, withValueAt(before, path, next as JsonObject))).toBe(true);
        expect(saved === null ? toml.remove(changed, path, 'toml') : toml.setText(changed, path, saved, 'toml')).toBe(text);
      }),
      { numRuns: 300 },
    );
  });
});
