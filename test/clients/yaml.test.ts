import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TextPath } from '../../src/clients/edit/editable-text.ts';
import { sameJson, valueAt, withValueAt } from '../../src/clients/edit/json-value.ts';
import { GuardError } from '../../src/model/errors.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { frontMatter, yaml } from './string-engine.ts';

const sheep: JsonObject = { command: '/data/pinfold', args: ['run', 'sheep'], env: { WOOL: 'white' } };

/** The same three servers in layouts that people write. `x` is the one that is edited. */
const layouts: Readonly<Record<string, string>> = {
  block: `# mine
model: o9 # best
m:
  # first
  a:
    command: a

  x: # the loom
    # how it starts
    command: npx # runner
    args:
      - -y # yes
      - "@weaver/x@1.0.0"
    timeout: 300
    env:
      KEY: 'canary' # secret
    # said of b
  b:
    command: b
theme: dark
`,
  'four blanks, lists not indented': `m:
    a:
        command: a
    x:
        command: npx
        args:
        - x
        note: |
            m:
              b: no entry
    b: {command: b}
`,
  'flow members': `m:
  a: { command: a }
  x: { command: npx, args: [x], env: { KEY: canary } } # all in one
  b: { command: b }
`,
  json: `{ "m": { "a": { "command": "a" }, "x": { "command": "npx" }, "b": { "command": "b" } }, "t": 1 }
`,
  'document marks, quoted keys': `---
"m":
  "a.b": {command: a}
  'x':
    command: >-
      npx
    enabled2: no
...
`,
  'no final newline': `m:\n  a:\n    command: a\n  x:\n    command: npx`,
  'windows line ends': `m:\r\n  a:\r\n    command: a\r\n  x:\r\n    command: npx\r\n    args: [x]\r\nt: 1\r\n`,
};

const x: TextPath = ['m', 'x'];
const fresh: TextPath = ['m', 'sheep'];

describe.each(Object.entries(layouts))('%s', (_, text) => {
  const before = yaml.parse(text, 'yaml');

  test('an entry goes behind the guard and comes back byte for byte', () => {
    const old = valueAt(before.value, x) as JsonObject;
    const guarded = { ...old, command: '/data/pinfold', args: ['run', 'x'] };
    const saved = yaml.textAt(text, x, 'yaml') ?? '';
    const changed = yaml.set(text, x, guarded, 'yaml');
    expect(sameJson(yaml.parse(changed, 'yaml').value, withValueAt(before.value, x, guarded))).toBe(true);
    expect(yaml.setText(changed, x, saved, 'yaml')).toBe(text);
    const richer = yaml.set(changed, x, { ...guarded, env: { KEY: 'other', MORE: '1' }, enabled: false }, 'yaml');
    expect(yaml.setText(richer, x, saved, 'yaml')).toBe(text);
  });

  test('a new entry stands beside the others and goes without a trace', () => {
    const changed = yaml.set(text, fresh, sheep, 'yaml');
    expect(sameJson(yaml.parse(changed, 'yaml').value, withValueAt(before.value, fresh, sheep))).toBe(true);
    for (const line of text.split(/\r?\n/)) if (!line.includes('{')) expect(changed).toContain(line);
    expect(yaml.remove(changed, fresh, 'yaml')).toBe(text);
  });

  test('removing an entry leaves everything else', () => {
    const removed = yaml.remove(text, x, 'yaml');
    expect(sameJson(yaml.parse(removed, 'yaml').value, withValueAt(before.value, x, undefined))).toBe(true);
  });

  test('a switch is one member', () => {
    const off = yaml.set(text, [...x, 'enabled'], false, 'yaml');
    expect(valueAt(yaml.parse(off, 'yaml').value, [...x, 'enabled'])).toBe(false);
    expect(yaml.remove(off, [...x, 'enabled'], 'yaml')).toBe(text);
  });
});

describe('lists', () => {
  const text = `m:\n  - name: a # one\n    command: a\n  # about b\n  - name: b\n    command: b\nt: 1\n`;

  test('an item is edited, added behind the last, removed', () => {
    expect(yaml.set(text, ['m', 1, 'command'], '/data/pinfold', 'yaml')).toBe(text.replace('command: b', 'command: /data/pinfold'));
    const added = yaml.set(text, ['m', 2], { name: 'c', command: 'c', env: { K: '1' } }, 'yaml');
    expect(added).toContain('    command: b\n  - name: c\n    command: c\n    env:\n      K: "1"\nt: 1\n');
    expect(yaml.remove(added, ['m', 2], 'yaml')).toBe(text);
    const saved = yaml.textAt(text, ['m', 0], 'yaml') ?? '';
    const guarded = yaml.set(text, ['m', 0], { name: 'a', command: 'g', args: ['run'] }, 'yaml');
    expect(yaml.setText(guarded, ['m', 0], saved, 'yaml')).toBe(text);
  });
});

test('a comment above members that the guard takes out comes back once', () => {
  const text =
    'm:\n  x:\n    command: a\n    # the old way\n    url: u\n    # said\n    headers:\n      A: b\n  # about y\n  y:\n    command: b\n';
  const saved = yaml.textAt(text, x, 'yaml') ?? '';
  const guarded = yaml.set(text, x, { command: '/data/pinfold' }, 'yaml');
  expect(guarded).toContain('  # about y\n');
  expect(yaml.setText(guarded, x, saved, 'yaml')).toBe(text);
});

test('a map where a list belongs, and the other way round, is refused: an index must not become a name', () => {
  for (const text of ['m:\n  command: a\n', 'm: { command: a }\n'])
    expect(() => yaml.set(text, ['m', 0], sheep, 'yaml')).toThrow(GuardError);
  for (const text of ['m:\n  - a\n', 'm: [a]\n']) expect(() => yaml.set(text, fresh, sheep, 'yaml')).toThrow(GuardError);
});

test('a file without a last line end has none again when its first entry goes', () => {
  expect(yaml.remove(yaml.set('# mine', fresh, sheep, 'yaml'), fresh, 'yaml')).toBe('# mine');
});

test('an empty file gets its first entry, and is empty again without it', () => {
  const text = yaml.set('', fresh, sheep, 'yaml');
  expect(text).toBe('m:\n  sheep:\n    command: /data/pinfold\n    args:\n      - run\n      - sheep\n    env:\n      WOOL: white\n');
  expect(yaml.remove(text, fresh, 'yaml').trim()).toBe('');
});

describe('hostile texts', () => {
  test.each([
    ['a: 1\na: 2\n', 'line 2'],
    ['a: "canary', 'line 1'],
    ['a: [', ''],
    ['a: *canary\n', ''],
    ['a: 1\n---\nb: 2\n', 'several documents'],
    ['? [a, b]\n: 1\n', 'not text'],
    [`a: ${'['.repeat(5000)}`, 'nested deeper'],
    [
      `a: &a [x, x]\n${[...'bcdefghijk']
        .map(
          (n, i) =>
            `${n}: &${n} [${Array(10)
              .fill(`*${i === 0 ? 'a' : [...'bcdefghijk'][i - 1]}`)
              .join(', ')}]`,
        )
        .join('\n')}\n`,
      'anchors',
    ],
    ['m: {<<: canary}\n', 'merges'],
    ['<<: [1]\n', 'merges'],
  ])('%j is a problem that quotes nothing', (text, where) => {
    const { problems, value } = yaml.parse(text, 'yaml');
    expect(value).toBeUndefined();
    expect(problems[0]?.message).toContain(where);
    expect(problems[0]?.message).not.toContain('canary');
    expect(() => yaml.set(text, fresh, sheep, 'yaml')).toThrow(GuardError);
  });

  test.each([
    ['base: &base {command: a}\nm:\n  x: *base\n'],
    ['base: &base {command: a}\nm:\n  x:\n    <<: *base\n    args: [x]\n'],
    ['m:\n  x: &x\n    command: a\n  y: *x\n'],
  ])('an entry that shares its text is read and not edited: %j', (text) => {
    expect(valueAt(yaml.parse(text, 'yaml').value, ['m', 'x', 'command'])).toBe('a');
    expect(() => yaml.set(text, ['m', 'x', 'command'], 'b', 'yaml')).toThrow(GuardError);
  });

  test('texts that other readers take for something else are quoted', () => {
    const odd = [
      'yes',
      'No',
      'on',
      '1e3',
      '0o7',
      'null',
      '~',
      '*a',
      '&a',
      '!t',
      '%d',
      '@x',
      '`',
      'a: b',
      'a #b',
      ' a',
      '',
      '-',
      '- a',
      '\n',
      '\u2028',
      '__proto__',
      '12:30:00',
    ];
    let text = 'm:\n  a:\n    command: a\n';
    for (const name of odd) text = yaml.set(text, ['m', name], { command: name, args: [name] }, 'yaml');
    const { value } = yaml.parse(text, 'yaml');
    for (const name of odd)
      expect(valueAt(value, ['m', name])).toEqual(Object.assign(Object.create(null), { command: name, args: [name] }));
    for (const name of odd.toReversed()) text = yaml.remove(text, ['m', name], 'yaml');
    expect(text).toBe('m:\n  a:\n    command: a\n');
  });

  test('a merge of something that is no map is a problem', () => {
    for (const text of ['<<: \n', '<<: a\n', 'm:\n  <<: [1]\n']) expect(yaml.parse(text, 'yaml').problems).toHaveLength(1);
  });

  test('a line that ends in a carriage return alone is a problem: readers disagree on whether it ends', () => {
    expect(yaml.parse('# a\rm:\r  x:\r    command: a\r', 'yaml').problems).toHaveLength(1);
    expect(() => yaml.set('# a\rm:\r  x:\r    command: a\r', fresh, sheep, 'yaml')).toThrow(GuardError);
  });

  test('no bytes crash it', () => {
    const word = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '{',
      '}',
      '[',
      ']',
      '&a ',
      '*a',
      '"',
      "'",
      '|',
      '>',
      '#',
      '? ',
      '---',
      '!',
      '<<',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(word, { maxLength: 20 }).map((words) => words.join('')),
        ),
        (text) => {
          expect(yaml.parse(text, 'yaml').duplicates).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('the head of a Markdown file', () => {
  const text = '---\nname: helper\nmcpServers:\n  - shared\n  - own:\n      command: npx\n---\n\n# mcpServers: none here\n---\n';

  test('is read and edited alone', () => {
    expect(valueAt(frontMatter.parse(text, 'front-matter').value, ['mcpServers', 1, 'own', 'command'])).toBe('npx');
    const changed = frontMatter.set(text, ['mcpServers', 1, 'own', 'command'], 'pinfold', 'front-matter');
    expect(changed).toBe(text.replace('command: npx', 'command: pinfold'));
  });

  test('that has none holds nothing; one that does not end is a problem', () => {
    expect(frontMatter.parse('# title\n', 'front-matter')).toEqual({ value: undefined, problems: [], duplicates: [] });
    expect(frontMatter.parse('---\nname: x\n', 'front-matter').problems).toHaveLength(1);
  });
});
