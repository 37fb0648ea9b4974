// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are sources under test
import { expect, test } from 'vitest';
import { capabilitiesOf, capabilitiesOfSource, packageOf } from './facts.ts';

const readOnly = "import fs from 'node:fs'; fs.readFileSync('/etc/hosts');";

function lines(count: number, line: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => line(at)).join('\n');
}

/** As a bundler leaves it: one name in many functions, each of them something of another name. */
const chain = (names: number) => lines(names, (at) => `function f${at}() { const n${at} = n${at + 1} || m${at}; return n${at}.next; }`);
/** Names that may each be what two others are. */
const wide = lines(255, (at) =>
  at < 127 ? `k${at} = k${2 * at + 1} || k${2 * at + 2};` : `k${at} = q${at} || p${at % 9}; q${at} = p${at % 9};`,
);
const given = lines(60, (at) => `function g${at}(given${at}) { const key = given${at}.def.type.item${at}; key.run(); }`);
const variable = lines(60, (at) => `{ const key = value.a${at}.b; const value = key.c || key.d; value.run(); }`);

test.each([
  ['one name that may be what two hundred others are', `${wide}\nk0.run();`],
  ['members of members of names that callers give', given],
  ['a variable of the environment whose members have members', `const value = process.env.ROOT;\n${variable}`],
])('a bundle with %s is still followed: a module does no more than is called of it', (_, tangle) => {
  const found = capabilitiesOfSource(`${readOnly}\n${tangle}`);
  expect(found['fs.read'].verdict).toBe('seen');
  expect(found['fs.write'].verdict).toBe('not-seen');
});

test.each([
  [
    'an import behind a name that a function also has for its argument',
    `${readOnly} function f(given) { given.rm('/x') } const key = fs; key.rm('/x');`,
  ],
  ['a module behind five hundred names', `${readOnly}\n${chain(500)}\nconst m499 = fs; n0.rm('/x');`],
  ['more names than are followed', `${readOnly}\n${chain(5000)}\nconst m4999 = fs; n0.rm('/x');`],
])('what is tangled hides nothing: %s', (_, source) => {
  expect(capabilitiesOfSource(source)['fs.write'].verdict).toBe('seen');
});

test.each([
  ['a program that is named', 'execSync(`git remote add ${name} ${url}`)', 'not-seen'],
  ['a program and a list', 'spawn("git", [name, url])', 'not-seen'],
  ['a program that is half named', 'execSync(`git-${name} ${url}`)', 'seen'],
  ['a program that a caller names', 'execSync(`${name} --version`)', 'seen'],
  ['another program behind it', 'execSync(`git status; ${name}`)', 'seen'],
  ['a program of a folder that is not known', 'spawn(`./dist/${name}/tool`, [url])', 'seen'],
  ['a program of the package', 'spawn("./dist/tool", [url])', 'seen'],
  ['an interpreter', 'execSync(`node ${name}`)', 'seen'],
])('starting %s with arguments that are not known opens the package where it may start one of its scripts', (_, call, verdict) => {
  const own = packageOf('own', {
    'index.js': `import { execSync, spawn } from 'node:child_process'; export function run({ name, url }) { ${call} }`,
    'other.spec.js': 'eval(x)',
  });
  expect(capabilitiesOf([own])['exec.dynamic'].verdict).toBe(verdict);
});

test('a script whose name stands in the package is reached also as an argument of a program that is named', () => {
  const own = packageOf('own', {
    'index.js': "import { execSync } from 'node:child_process'; import { what } from './what.js'; execSync(`git ${what}`)",
    'what.js': "export const what = '; node ' + './evil.js';",
    'evil.js': 'eval(x)',
  });
  expect(capabilitiesOf([own])['exec.dynamic'].verdict).toBe('seen');
});

test.each([
  ['a template of somebody else', "fetch('https://sts.{Region}.{PartitionResult#dnsSuffix}/')"],
  ['an empty host', "require('https').request({ host: '' })"],
])('the host in %s is any', (_, source) => {
  expect(capabilitiesOfSource(source)['net.connect'].scopes).toEqual(['*']);
});
