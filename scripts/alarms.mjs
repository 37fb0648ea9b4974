// `npm run alarms [-- TEXT …]`: how often the gate withholds words of honest servers. Each labelled server (scripts/accuracy/
// labels) and each of scripts/alarms-servers.mjs (only those whose name contains a TEXT, when some are given) is installed with a probe into a throw-away home and
// then started ten times behind the guard, from a project folder that the probe did not know, with stand-ins for its
// variables. A start in which anything was withheld is an alarm; what the first start withheld is approved once, as a
// person would. The starts happen in bubblewrap, without network and with a read-only disk but for the throw-away home.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readLabels } from './accuracy/labels.mjs';
import { moreServers } from './alarms-servers.mjs';
import { throwAwayEnvironment } from './throw-away-environment.mjs';

const program = join(import.meta.dirname, '..', 'bin', 'pinfold.js');
const starts = 10;
const startMs = 60_000;
/** What a person would have to set before the server starts at all. */
const secretName = /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/i;

const asked = process.argv.slice(2);
const labels = [...readLabels(), ...moreServers].filter(
  ({ server, kind }) => kind === 'server' && (asked.length === 0 || asked.some((text) => server.includes(text))),
);
if (spawnSync('bwrap', ['--version']).status !== 0) {
  process.stderr.write('alarms: bubblewrap is not installed; nothing is started without it\n');
  process.exitCode = 3;
} else if (labels.length === 0) {
  process.stderr.write('alarms: no labelled server has such a name\n');
  process.exitCode = 2;
} else report(await measureAll());

async function measureAll() {
  const rows = [];
  for (const label of labels) {
    const row = await measure(label);
    process.stderr.write(
      `${rows.push(row)} of ${labels.length}  ${label.server}  ${row.why ?? row.alarms.map((names) => names.length).join(' ')}\n`,
    );
  }
  return rows;
}

/** Installs one server and starts it ten times: what each start withheld, or why it could not be measured. */
async function measure({ server, args }) {
  const home = mkdtempSync(join(tmpdir(), 'pinfold-alarms-'));
  try {
    const project = join(home, 'work', 'project');
    for (const folder of [project, join(home, '.cursor'), join(home, '.config', 'pinfold')]) mkdirSync(folder, { recursive: true });
    // Stands in for the person: these are servers whose words were read for the labels.
    writeFileSync(join(home, '.config', 'pinfold', 'policy.json'), JSON.stringify({ version: 1, autoApprove: 'red' }));
    const env = throwAwayEnvironment(home, '');
    const given = args.map((word) => (word.startsWith('/') ? project : word));
    const installed = pinfold(
      ['install', '--json', '--yes', '--name', 'server', server, ...(given.length > 0 ? ['--', ...given] : [])],
      project,
      env,
    );
    if (installed.status !== 0) return { server, why: `not installed: ${lastLine(installed.stderr)}` };
    const { status, disclosure } = JSON.parse(installed.stdout);
    const values = Object.fromEntries(disclosure.environment.filter((name) => secretName.test(name)).map((name) => [name, 'stand-in']));
    const alarms = [];
    for (let start = 1; start <= starts; start += 1) {
      const seen = ledger(home).length;
      const ended = await session(home, project, { ...env, ...values });
      if (ended !== null) return { server, why: `start ${start}: ${ended}` };
      alarms.push(withheldIn(ledger(home).slice(seen)));
      if (start === 1 && alarms[0].length > 0) pinfold(['approve', '--yes', 'server'], project, env);
    }
    return { server, status, why: null, alarms };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function pinfold(words, cwd, env) {
  return spawnSync(process.execPath, [program, ...words], {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64e6,
  });
}

/** One start with a client that opens, lists everything, and closes. null = it went well; otherwise why not. */
async function session(home, project, env) {
  const disk = ['--ro-bind', '/', '/', '--tmpfs', '/root', '--tmpfs', '/home', '--tmpfs', tmpdir(), '--bind', home, home];
  const rest = ['--dev', '/dev', '--proc', '/proc', '--unshare-net', '--unshare-pid', '--die-with-parent', '--chdir', project];
  const child = spawn('bwrap', [...disk, ...rest, process.execPath, program, 'run', 'server'], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined);
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-4_000);
  });
  const waiting = new Map();
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line);
    if (message.method === undefined) waiting.get(message.id)?.(message);
    else if (message.id !== undefined)
      send(
        message.method === 'roots/list'
          ? { id: message.id, result: { roots: [{ uri: `file://${project}` }] } }
          : { id: message.id, error: { code: -32601, message: 'no' } },
      );
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let next = 0;
  const ask = (method, params) =>
    new Promise((resolve, reject) => {
      next += 1;
      const id = next;
      const timer = setTimeout(() => reject(new Error(`no answer to ${method}`)), startMs);
      waiting.set(id, (message) => {
        clearTimeout(timer);
        resolve(message);
      });
      void ended.then(() => {
        clearTimeout(timer);
        reject(new Error(`it ended before it answered ${method}: ${errorLine(said)}`));
      });
      send({ id, method, params });
    });
  try {
    const client = {
      protocolVersion: '2025-11-25',
      capabilities: { roots: { listChanged: true } },
      clientInfo: { name: 'alarms', version: '1' },
    };
    const { result, error } = await ask('initialize', client);
    if (error !== undefined) return error.message;
    send({ method: 'notifications/initialized' });
    for (const [kind, methods] of Object.entries({
      tools: ['tools/list'],
      prompts: ['prompts/list'],
      resources: ['resources/list', 'resources/templates/list'],
    }))
      if (result.capabilities[kind] !== undefined) for (const method of methods) await pages(ask, method);
    return null;
  } catch (cause) {
    return cause.message;
  } finally {
    child.stdin.end();
    const forced = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(forced);
  }
}

async function pages(ask, method) {
  let cursor;
  do cursor = (await ask(method, cursor === undefined ? {} : { cursor })).result?.nextCursor;
  while (cursor !== undefined);
}

function ledger(home) {
  const path = join(home, '.local', 'share', 'pinfold', 'ledger.jsonl');
  return existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    : [];
}

/** What the gate withheld, by name. A banner on stdout is dropped too, and is no words that anybody approved. */
function withheldIn(events) {
  return events
    .filter(({ event, detail }) => event === 'withheld' && detail.code !== 'not-json')
    .flatMap(({ detail }) => (detail.items === undefined ? [detail.subject] : detail.items.map(({ kind, name }) => `${kind}/${name}`)));
}

function lastLine(text) {
  return text.trim().split('\n').at(-1) ?? '';
}

/** The line of a crash that says why; the last one where none does. */
function errorLine(text) {
  return text.split('\n').find((line) => /error/i.test(line)) ?? lastLine(text);
}

function report(rows) {
  const measured = rows.filter(({ why }) => why === null);
  const share = (at) => measured.filter(({ alarms }) => alarms[at].length > 0);
  const percent = (part) => (measured.length === 0 ? 'nothing measured' : `${((100 * part.length) / measured.length).toFixed(1)} %`);
  const lines = [
    `servers ${labels.length}, started ten times ${measured.length}`,
    `an alarm at the first start: ${share(0).length} of ${measured.length} (${percent(share(0))}; target 3 %)`,
    ...share(0).map(
      ({ server, alarms }) =>
        `  ${server}: ${alarms[0].slice(0, 5).join(', ')}${alarms[0].length > 5 ? ` and ${alarms[0].length - 5} more` : ''}`,
    ),
    `an alarm at the tenth start: ${share(starts - 1).length} of ${measured.length} (${percent(share(starts - 1))}; target 0 %)`,
    ...share(starts - 1).map(({ server, alarms }) => `  ${server}: ${alarms[starts - 1].slice(0, 5).join(', ')}`),
    `words pinned from the first start, because no probe showed them: ${measured.filter(({ status }) => status !== 'reviewed').length} of ${measured.length}`,
    ...rows.filter(({ why }) => why !== null).map(({ server, why }) => `not measured  ${server}: ${why}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (measured.length < rows.length) process.exitCode = 3;
}
