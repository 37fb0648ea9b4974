import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openText } from '../dist/clients/edit/open-text.js';
import { clients } from '../dist/clients/index.js';
import { configFiles, targetFor } from '../dist/clients/locations.js';
import { planEdits } from '../dist/clients/plan-edit.js';
import { nodeHost } from '../dist/host/node.js';
import { applyEdits } from '../dist/operations/apply-edits.js';
import { throwAwayEnvironment } from '../scripts/throw-away-environment.mjs';
import { run } from './process.mjs';
import { exponent, median } from './statistics.mjs';

/** Reading and editing the files of clients: `list` over forty of them, and one entry of a file of 5 MB. */
export async function configs(home, { quick, rounds }) {
  return [...(await listing(home, quick, rounds)), ...(await editing(quick, rounds))];
}

const clientCount = 40;

async function listing(home, quick, rounds) {
  const cost = async (entries, times) => {
    const machine = await fullMachine(entries);
    try {
      const at = { env: machine.env, cwd: machine.root, cost: true };
      const runs = [];
      for (let round = 0; round < times; round += 1) {
        const bare = await run(home.commands.bare, at);
        const list = await run(home.pinfold('list', '--json'), at);
        const listed = JSON.parse(list.stdout).entries.length;
        if (listed !== entries) throw new Error(`list shows ${listed} entries of ${entries}`);
        runs.push({ wallMs: list.wallMs, ratio: list.wallMs / bare.wallMs, cpuMs: list.cpuMs, peakBytes: list.peakBytes });
      }
      return Object.fromEntries(Object.keys(runs[0]).map((name) => [name, median(runs.map((one) => one[name]))]));
    } finally {
      rmSync(machine.root, { recursive: true, force: true });
    }
  };
  const thousand = await cost(1_000, rounds);
  const none = await cost(0, 3);
  const points = [];
  for (const size of [1_000, 2_000, 4_000, 8_000]) points.push({ size, cost: (await cost(size, quick ? 1 : 3)).cpuMs - none.cpuMs });
  return [
    { what: `list of 1,000 entries in ${clientCount} clients`, value: thousand.wallMs, unit: 'ms' },
    { what: '  of it with no entry at all', value: none.wallMs, unit: 'ms' },
    { what: 'list of 1,000 entries ÷ bare node', value: thousand.ratio, unit: '', budget: 10 },
    { what: 'list of 1,000 entries: peak memory', value: thousand.peakBytes / 1e6, unit: 'MB' },
    { what: 'growth of list with entries (1 = linear)', value: exponent(points), unit: 'exponent' },
  ];
}

/** A home in which forty clients have the same number of servers, each in its own dialect: half npx, a quarter uvx, a quarter remote. */
async function fullMachine(entries) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pinfold-bench-')));
  const env = throwAwayEnvironment(root, 'http://127.0.0.1:9/');
  const host = nodeHost({ env, cwd: root });
  const chosen = [];
  for (const client of clients) {
    if (client.confidence === 'low' || chosen.length === clientCount) continue;
    const files = await configFiles({ client: client.id }, host);
    // A file of its own: some clients read others' files.
    const own = files.find(
      ({ writable, path, containers }) =>
        writable && containers.some(({ scope }) => scope === 'user') && !chosen.some((one) => one.path === path),
    );
    if (own !== undefined) chosen.push({ id: client.id, path: own.path });
  }
  for (const { id } of chosen) {
    const changes = [];
    for (let number = 0; number < entries / chosen.length; number += 1) {
      const target = await targetFor({ client: id, scope: 'user', name: `server-${number}` }, {}, host);
      changes.push({ target, change: { kind: 'write', values: valuesOf(number), replace: false, off: false } });
    }
    if (changes.length === 0) continue;
    for (const { path, after } of await planned(changes, host)) put(path, after);
  }
  return { root, env };
}

/** Clients that know no remote servers, or no working folder, get another npx. */
async function planned(changes, host) {
  try {
    return await planEdits(changes, host);
  } catch {
    return planEdits(
      changes.map(({ target, change }) => ({ target, change: { ...change, values: valuesOf(0) } })),
      host,
    );
  }
}

function valuesOf(number) {
  const base = { transport: 'stdio', command: null, args: [], env: {}, cwd: null, url: null, headers: {} };
  if (number % 4 === 1) return { ...base, command: 'uvx', args: [`server-${number}`] };
  if (number % 4 === 3) return { ...base, transport: 'http', url: `https://host-${number}.example/mcp`, headers: { Authorization: 'x' } };
  return { ...base, command: 'npx', args: ['-y', `@scope/server-${number}@1.2.${number}`, '--flag'], env: { KEY: 'x' } };
}

const large = [
  { client: 'claude-code', dialect: 'json', text: jsonOf },
  { client: 'codex', dialect: 'toml', text: tomlOf },
  { client: 'goose', dialect: 'yaml', text: yamlOf },
];

async function editing(quick, rounds) {
  const rows = [];
  for (const { client, dialect, text } of large) {
    const { editMs, parseMs, nativeMs, bytes } = await editCost(client, dialect, text(5e6), quick ? 3 : rounds);
    const name = `${dialect.toUpperCase()} of ${(bytes / 1e6).toFixed(1)} MB`;
    rows.push(
      { what: `one entry of ${name}`, value: editMs, unit: 'ms' },
      { what: `  edit ÷ parse (${Math.round(parseMs)} ms)`, value: editMs / parseMs, unit: '', budget: 10 },
    );
    if (nativeMs !== null) rows.push({ what: `  edit ÷ JSON.parse (${Math.round(nativeMs)} ms)`, value: editMs / nativeMs, unit: '' });
  }
  return rows;
}

/** From the plan to the file on disk, through locks, journal and backup; the parser is the one that reads the client's file. */
async function editCost(client, dialect, text, rounds) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pinfold-bench-')));
  const host = nodeHost({ env: throwAwayEnvironment(root, 'http://127.0.0.1:9/'), cwd: root });
  try {
    const target = await targetFor({ client, scope: 'user', name: 'added' }, {}, host);
    put(target.file, text);
    const [edits, parses, natives] = [[], [], []];
    for (let round = 0; round < rounds + 1; round += 1) {
      const launch = { command: '/data/launcher', args: ['run', `added-${round}`] };
      edits.push(await timed(() => applyEdits([{ target, change: { kind: 'set', launch, replace: true } }], async () => [], host)));
      parses.push(await timed(() => openText(text, dialect)));
      if (dialect === 'json') natives.push(await timed(() => JSON.parse(text)));
    }
    const typical = (values) => (values.length === 0 ? null : median(values.slice(1)));
    return { editMs: typical(edits), parseMs: typical(parses), nativeMs: typical(natives), bytes: Buffer.byteLength(text) };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function timed(work) {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

function jsonOf(bytes) {
  const line = (at) => `    { "at": ${at}.0, "serial": 90071992547409${10 + (at % 80)}, "text": "${'baa '.repeat(40)}" }`;
  const history = Array.from({ length: Math.ceil(bytes / line(0).length) }, (_, at) => line(at));
  return `{\n  "history": [\n${history.join(',\n')}\n  ],\n  "mcpServers": {\n    "dog": { "command": "node", "args": ["dog.mjs"] }\n  }\n}\n`;
}

function tomlOf(bytes) {
  const table = (at) => `[projects."/home/ada/work/project-${at}"]\ntrust_level = "trusted" # ${'baa '.repeat(20)}\n\n`;
  const tables = Array.from({ length: Math.ceil(bytes / table(0).length) }, (_, at) => table(at));
  return `# mine\nmodel = "o9"\n\n${tables.join('')}[mcp_servers.dog]\ncommand = "node"\nargs = ["dog.mjs"]\n`;
}

function yamlOf(bytes) {
  const item = (at) => `  - name: project-${at} # keep\n    text: '${'baa '.repeat(20)}'\n`;
  const items = Array.from({ length: Math.ceil(bytes / item(0).length) }, (_, at) => item(at));
  return `# mine\nhistory:\n${items.join('')}extensions:\n  dog:\n    type: stdio\n    enabled: true\n    cmd: node\n    args: [dog.mjs]\n`;
}

function put(path, bytes) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}
