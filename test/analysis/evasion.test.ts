// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are sources under test
import { expect, test } from 'vitest';
import { capabilitiesOf, capabilitiesOfSource, packageOf } from './facts.ts';

/** Attempts to start a program unseen. Whatever cannot be followed must end in `exec.dynamic` or "cannot tell". */
const hidden: readonly string[] = [
  "const a = require('child_' + 'process'); a.exec('x')",
  "const p = ['child', 'process'].join('_'); require(p).exec('x')",
  "const p = 'child_'.concat('process'); require(p).exec('x')",
  'const p = `child_${"process"}`; require(p).exec("x")',
  "const r = require; r('child_process').exec('x')",
  "import { createRequire } from 'module'; const load = createRequire(import.meta.url); load('child_process').exec('x')",
  "import m from 'node:module'; m.createRequire(import.meta.url)('child_process').exec('x')",
  "module.require('child_process').exec('x')",
  "process.mainModule.require('child_process').exec('x')",
  "process.getBuiltinModule('child_process').exec('x')",
  "globalThis.process.getBuiltinModule('child_' + 'process').exec('x')",
  "const { exec: run } = require('child_process'); run('x')",
  "let cp; cp = require('child_process'); const q = cp; const z = q.exec; z('x')",
  "const { ['exec']: run } = require('child_process'); run('x')",
  "const box = { cp: require('child_process') }; box.cp.exec('x')",
  "import('child_process').then((cp) => cp.exec('x'))",
  "import('child_process').then(({ exec }) => exec('x'))",
  "export { exec } from 'child_process'",
  "module.exports = require('child_process')",
  "Reflect.get(require('child_process'), 'exec')('x')",
  "function get(name) { return require(name); } get('child_process').exec('x')",
  "const n = atob('Y2hpbGRfcHJvY2Vzcw=='); require(n).exec('x')",
  "const n = Buffer.from('6368', 'hex').toString(); import(n)",
  "globalThis['ev' + 'al']('x')",
  "const e = 'ev' + 'al'; globalThis[e]('x')",
  "(0, eval)('x')",
  "const f = eval; f('x')",
  "[].constructor.constructor('return process')().exit()",
  "new (async () => {}).constructor('x')()",
  "Reflect.construct(Function, ['return 1'])",
  'globalThis[String.fromCharCode(101, 118, 97, 108)]("x")',
  "require('module')._load('child_process').exec('x')",
  "module.constructor._load('child_process')",
  "var __require = ((x) => x)(function (x) { throw Error('Dynamic require of \"' + x + '\" is not supported'); }); __require('child_process').exec('x')",
  "process['binding']('spawn_sync')",
  "var p = process; p[['bin', 'ding'].join('')]('spawn_sync')",
  "const cp = __importStar(require('child_process')); cp.exec('x')",
  "const fetchIt = (m) => m; fetchIt(require('child_process'))",
  "\\u0065val('x')",
  "setTimeout('code()', 1); new Function('x')",
  "const AF = Object.getPrototypeOf(async function () {}).constructor; AF('x')()",
  "const F = (() => {})['constr' + 'uctor']; F('x')()",
  "const F = Function.prototype.constructor; F('x')()",
  "import('data:text/javascript,x')",
  "import('/tmp/x.mjs')",
  "require('https://x.example.net/a.js')",
  "new Worker(new URL('data:text/javascript,x'))",
  "[require][0]('child_process')",
  "run(require); function run(load) { load('child_process').exec('x'); }",
  "import { createRequire } from 'module'; export default createRequire(import.meta.url)",
  "with (require('child_process')) exec('x')",
  "class A { cp = require('child_process') }",
  "function f(cp = require('child_process')) { cp.exec('x'); }",
  "require?.('child_process')?.exec?.('x')",
  "for (const cp of [require('child_process')]) cp.exec('x')",
];

test.each(hidden)('%s is not silent', (source) => {
  const found = capabilitiesOfSource(source);
  const verdicts = [found['exec.spawn'].verdict, found['exec.dynamic'].verdict];
  expect(verdicts.some((verdict) => verdict !== 'not-seen')).toBe(true);
});

test.each([
  [
    'a module that is followed through a sibling',
    { 'index.js': "import './lib/run.js'", 'lib/run.js': "import cp from 'child_process'; cp.exec('x')" },
  ],
  ['an extension that is left out', { 'index.js': "require('./lib')", 'lib/index.js': "require('child_process').exec('x')" }],
  [
    'a worker that is named by path',
    { 'index.js': "new Worker(new URL('./w.js', import.meta.url))", 'w.js': "require('child_process').exec('x')" },
  ],
  [
    'a script that is started by its name',
    { 'index.js': "fork(path.join(__dirname, 'child.js'))", 'child.js': "require('child_process').exec('x')" },
  ],
  [
    'a folder that is loaded by a computed name',
    { 'index.js': 'import(`./commands/${name}.js`)', 'commands/x.js': "require('child_process').exec('x')" },
  ],
  ['an import that leads nowhere', { 'index.js': "import '#secret'", 'other.js': "require('child_process').exec('x')" }],
  [
    'a TypeScript source under its compiled name',
    { 'index.js': "import './run.js'", 'run.ts': "import cp from 'child_process'; cp.exec('x' as string)" },
  ],
])('%s is reached', (_, contents) => {
  expect(capabilitiesOf([packageOf('own', contents)])['exec.spawn'].verdict).toBe('seen');
});

test('a file that nothing loads is not counted', () => {
  const own = packageOf('own', { 'index.js': "import './a.js'", 'a.js': '', 'scripts/release.js': "require('child_process').exec('x')" });
  expect(capabilitiesOf([own])['exec.spawn'].verdict).toBe('not-seen');
});

test.each([
  ['invalid syntax', 'const = ;'],
  ['bytes that are no text', Uint8Array.from([0x63, 0xff, 0xfe, 0x00])],
  ['nesting beyond the parser', `x = ${'['.repeat(200_000)}${']'.repeat(200_000)}`],
  ['an operator chain beyond the parser', `x = 1${'+1'.repeat(200_000)}`],
])('%s in code that runs: every "not seen" becomes "cannot tell"', (_, content) => {
  const found = capabilitiesOf([packageOf('own', { 'index.js': "import './bad.js'", 'bad.js': content })]);
  expect(found['code.opaque'].verdict).toBe('seen');
  expect(found['exec.spawn'].verdict).toBe('cannot-tell');
  expect(found['persist'].verdict).toBe('cannot-tell');
});

test('invalid code that nothing loads spoils nothing', () => {
  const found = capabilitiesOf([packageOf('own', { 'index.js': '', 'test/fixtures/broken.js': 'const = ;' })]);
  expect(found['exec.spawn'].verdict).toBe('not-seen');
});
