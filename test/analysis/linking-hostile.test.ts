import fc from 'fast-check';
import { expect, test } from 'vitest';
import { combine } from '../../src/analysis/closure.ts';
import { analyseSource } from '../../src/analysis/source.ts';
import { capabilitiesOf, files, noBaseline, packageOf } from './facts.ts';

const spawn = "import { spawn } from 'child_process';";

test.each([
  [
    'two files that export each other',
    {
      'index.js': "export * from './a.js'; import { run } from './a.js'; run('git')",
      'a.js': "export * from './index.js'; export * from './a.js'",
    },
  ],
  [
    'names that stand for each other',
    {
      'index.js': "import { x } from './a.js'; fetch(x)",
      'a.js': "import { y } from './b.js'; export const x = y",
      'b.js': "import { x } from './a.js'; export const y = x",
    },
  ],
])('%s end', (_, contents) => {
  expect(combine([packageOf('own', contents)], 'node_modules/own', noBaseline).capabilities.capabilities).toHaveLength(16);
});

test('wrappers that call each other in a circle keep what was handed in', () => {
  const own = packageOf('own', {
    'index.js': "import { a } from './a.js'; a('git')",
    'a.js': `${spawn} import { b } from './b.js'; export function a(cmd) { if (x) b(cmd); return spawn(cmd) }`,
    'b.js': "import { a } from './a.js'; export function b(cmd) { return a(cmd) }",
  });
  expect(capabilitiesOf([own])['exec.spawn'].scopes).toEqual(['git']);
});

test.each([
  ['callers', { 'index.js': `import { run } from './run.js'; ${Array.from({ length: 3_000 }, (_, i) => `run('program${i}')`).join(';')}` }],
  [
    'aliases',
    {
      'index.js': `import { run } from './run.js'; const a0 = run; ${Array.from({ length: 3_000 }, (_, i) => `const a${i + 1} = a${i}`).join(';')}; a3000('git')`,
    },
  ],
  [
    'alternatives',
    { 'index.js': `import { run } from './run.js'; let c; ${Array.from({ length: 3_000 }, (_, i) => `c = 'p${i}'`).join(';')}; run(c)` },
  ],
  ['names of one thing', { 'index.js': "import { run } from './f0.js'; run('git')", ...chain(60) }],
])('a wrapper with too many %s is open, not narrow', (_, contents) => {
  const own = packageOf('own', { ...contents, 'run.js': `${spawn} export const run = (cmd) => spawn(cmd)` });
  expect(capabilitiesOf([own])['exec.spawn'].scopes).toContain('*');
});

test('a doubling of alternatives costs a bound', () => {
  const doubling = Array.from({ length: 40 }, (_, i) => `export const c${i + 1} = (x ? c${i} : 'a') + (y ? c${i} : 'b')`).join(';');
  const own = packageOf('own', {
    'index.js': "import { c40 } from './c.js'; fetch(c40)",
    'c.js': `export const c0 = 'https://a.example.net/'; ${doubling}`,
  });
  expect(capabilitiesOf([own])['net.connect'].scopes).toContain('*');
});

test('names of the prototype are names like any other', () => {
  const own = packageOf('own', {
    'index.js':
      "import * as all from './a.js'; all.__proto__('git'); all.constructor('x'); all.hasOwnProperty('y'); fetch(all.__proto__.x)",
    'a.js': `${spawn} export const o = { __proto__: null, constructor: 1 }; exports.__proto__ = (cmd) => spawn(cmd);`,
  });
  expect(capabilitiesOf([own])['exec.spawn'].verdict).toBe('seen');
});

const pieces = fc.constantFrom(
  "import { a } from './b.js';",
  "import * as b from './b.js';",
  "export * from './a.js';",
  'export { a as b };',
  "export const a = require('./b.js');",
  'module.exports = ',
  'exports.a = ',
  'function a(b) { return a(b) }',
  'a(b, { a: b })',
  'b.a(`x${a}`)',
  "spawn(a || 'x')",
  'class A { b = a; a(b) { this.b = b } }',
  'new A(a)',
  'process.env[a]',
  'new URL(a, b)',
  ';',
  '\n',
);

test('whatever two files are to each other, the answer is plain data, always the same, and never a throw', () => {
  const source = fc.array(pieces, { maxLength: 14 }).map((parts) => parts.join('\n'));
  fc.assert(
    fc.property(source, source, (a, b) => {
      const facts = [packageOf('own', { 'index.js': "import './a.js'", 'a.js': a, 'b.js': b })];
      const found = combine(facts, 'node_modules/own', noBaseline);
      expect(combine([packageOf('own', { 'index.js': "import './a.js'", 'a.js': a, 'b.js': b })], 'node_modules/own', noBaseline)).toEqual(
        found,
      );
      for (const file of files({ 'a.js': a })) {
        const alone = analyseSource(file);
        expect(JSON.parse(JSON.stringify(alone))).toEqual(alone);
      }
    }),
    { numRuns: 150 },
  );
});

test('facts stay small, whatever the file', () => {
  const source = `import { f } from './f.js'; ${Array.from({ length: 20_000 }, (_, i) => `export const e${i} = f('x${i}', e${i - 1}, { a: e${i - 2} })`).join(';')}`;
  const [file] = files({ 'a.js': source });
  const facts = file === undefined ? null : analyseSource(file);
  expect(facts?.links.overflow).toBe(true);
  expect(JSON.stringify(facts).length).toBeLessThan(1_000_000);
});

function chain(length: number): Record<string, string> {
  const all = Array.from({ length }, (_, i) => [`f${i}.js`, `export { run } from './f${i + 1}.js'`] as const);
  return { ...Object.fromEntries(all), [`f${length}.js`]: "export { run } from './run.js'" };
}
