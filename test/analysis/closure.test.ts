// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are sources under test
import { expect, test } from 'vitest';
import { combine } from '../../src/analysis/closure.ts';
import { rulesetId } from '../../src/analysis/rules/ruleset.ts';
import { capabilityClasses } from '../../src/model/capability.ts';
import { capabilitiesOf, noBaseline, packageOf } from './facts.ts';

const minified = (functions: number) => Array.from({ length: functions }, (_, at) => `function a${at % 10}(e,t){return e+t}`).join('');
const readable = (functions: number) =>
  Array.from({ length: functions }, (_, at) => `function addition${at}(left, right) {\n  return left + right;\n}`).join('\n');
const spawns = "require('child_process').exec('x')";

test('a thin wrapper shows the dependency that has the power', () => {
  const own = packageOf('thin', { 'index.js': "require('engine/lib/core')" }, { dependencies: { engine: '1' } });
  const engine = packageOf('engine', { 'lib/core.js': spawns });
  const { 'exec.spawn': spawn } = capabilitiesOf([own, engine]);
  expect(spawn).toMatchObject({ verdict: 'seen', reach: 'closure' });
  expect(spawn.evidence[0]).toMatchObject({ file: 'node_modules/engine/lib/core.js', through: 'engine@1.0.0' });
});

test('a wrapper around a wrapper shows the dependency in which most of it is done, behind what it does itself', () => {
  const many = (call: string) => Array.from({ length: 9 }, (_, at) => `${call}; // ${at}`).join('\n');
  const tree = [
    packageOf('own', {
      'index.js': "import { chromium } from 'playwright'; import fs from 'fs'; fs.rmSync(x); fs.rmSync(y);\nfs.rmSync(z);\nfs.rmSync(a);",
    }),
    packageOf('playwright', { 'index.js': "require('small'); module.exports = require('engine')" }),
    packageOf('small', { 'index.js': "const fs = require('fs'); fs.rmSync(x)" }),
    packageOf('engine', {
      'index.js': `require('./more'); const fs = require('fs'); const { spawn } = require('child_process');\n${many('spawn(x)')}\n${many('fs.rmSync(x)')}`,
      'more.js': `const fs = require('fs');\n${many('fs.rmSync(x)')}`,
    }),
  ];
  const found = capabilitiesOf(tree);
  expect(found['exec.spawn'].evidence.map(({ through }) => through)).toContain('engine@1.0.0');
  const writes = found['fs.write'].evidence.map(({ through }) => through);
  expect(writes.slice(0, 3)).toEqual([null, null, null]);
  expect(writes).toContain('engine@1.0.0');
  expect(writes).not.toContain('small@1.0.0');
});

test.each([
  ['a small minified file of the server itself', minified(200), {}, 'seen'],
  ['one that is a few lines', minified(10), {}, 'not-seen'],
  ['a small minified file of a dependency', "require('dep')", { dep: minified(200) }, 'not-seen'],
  ['a large one of a dependency', "require('dep')", { dep: minified(3000) }, 'seen'],
  ['minified code inside a readable bundle', `${readable(30_000)}\n${minified(12_000)}\n${readable(5000)}`, {}, 'seen'],
  ['a little of it inside a readable bundle', `${readable(2000)}\n${minified(200)}`, {}, 'not-seen'],
  ['a table of numbers in one line', `const table = [${Array.from({ length: 5000 }, (_, at) => at).join(',')}];`, {}, 'not-seen'],
])('code that nobody can read: %s', (_, source, deps, verdict) => {
  const others = Object.entries(deps).map(([name, code]) => packageOf(name, { 'index.js': code }));
  expect(capabilitiesOf([packageOf('own', { 'index.js': source }), ...others])['code.opaque'].verdict).toBe(verdict);
});

test('a known package that the server itself imports is the server’s own use, through that package', () => {
  const own = packageOf('own', { 'index.js': "import axios from 'axios'; axios.get('https://api.example.net/')" });
  const { 'net.connect': net } = capabilitiesOf([own, packageOf('axios', {})]);
  expect(net).toMatchObject({ reach: 'own', scopes: ['api.example.net'] });
  expect(net.evidence[0]?.through).toBe('axios@1.0.0');
});

test('baseline packages are folded, and their scopes do not drown the server’s own', () => {
  const baseline = { ...noBaseline, packages: { plumbing: ['env.read', 'exec.spawn'] as const } };
  const own = packageOf('own', { 'index.js': "require('plumbing'); process.env.MINE" });
  const plumbing = packageOf('plumbing', { 'index.js': `${spawns}; process.env.THEIRS` });
  const found = capabilitiesOf([own, plumbing], baseline);
  expect(found['exec.spawn'].reach).toBe('baseline');
  expect(found['env.read']).toMatchObject({ reach: 'own', scopes: ['MINE'] });
  expect(combine([own, plumbing], own.path, baseline)).toMatchObject({
    folded: ['plumbing'],
    beyond: [],
    capabilities: { environment: ['MINE'] },
  });
});

test('a baseline package with a new class is not folded', () => {
  const baseline = { ...noBaseline, packages: { plumbing: ['env.read'] as const } };
  const own = packageOf('own', { 'index.js': "require('plumbing')" });
  const found = capabilitiesOf([own, packageOf('plumbing', { 'index.js': spawns })], baseline);
  expect(found['exec.spawn'].reach).toBe('closure');
});

test.each([
  ['the nearest copy', "require('dep')", { 'node_modules/own/node_modules/dep': spawns, 'node_modules/dep': '' }, 'seen'],
  ['not the farther one', "require('dep')", { 'node_modules/own/node_modules/dep': '', 'node_modules/dep': spawns }, 'not-seen'],
  ['none that is not imported', '', { 'node_modules/dep': spawns }, 'not-seen'],
])('imports resolve to %s', (_, source, deps, verdict) => {
  const own = packageOf('own', { 'index.js': source });
  const others = Object.entries(deps).map(([path, code]) => ({ ...packageOf('dep', { 'index.js': code }), path }));
  expect(capabilitiesOf([own, ...others])['exec.spawn'].verdict).toBe(verdict);
});

test.each([
  ['every condition', { '.': { import: './esm.js', require: './cjs.js' } }, 'dep', 'seen'],
  ['a pattern', { './*': './lib/*.js' }, 'dep/evil', 'seen'],
  ['a map that leads nowhere opens the whole package', { '.': './gone.js' }, 'dep', 'seen'],
  ['an exact sub-path only', { '.': './quiet.js', './evil': './lib/evil.js' }, 'dep', 'not-seen'],
])('exports: %s', (_, exports, specifier, verdict) => {
  const own = packageOf('own', { 'index.js': `import '${specifier}'` });
  const dep = packageOf('dep', { 'quiet.js': '', 'esm.js': '', 'cjs.js': spawns, 'lib/evil.js': spawns }, { exports, main: undefined });
  expect(capabilitiesOf([own, dep])['exec.spawn'].verdict).toBe(verdict);
});

test('install scripts count wherever they are, also the implicit one of binding.gyp', () => {
  const own = packageOf('own', { 'index.js': '' });
  const scripted = packageOf('scripted', {}, { scripts: { postinstall: 'node steal.js', test: 'x' } });
  const native = packageOf('native', { 'binding.gyp': '{}' });
  const found = capabilitiesOf([own, scripted, native])['exec.install'];
  expect(found).toMatchObject({ verdict: 'seen', reach: 'closure', scopes: ['node steal.js', 'node-gyp rebuild'] });
});

test.each([
  ['ELF', [0x7f, 0x45, 0x4c, 0x46, 0]],
  ['PE', [0x4d, 0x5a, 0x90, 0]],
  ['Mach-O', [0xcf, 0xfa, 0xed, 0xfe, 0]],
  ['WebAssembly', [0, 0x61, 0x73, 0x6d, 1]],
])('a %s file that the code can load is opaque, whatever its name', (_, bytes) => {
  const found = capabilitiesOf([
    packageOf('own', { 'index.js': 'load(`./${x}`); import(`./lib/${x}`)', 'lib/data.txt': Uint8Array.from(bytes) }),
  ]);
  expect(found['code.opaque']).toMatchObject({ verdict: 'seen', scopes: ['lib/data.txt'] });
  expect(found['exec.spawn'].verdict).toBe('cannot-tell');
});

test.each([
  ['ranges and versions', { a: '^1.0.0', b: '1.2.3', c: '*', d: '', e: '>=1 <2 || 3.x', f: 'npm:other@^2', g: 'v1.2' }, []],
  ['tags', { a: 'latest', b: 'next', c: 'npm:other@beta' }, ['a@latest', 'b@next', 'c@npm:other@beta']],
  [
    'git and URLs',
    { a: 'github:x/y', b: 'https://x.example.net/b.tgz', c: 'x/y#main' },
    ['a@github:x/y', 'b@https://x.example.net/b.tgz', 'c@x/y#main'],
  ],
  ['a whole commit', { a: `x/y#${'0123456789'.repeat(4)}` }, []],
])('dependencies on %s: which of them can move', (_, dependencies, scopes) => {
  const found = capabilitiesOf([packageOf('own', { 'index.js': '' }, { dependencies })])['supply.mutable'];
  expect(found.scopes).toEqual(scopes);
  expect(found.verdict).toBe(scopes.length === 0 ? 'not-seen' : 'seen');
});

test('code that cannot be read does not hide that nothing runs at install', () => {
  const found = capabilitiesOf([packageOf('own', { 'index.js': "import './bad.js'", 'bad.js': 'const = ;' })]);
  expect(found['exec.install'].verdict).toBe('not-seen');
  expect(found['exec.spawn'].verdict).toBe('cannot-tell');
});

test('evidence is of distinct files, the literal-scoped first, then further lines', () => {
  const own = packageOf('own', {
    'index.js': `import './a.js'; import './b.js';\n${"require('child_process').exec(x);\n".repeat(3)}`,
    'a.js': "require('child_process').exec('git')",
    'b.js': "require('child_process').exec(y)",
  });
  const places = capabilitiesOf([own])['exec.spawn'].evidence.map(({ file, line }) => `${file.split('/').at(-1)}:${line}`);
  expect(places).toEqual(['a.js:1', 'b.js:1', 'index.js:2', 'index.js:3', 'index.js:4']);
});

test('variables of the own code come before those of dependencies', () => {
  const own = packageOf('own', { 'index.js': "require('dep'); process.env.ZEBRA" });
  const dep = packageOf('dep', { 'index.js': 'process.env.APPLE; process.env.ZEBRA' });
  expect(combine([own, dep], own.path, noBaseline).capabilities.environment).toEqual(['ZEBRA', 'APPLE']);
});

test('there is one entry per class, in their order, and the order of packages does not matter', () => {
  const packages = [
    packageOf('own', { 'index.js': "require('a'); require('b')" }),
    packageOf('a', { 'index.js': spawns }),
    packageOf('b', { 'index.js': spawns }),
  ];
  const forward = combine(packages, 'node_modules/own', noBaseline);
  expect(forward.capabilities.capabilities.map((capability) => capability.class)).toEqual(Object.keys(capabilityClasses));
  expect(forward.capabilities.ruleset).toBe(rulesetId);
  expect(combine([...packages].reverse(), 'node_modules/own', noBaseline)).toEqual(forward);
});

test('the facts of a source survive JSON, as a cache and a worker need', () => {
  const own = packageOf('own', { 'index.js': `${spawns}; process.env.A; fetch('https://x.example.net/')` });
  const facts = own.sources.get('index.js')?.();
  expect(facts?.uses).not.toHaveLength(0);
  expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
});

test('the baseline was made by the rules that it is compared with', () => {
  expect(noBaseline.ruleset).toBe(rulesetId);
  expect(noBaseline.madeFrom.some((label) => label.startsWith('@modelcontextprotocol/sdk@1.'))).toBe(true);
});

test('a tree without the server is refused', () => {
  expect(() => combine([], 'node_modules/own', noBaseline)).toThrow(RangeError);
});
