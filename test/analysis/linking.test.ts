// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are sources under test
import { expect, test } from 'vitest';
import type { CapabilityClass } from '../../src/model/capability.ts';
import { capabilitiesOf, capabilitiesOfSource, packageOf } from './facts.ts';

/** Files of one package, and the scopes of one class, exactly. */
const across: readonly (readonly [string, CapabilityClass, readonly string[], Readonly<Record<string, string>>])[] = [
  [
    'a wrapper is what its callers make of it',
    'exec.spawn',
    ['git'],
    {
      'index.js': "import { run } from './util.js'; run('git', ['status'])",
      'util.js': "import { spawn } from 'child_process'; export const run = (cmd, args) => spawn(cmd, args)",
    },
  ],
  [
    'a wrapper of a wrapper',
    'exec.spawn',
    ['git', 'rg'],
    {
      'index.js': "import { git } from './git.js'; import { run } from './run.js'; git('status'); run('rg')",
      'git.js': "import { run } from './run.js'; export function git(sub) { return run('git', [sub]) }",
      'run.js': "import { spawn } from 'child_process'; export function run(cmd, args = []) { return spawn(cmd, args) }",
    },
  ],
  [
    'a wrapper that somebody gets hold of is open',
    'exec.spawn',
    ['*', 'git'],
    {
      'index.js': "import { run } from './util.js'; run('git'); register(run)",
      'util.js': "import { spawn } from 'child_process'; export const run = (cmd) => spawn(cmd)",
    },
  ],
  [
    'so is one whose module is handed on whole',
    'exec.spawn',
    ['*', 'git'],
    {
      'index.js': "import * as util from './util.js'; util.run('git'); register(util)",
      'util.js': "import { spawn } from 'child_process'; export const run = (cmd) => spawn(cmd)",
    },
  ],
  [
    'or called under a computed name',
    'exec.spawn',
    ['*', 'git'],
    {
      'index.js': "import * as util from './util.js'; util.run('git'); util[name](input)",
      'util.js': "import { spawn } from 'child_process'; export const run = (cmd) => spawn(cmd)",
    },
  ],
  [
    'or called with what nobody knows',
    'exec.spawn',
    ['*', 'git'],
    {
      'index.js': "import { run } from './util.js'; run('git'); run(input)",
      'util.js': "import { spawn } from 'child_process'; export const run = (cmd) => spawn(cmd)",
    },
  ],
  [
    'CommonJS, as written by hand',
    'exec.spawn',
    ['git'],
    {
      'index.js': "const { run } = require('./util'); run('git')",
      'util.js': "const cp = require('child_process'); function run(cmd) { return cp.spawn(cmd) } module.exports = { run }",
    },
  ],
  [
    'CommonJS, as TypeScript writes it',
    'exec.spawn',
    ['git'],
    {
      'index.js': "const util_1 = require('./all'); (0, util_1.run)('git')",
      'all.js': "__exportStar(require('./util'), exports)",
      'util.js':
        "Object.defineProperty(exports, '__esModule', { value: true }); exports.run = run; const cp = __importStar(require('child_process')); function run(cmd) { return cp.spawn(cmd) }",
    },
  ],
  [
    'a getter on exports',
    'exec.spawn',
    ['git'],
    {
      'index.js': "const a = require('./a'); a.run('git')",
      'a.js': "var u = require('./util'); Object.defineProperty(exports, 'run', { enumerable: true, get: function () { return u.run; } })",
      'util.js': "const cp = require('child_process'); exports.run = function (cmd) { return cp.spawn(cmd) }",
    },
  ],
  [
    'a default export, re-exported under a name',
    'exec.spawn',
    ['git'],
    {
      'index.js': "import { start } from './a.js'; start('git')",
      'a.js': "export { default as start } from './b.js'",
      'b.js': "import cp from 'child_process'; export default function (cmd) { cp.spawn(cmd) }",
    },
  ],
  [
    'constants and members of configuration',
    'net.connect',
    ['api.example.net', 'auth.example.net'],
    {
      'index.js':
        "import { API } from './const.js'; import config from './config.js'; fetch(`${API}/v1/${x}`); fetch(new URL('/token', config.auth.url))",
      'const.js': "export const API = 'https://api.example.net'; export const DOCS = 'https://docs.example.net/'",
      'config.js': "export default { auth: { url: 'https://auth.example.net' } }",
    },
  ],
  [
    'a function that gives the base',
    'net.connect',
    ['api.example.net'],
    {
      'index.js': "import { base } from './base.js'; fetch(base() + '/v1')",
      'base.js': "export function base() { return 'https://api.example.net' }",
    },
  ],
  [
    'a default beside a variable is one of two',
    'net.connect',
    ['*', 'api.example.net'],
    {
      'index.js': "import { API } from './const.js'; fetch(API + '/v1')",
      'const.js': "export const API = process.env.API_URL || 'https://api.example.net'",
    },
  ],
  [
    'variables whose names callers say',
    'env.read',
    ['API_KEY', 'API_URL'],
    {
      'index.js': "import { required } from './env.js'; const a = required('API_KEY'), b = required('API_URL')",
      'env.js': 'export function required(name) { const value = process.env[name]; if (!value) throw Error(name); return value }',
    },
  ],
  [
    'a class that is made with its base',
    'net.connect',
    ['api.example.net'],
    {
      'index.js': "import { Client } from './client.js'; new Client('https://api.example.net')",
      'client.js': 'export class Client { constructor(base) { this.base = base } get() { return fetch(`${this.base}/v1`) } }',
    },
  ],
  [
    'options by name',
    'net.connect',
    ['api.example.net'],
    {
      'index.js': "import { call } from './call.js'; call({ url: 'https://api.example.net/v1', method: 'GET' })",
      'call.js': 'export async function call({ url, method }) { return fetch(url, { method }) }',
    },
  ],
  [
    'another file’s instance of a module',
    'fs.read',
    ['/etc/hosts'],
    {
      'index.js': "import { read } from './fs.js'; read('/etc/hosts')",
      'fs.js': "import { readFileSync } from 'fs'; const read = readFileSync; export { read }",
    },
  ],
  [
    'the exact command',
    'supply.mutable',
    ['npx -y thing@latest'],
    {
      'index.js': "import { run } from './util.js'; run('npx', ['-y', 'thing@latest'])",
      'util.js': "import { spawn } from 'child_process'; export const run = (cmd, args) => spawn(cmd, args)",
    },
  ],
];

test.each(across)('%s: %s is %j', (_, of, scopes, contents) => {
  const found = capabilitiesOf([packageOf('own', contents)]);
  expect(found[of].verdict).toBe('seen');
  expect(found[of].scopes.filter((scope) => scope !== '')).toEqual(scopes);
});

/** One file. */
const inside: readonly (readonly [CapabilityClass, readonly string[], string])[] = [
  [
    'fs.read',
    ['~/.config/own.json'],
    "import fs from 'fs'; import os from 'os'; import path from 'path'; fs.readFileSync(path.join(os.homedir(), '.config', 'own.json'))",
  ],
  [
    'fs.read',
    ['<package>/data/list.json'],
    "import fs from 'fs'; import path from 'path'; fs.readFileSync(path.join(__dirname, 'data', 'list.json'))",
  ],
  ['fs.read', ['<package>/data.json'], "import { readFileSync } from 'fs'; readFileSync(new URL('./data.json', import.meta.url))"],
  ['fs.read', ['<argument>'], "import { readFileSync } from 'fs'; readFileSync(process.argv[2])"],
  [
    'fs.read',
    ['<cwd>/notes/*'],
    "import fs from 'fs'; import { resolve } from 'path'; fs.readFileSync(resolve(process.cwd(), 'notes', name))",
  ],
  ['fs.read', ['./<package>/x'], "import fs from 'fs'; fs.readFileSync('<package>/x')"],
  ['fs.write', ['<tmp>/own.log'], "import fs from 'fs'; import os from 'os'; fs.writeFileSync(`${os.tmpdir()}/own.log`, x)"],
  [
    'secrets.read',
    ['.ssh', '~/.ssh/*'],
    "import fs from 'fs'; import os from 'os'; import path from 'path'; fs.readFileSync(path.join(os.homedir(), '.ssh', name))",
  ],
  [
    'secrets.read',
    ['~/.netrc'],
    "import fs from 'fs'; import os from 'os'; import path from 'path'; fs.readFileSync(path.join(os.homedir(), `.net${tail()}`)); function tail() { return 'rc' }",
  ],
  ['exec.spawn', ['git'], "class A { cp = require('child_process'); go() { this.cp.spawn('git') } }"],
  ['exec.spawn', ['git'], "const box = { cp: require('child_process') }; box.cp.exec('git status')"],
  ['exec.spawn', ['git'], "import { spawn } from 'child_process'; function run(cmd) { return spawn(cmd) } run('git')"],
  [
    'exec.spawn',
    ['*', 'git'],
    "import { spawn } from 'child_process'; const cmd = 'git'; function run(cmd) { return spawn(cmd) } other(run)",
  ],
  ['net.connect', ['api.openai.com'], "import OpenAI from 'openai'; new OpenAI({ apiKey: k })"],
  ['net.connect', ['llm.example.net'], "import OpenAI from 'openai'; new OpenAI({ apiKey: k, baseURL: 'https://llm.example.net/v1' })"],
  ['net.connect', ['*', 'api.openai.com'], "import OpenAI from 'openai'; new OpenAI({ ...options })"],
  ['net.connect', ['*', '*.example.net'], 'fetch(`https://${ref}.example.net/v1`)'],
  [
    'net.connect',
    ['*', 'safe.example.net'],
    "const url = 'https://safe.example.net/'; function go(url) { return fetch(url) } tools.push(go)",
  ],
  ['net.connect', ['*', 'api.example.net'], "fetch('https://api.example.net' + suffix)"],
];

test.each(inside)('%s is %j in one file: %s', (of, scopes, source) => {
  const found = capabilitiesOfSource(source)[of];
  expect(found.verdict).toBe('seen');
  expect(found.scopes).toEqual(scopes);
});

test.each([
  ["function decoy() { let fetch = 1 } fetch('https://evil.example.net/')", 'net.connect'],
  ["function decoy(require) {} require('child_process').exec('x')", 'exec.spawn'],
  ['function decoy() { const process = 1 } send({ ...process.env })', 'env.read'],
  ['(function (p) { send(p.env.TOKEN) })(process)', 'env.read'],
  ['function f(p) { send(p.env.TOKEN) } f(process)', 'env.read'],
  ["(function (g) { g.eval('x') })(globalThis)", 'exec.dynamic'],
  ["function f(g) { g.process.getBuiltinModule('child_process').exec('x') } f(globalThis)", 'exec.spawn'],
] as const)('a decoy or a hand-over does not hide it: %s', (source, of) => {
  expect(capabilitiesOfSource(source)[of].verdict).toBe('seen');
});

test.each([
  [
    'globals',
    { 'index.js': "import root from './root.js'; send(root.process.env.TOKEN)", 'root.js': 'export default globalThis' },
    'env.read',
  ],
  ['process', { 'index.js': "import { p } from './p.js'; send(p.env.TOKEN)", 'p.js': 'export const p = process' }, 'env.read'],
  [
    'process that is handed',
    { 'index.js': "import { f } from './f.js'; f(process)", 'f.js': 'export function f(p) { send(p.env.TOKEN) }' },
    'env.read',
  ],
  [
    'the global object that is handed',
    { 'index.js': "import { f } from './f.js'; f(globalThis)", 'f.js': "export function f(g) { g.eval('x') }" },
    'exec.dynamic',
  ],
] as const)('%s that come from another file are seen', (_, contents, of) => {
  expect(capabilitiesOf([packageOf('own', contents)])[of].verdict).toBe('seen');
});

test('a thin dependency is followed by name', () => {
  const own = packageOf('own', { 'index.js': "import { run } from 'tiny-run'; run('git')" }, { dependencies: { 'tiny-run': '1' } });
  const tiny = packageOf('tiny-run', { 'index.js': "const cp = require('child_process'); module.exports.run = (cmd) => cp.spawn(cmd)" });
  expect(capabilitiesOf([own, tiny])['exec.spawn']).toMatchObject({ reach: 'closure', scopes: ['git'] });
});
