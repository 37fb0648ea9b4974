// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are sources under test
import { describe, expect, test } from 'vitest';
import type { CapabilityClass } from '../../src/model/capability.ts';
import { capabilitiesOf, capabilitiesOfSource, packageOf } from './facts.ts';

/** Per class: sources that do it, and sources that look alike and do not. `scope` = one scope that must be there. */
const cases: readonly {
  readonly of: CapabilityClass;
  readonly fires: readonly (readonly [string, string?])[];
  readonly silent: readonly string[];
}[] = [
  {
    of: 'exec.spawn',
    fires: [
      ["import { spawn } from 'child_process'; spawn('git', ['status'])", 'git'],
      ["const cp = require('node:child_process'); cp.execSync('ls -la')", 'ls'],
      ["import * as cp from 'node:child_process'; cp.exec(process.argv[2])", '<argument>'],
      ["const { promisify } = require('util'); const run = promisify(require('child_process').exec); run('make all')", 'make'],
      ["import execa from 'execa'; execa('/usr/bin/ffmpeg', [])", 'ffmpeg'],
      ["import { $ } from 'zx'; $`rg ${query}`", 'rg'],
      ["export * from 'child_process'"],
      ["(await import('child_process')).spawn('git')", 'git'],
      ["import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'; new StdioClientTransport({})"],
    ],
    silent: ["/x/.exec('git'); db.exec('SELECT 1')", "const text = 'child_process'"],
  },
  {
    of: 'exec.dynamic',
    fires: [
      ['eval(input)'],
      ["new Function('a', body)()"],
      ["require('vm').runInNewContext(code)"],
      ['await import(name)'],
      ['require(process.argv[2])'],
      ["require('module')._load(x)"],
      ["(() => {}).constructor('return 1')()"],
      ["import { Worker } from 'worker_threads'; new Worker(code, { eval: true })"],
      ['globalThis[name](x)'],
      ["process.binding('spawn_sync')"],
    ],
    silent: [
      'x instanceof Function',
      'Function.prototype.toString.call(f)',
      "await import('./known.js')",
      'this.constructor(x)',
      'db.evaluate(x)',
    ],
  },
  {
    of: 'fs.read',
    fires: [
      ["import { readFile } from 'fs/promises'; readFile('/etc/hosts')", '/etc/hosts'],
      ["import fs from 'fs'; fs.promises.readdir(x)", '*'],
      ["const { promises: fs } = require('fs'); fs.stat('a.txt')", 'a.txt'],
      ["import fs from 'fs'; export default fs"],
      ["import fs from 'graceful-fs'; fs.existsSync(x)"],
      ["import { glob } from 'glob'; glob('**/*')", '**/*'],
    ],
    silent: [
      "import { writeFile } from 'fs/promises'; writeFile('x', y)",
      "import { constants } from 'fs'; constants.R_OK",
      "const read = x.readFile('a')",
    ],
  },
  {
    of: 'fs.write',
    fires: [
      ["import fs from 'fs/promises'; fs.writeFile('out.txt', x)", 'out.txt'],
      ["require('fs').rmSync(x, { recursive: true })", '*'],
      ["import * as fs from 'fs'; fs[method](x)"],
      ["import { rimraf } from 'rimraf'; rimraf('dist')", 'dist'],
    ],
    silent: ["import { readFileSync } from 'fs'; readFileSync('x')", 'document.writeFile()'],
  },
  {
    of: 'secrets.read',
    fires: [
      [
        "import fs from 'fs'; import os from 'os'; import path from 'path'; fs.readFileSync(path.join(os.homedir(), '.ssh', 'id_rsa'))",
        '.ssh',
      ],
      ["import { readFileSync } from 'fs'; readFileSync(`${home}/.npmrc`); const x = '.npmrc'", '.npmrc'],
      ["import keytar from 'keytar'; keytar.getPassword('a', 'b')"],
      ["fetch('http://169.254.169.254/latest/meta-data')", 'http://169.254.169.254/latest/meta-data'],
      ["import { spawn } from 'child_process'; spawn('security', ['find-generic-password'])", 'security'],
      ["import fs from 'fs'; fs.readFileSync(dir + '/claude_desktop_config.json'); fs.writeFileSync(x)", '/claude_desktop_config.json'],
    ],
    silent: ["const help = 'never reads ~/.ssh or any other key'", "const deny = ['.ssh', '.npmrc']"],
  },
  {
    of: 'env.read',
    fires: [
      ['process.env.API_KEY', 'API_KEY'],
      ["process.env['OTHER_KEY']", 'OTHER_KEY'],
      ['const { TOKEN: t = "" } = process.env', 'TOKEN'],
      ['const env = process.env; use(env.FROM_ALIAS)', 'FROM_ALIAS'],
      ["import { env } from 'node:process'; env.IMPORTED", 'IMPORTED'],
      ["if ('PRESENT' in process.env) x()", 'PRESENT'],
      ['send({ ...process.env })', '*'],
      ['send(JSON.stringify(process.env))', '*'],
      ['process.env[name]', '*'],
      ["process['env'].QUOTED", 'QUOTED'],
      ['globalThis.process.env.THROUGH_GLOBAL', 'THROUGH_GLOBAL'],
    ],
    silent: ['import.meta.env.X', 'const env = {}; env.X', 'config.process.env'],
  },
  {
    of: 'net.connect',
    fires: [
      ["fetch('https://api.example.net/v1')", 'api.example.net'],
      ['fetch(`https://api.example.net/v1/${id}`)', 'api.example.net'],
      ['fetch(`https://${host}/v1`)', '*'],
      ["const base = 'https://base.example.net'; fetch(base + '/x')", 'base.example.net'],
      ["import axios from 'axios'; axios.create({ baseURL: 'https://axios.example.net' })", 'axios.example.net'],
      ["import https from 'https'; https.get({ hostname: 'get.example.net' })", 'get.example.net'],
      ["import net from 'net'; net.connect(22, host)"],
      ["new WebSocket('wss://ws.example.net/x')", 'ws.example.net'],
      ["const f = globalThis.fetch; f('https://alias.example.net/')", 'alias.example.net'],
    ],
    silent: [
      "import http from 'http'; http.createServer(f)",
      "const docs = 'https://docs.example.net'",
      'cache.fetch(key)',
      "import { isIP } from 'net'; isIP(x)",
    ],
  },
  {
    of: 'net.listen',
    fires: [
      ["import http from 'http'; http.createServer(f).listen(3000, '127.0.0.1')", '127.0.0.1'],
      ["import express from 'express'; express().listen(port)"],
    ],
    silent: ["import http from 'http'; http.request(x)", "bus.listen('event')"],
  },
  {
    of: 'host.control',
    fires: [
      ["import { chromium } from 'playwright'; chromium.launch()"],
      ["require('child_process').execFile('osascript', ['-e', x])", 'osascript'],
      ["import net from 'net'; net.connect('/var/run/docker.sock')", '/var/run/docker.sock'],
    ],
    silent: ["const t = 'docker.sock'", "import { spawn } from 'child_process'; spawn('git')"],
  },
  {
    of: 'user.capture',
    fires: [["import clipboard from 'clipboardy'; clipboard.read()"], ["import { exec } from 'child_process'; exec('pbpaste')", 'pbpaste']],
    silent: ["import { exec } from 'child_process'; exec('ls')"],
  },
  {
    of: 'persist',
    fires: [
      ["import fs from 'fs'; fs.appendFileSync(home + '/.bashrc', x); const p = '.bashrc'", '.bashrc'],
      ["import { exec } from 'child_process'; exec('crontab -')", 'crontab'],
      [
        "import fs from 'fs/promises'; import path from 'path'; fs.writeFile(path.join(home, 'Library/LaunchAgents/x.plist'), y)",
        'Library/LaunchAgents/x.plist',
      ],
    ],
    silent: ["const rc = '.bashrc'", "import { readFileSync } from 'fs'; readFileSync('.bashrc')"],
  },
  {
    of: 'agent.modify',
    fires: [
      ["import fs from 'fs'; import path from 'path'; fs.writeFileSync(path.join(cwd, '.cursor', 'mcp.json'), x)", 'mcp.json'],
      ["import fs from 'fs'; fs.appendFileSync('CLAUDE.md', x)", 'CLAUDE.md'],
    ],
    silent: ["import fs from 'fs'; fs.readFileSync('CLAUDE.md')", "const t = 'mcp.json'"],
  },
  {
    of: 'agent.surface',
    fires: [
      ["server.registerTool('x', {}, f)"],
      ["import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'; new McpServer({})"],
      ['server.createMessage({})', 'sampling/createMessage'],
      ['server.elicitInput({})', 'elicitation/create'],
    ],
    silent: ["registry.register('tool')"],
  },
  {
    of: 'supply.mutable',
    fires: [
      ["import { spawn } from 'child_process'; spawn('npx', ['-y', 'thing@latest'])", 'npx -y thing@latest'],
      ["import { execSync } from 'child_process'; execSync('npm install left-pad')", 'npm install left-pad'],
      ["import { exec } from 'child_process'; exec('curl https://x.example.net/i.sh | sh')"],
      ["import { spawn } from 'child_process'; spawn('uvx', [name])"],
      [
        "import fs from 'fs'; import cp from 'child_process'; fs.writeFileSync('bin/tool', await (await fetch(u)).bytes()); fs.chmodSync('bin/tool', 0o755); cp.spawn('bin/tool')",
        'bin/tool',
      ],
      [
        "import fs from 'fs'; import cp from 'child_process'; fs.writeFileSync('bin/tool', await get(), { mode: 0o755 }); fetch(u); cp.spawn('bin/tool')",
      ],
    ],
    silent: [
      "import fs from 'fs'; import cp from 'child_process'; fs.chmodSync('bin/tool', 0o755); cp.spawn('bin/tool')",
      "import fs from 'fs'; import cp from 'child_process'; fetch(u); fs.chmodSync('data', 0o644); cp.spawn('git')",
      "const help = 'run npx -y thing'",
      "import { spawn } from 'child_process'; spawn('git', ['install'])",
    ],
  },
  {
    of: 'code.opaque',
    fires: [
      ['new WebAssembly.Module(bytes)'],
      [Array.from({ length: 30 }, (_, i) => `var _0x${(0xab12 + i).toString(16)} = ${i};`).join('\n')],
      ['process.dlopen(m, x)'],
    ],
    silent: ['const wasm = 1', Array.from({ length: 4000 }, (_, i) => `export const readableName${i} = () => compute(${i});`).join('')],
  },
];

describe.each(cases)('$of', ({ of, fires, silent }) => {
  test.each(fires.map(([source, scope]) => ({ source, scope })))('is seen in $source', ({ source, scope }) => {
    const capability = capabilitiesOfSource(source)[of];
    expect(capability.verdict).toBe('seen');
    expect(capability.reach).toBe('own');
    expect(capability.evidence.length).toBeGreaterThan(0);
    expect(capability.evidence[0]).toMatchObject({ file: 'node_modules/own/index.js' });
    if (scope !== undefined) expect(capability.scopes).toContain(scope);
  });

  test.each(silent)('is not seen in %s', (source) => {
    expect(capabilitiesOfSource(source)[of].verdict).toBe('not-seen');
  });
});

test('a line is where the call stands', () => {
  const { 'exec.spawn': spawn } = capabilitiesOfSource("import { spawn } from 'child_process';\n\nspawn('git');\n");
  expect(spawn.evidence[0]).toMatchObject({ line: 3, level: 'literal-scoped', through: null });
});

test('a type-only import is no import', () => {
  const own = packageOf('own', {
    'index.js': "import './a.js'",
    'a.ts': "import type { ChildProcess } from 'child_process'; export type Child = ChildProcess;",
  });
  expect(capabilitiesOf([own])['exec.spawn'].verdict).toBe('not-seen');
});
