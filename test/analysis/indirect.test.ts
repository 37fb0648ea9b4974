// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are sources under test
import { describe, expect, test } from 'vitest';
import { capabilitiesOf, capabilitiesOfSource, packageOf } from './facts.ts';

const elf = new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]);

describe('a program of the package that code reaches only through something unread', () => {
  test.each([
    ['a shell script by a joined path', "const p = require('path').join(__dirname, 'run.sh'); require('child_process').spawn(p, [])"],
    ['its own name, without an ending', "require('child_process').spawn(require('path').join(__dirname, 'tool'), [])"],
    ['a computed path', "require('child_process').spawn(require('path').join(__dirname, process.platform), [])"],
    ['a shell that is told something', "require('child_process').spawn('bash', [process.argv[2]])"],
    ['the second of two commands', "require('child_process').exec('cd lib && bash start')"],
  ])('%s reaches the native file', (_, source) => {
    const own = packageOf('own', { 'index.js': source, 'run.sh': '#!/bin/bash\nexec ./tool', start: './tool', tool: elf });
    const found = capabilitiesOf([own]);
    expect(found['code.opaque']).toMatchObject({ verdict: 'seen', reach: 'own' });
    expect(found['net.listen'].verdict).toBe('cannot-tell');
  });

  test('and a script that a shell script starts', () => {
    const contents = {
      'index.js': "require('child_process').spawn(__dirname + '/run.sh')",
      'run.sh': 'node hidden.js',
      'hidden.js': "fetch('https://a.test/')",
    };
    expect(capabilitiesOf([packageOf('own', contents)])['net.connect']).toMatchObject({ verdict: 'seen', scopes: ['a.test'] });
  });

  test('a program with another name reaches nothing', () => {
    const own = packageOf('own', { 'index.js': "require('child_process').spawn('git', ['status'])", tool: elf });
    expect(capabilitiesOf([own])['code.opaque'].verdict).toBe('not-seen');
  });
});

describe('packages that are named for what they do', () => {
  test.each([
    ["require('dotenv').config()", 'secrets.read', ['.env']],
    ["import 'dotenv/config'", 'secrets.read', ['.env']],
    ["import { config } from '@dotenvx/dotenvx'; config()", 'secrets.read', ['.env']],
    ['process.loadEnvFile()', 'secrets.read', ['.env']],
    ["import open from 'open'; open('https://a.test/')", 'exec.spawn', []],
    ["import { spawnPromise } from 'spawn-rx'; spawnPromise('git', ['status'])", 'exec.spawn', ['git']],
    ["import puppeteer from 'puppeteer'; puppeteer.launch()", 'net.connect', []],
    ["import { chromium } from 'playwright'; chromium.launch()", 'exec.spawn', []],
    ["import { install } from '@puppeteer/browsers'; install({})", 'supply.mutable', ['a browser']],
    ["import { KubeConfig } from '@kubernetes/client-node'; new KubeConfig().loadFromDefault()", 'secrets.read', ['~/.kube/config']],
    ["require('fs').existsSync('/var/run/secrets/kubernetes.io/token')", 'secrets.read', ['/var/run/secrets/kubernetes.io/token']],
    ["import { FastMCP } from 'fastmcp'; new FastMCP({}).start({ transportType: 'httpStream' })", 'net.listen', ['*']],
    ["import { FastMCP } from 'fastmcp'; new FastMCP({}).start(options())", 'net.listen', ['*']],
  ] as const)('%s', (source, of, scopes) => {
    expect(capabilitiesOfSource(source)[of]).toMatchObject({ verdict: 'seen', reach: 'own', scopes });
  });

  test.each([
    ["require('dotenv').parse('A=1')", 'secrets.read'],
    ["const { tools } = require('playwright-core/lib/coreBundle'); tools.decorateCommand(program)", 'exec.spawn'],
    ["const { tools } = require('playwright-core/lib/coreBundle'); tools.decorateCommand(program)", 'net.connect'],
    ["import { chromium } from 'playwright'; chromium.connectOverCDP('http://localhost')", 'exec.spawn'],
    ["import { FastMCP } from 'fastmcp'; new FastMCP({}).start({ transportType: 'stdio' })", 'net.listen'],
    ["import { FastMCP } from 'fastmcp'; new FastMCP({}).start()", 'net.listen'],
    ['config.loadFromDefault()', 'secrets.read'],
  ] as const)('%s is not %s', (source, of) => {
    expect(capabilitiesOfSource(source)[of].verdict).toBe('not-seen');
  });
});

describe('runners beside their arguments', () => {
  const start = "import { spawn } from 'child_process'; export const go = (it) => spawn(it.command, it.args);";
  test.each([
    ["go({ command: 'npx', args: ['-y', 'heroku@latest', 'repl'] })", 'npx -y heroku@latest repl'],
    ["install(useNpm ? 'npx' : 'uvx', [name])", 'npx …'],
    ["const tool = 'bunx'; list.push({ tool, list: ['thing'] })", 'bunx thing'],
  ])('%s', (source, command) => {
    const found = capabilitiesOfSource(`${start} ${source}`)['supply.mutable'];
    expect(found.verdict).toBe('seen');
    expect(found.scopes).toContain(command);
  });

  test('count where a client is configured, and not in a file that does neither', () => {
    const entry = "const entry = { command: 'npx', args: ['-y', name] };";
    const writes = "require('fs').writeFileSync(home + '/.cursor/mcp.json', JSON.stringify(entry))";
    expect(capabilitiesOfSource(`${entry} ${writes}`)['supply.mutable'].verdict).toBe('seen');
    expect(capabilitiesOfSource(`${entry} console.log(entry)`)['supply.mutable'].verdict).toBe('not-seen');
  });

  test('the package that a runner starts is a program by its name', () => {
    const found = capabilitiesOfSource("require('child_process').spawn('npx', ['-y', 'heroku@latest', 'repl'])");
    expect(found['host.control']).toMatchObject({ verdict: 'seen', scopes: ['heroku'] });
  });
});

test('a program out of a table of another file is named', () => {
  const contents = {
    'index.js': "import { run } from './table.js'; import { exec } from 'child_process'; exec(`${run[process.argv[2]]} ${file()}`)",
    'table.js': "export const run = { python: 'python3 -u', applescript: 'osascript' };",
  };
  const found = capabilitiesOf([packageOf('own', contents)]);
  expect(found['host.control']).toMatchObject({ verdict: 'seen', scopes: ['osascript'] });
  expect(found['exec.spawn'].scopes).toContain('*');
});

describe('what was written is run', () => {
  const head = "import fs from 'fs'; import { exec, spawn } from 'child_process';";
  test.each([
    'async function save(code) { const file = dir() + "/a.py"; await fs.promises.writeFile(file, code); return file; } exec(`python3 "${await save(x)}"`)',
    'const file = dir(); fs.writeFileSync(file, code); spawn("node", [file])',
    'const file = "/tmp/x"; fs.writeFileSync(file, code); spawn(file)',
    'class A { go() { fs.writeFileSync(this.file, code); exec(`${this.file} --now`); } }',
    'const file = dir(); fs.writeFileSync(file, code); spawn(interpreter, [file])',
  ])('%s', (source) => {
    expect(capabilitiesOfSource(`${head} ${source}`)['exec.dynamic'].verdict).toBe('seen');
  });

  test.each([
    'const file = dir(); fs.writeFileSync(file, text); spawn("git", ["apply", file])',
    'const file = dir(); fs.writeFileSync(file, text); spawn("node", [other])',
    'const file = dir(); fs.readFileSync(file); spawn("node", [file])',
  ])('%s is not', (source) => {
    expect(capabilitiesOfSource(`${head} ${source}`)['exec.dynamic'].verdict).toBe('not-seen');
  });
});

describe('a path with spaces', () => {
  const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  test.each([
    [`spawn('${chrome}', ['--headless'])`, ['Google Chrome']],
    [`exec('"${chrome}" --headless')`, ['Google Chrome']],
    ["exec('git status')", ['git']],
    ["spawn('git status', [], { shell: true })", ['git']],
    // A shell takes the first word: no path at the end may stand for it.
    ["spawn('/usr/bin/osascript -e x /x/y', [], { shell: true })", ['osascript']],
    ["spawn('/usr/bin/osascript -e x /x/y', [], options)", ['osascript']],
  ])('%s', (source, scopes) => {
    const found = capabilitiesOfSource(`import { exec, spawn } from 'child_process'; ${source}`);
    expect(found['exec.spawn'].scopes).toEqual(scopes);
  });
});

describe('a parameter hides an import of the same name', () => {
  test('in its function only', () => {
    const given = 'function add(list, fs) { for (const f of list) list.use(f, fs[f]); }';
    const found = capabilitiesOfSource(`var fs = require('fs'); fs.readFileSync('a'); ${given}`);
    expect(found['fs.write'].verdict).toBe('not-seen');
    expect(found['fs.read'].verdict).toBe('seen');
  });

  test.each([
    "const fs = require('fs'); (function (fs) { fs.writeFileSync('a', ''); })(fs)",
    "function f(fs) { fs = require('fs'); fs.writeFileSync('a', ''); }",
    "function f(fs) { { const fs = require('fs'); fs.writeFileSync('a', ''); } }",
    "function f(fs = require('fs')) { fs.writeFileSync('a', ''); }",
    "const fs = require('fs'); function f(fs) {} fs.writeFileSync('a', '')",
    "const fs = require('fs'); function f(fs) { fs.writeFileSync('a', ''); } f(fs)",
    "import('fs').then((fs) => fs.writeFileSync('a', ''))",
  ])('%s still writes', (source) => {
    expect(capabilitiesOfSource(source)['fs.write'].verdict).toBe('seen');
  });
});

test('evidence names a direct dependency that is made for it before what lies deeper', () => {
  const own = packageOf('own', { 'index.js': "require('wrap')" }, { dependencies: { wrap: '1', mongodb: '1' } });
  const deep = packageOf('a-deep', { 'index.js': "fetch('https://a.test/')" });
  const wrap = packageOf('wrap', { 'index.js': "require('a-deep'); require('mongodb')" }, { dependencies: { 'a-deep': '1' } });
  const mongodb = packageOf('mongodb', { 'index.js': "require('net').connect(1)" });
  expect(capabilitiesOf([own, deep, wrap, mongodb])['net.connect'].evidence[0]?.through).toBe('mongodb@1.0.0');
});
