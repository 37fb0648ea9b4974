import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { entryIn, filesBelow, launch, type Machine, machine, realProgram, remove, snapshot } from '../support/guarantee.ts';

let box: Machine;
let connections = 0;
let env: Record<string, string>;
const trap = createServer((socket) => {
  connections += 1;
  socket.destroy();
});

beforeAll(async () => {
  box = await machine();
  expect(await install('notes', '@pinfold-fixture/notes@1.0.0', '--', box.home)).toMatchObject({ code: 0 });
  expect(await install('canary', '--no-probe', '@pinfold-fixture/canary')).toMatchObject({ code: 0 });
  await box.registry.close();
  // Whatever asks for anything asks here, and is counted.
  trap.listen(0, '127.0.0.1');
  await once(trap, 'listening');
  const url = `http://127.0.0.1:${(trap.address() as { port: number }).port}/`;
  env = {
    ...box.env,
    npm_config_registry: url,
    HTTP_PROXY: url,
    HTTPS_PROXY: url,
    http_proxy: url,
    https_proxy: url,
    NODE_USE_ENV_PROXY: '1',
  };
});

afterAll(async () => {
  trap.close();
  remove(box.home);
});

function install(name: string, ...more: readonly string[]) {
  return box.pinfold(['install', '--yes', '--name', name, ...more]);
}

/** The launcher, as the client's entry names it. */
function entry(name: string): readonly [string, ...string[]] {
  const { command, args } = entryIn(join(box.home, '.cursor', 'mcp.json'), name);
  return [command, ...args];
}

/** One conversation over the raw pipes: each request, its answer. */
async function talk(command: readonly string[], requests: readonly object[], who: { readonly uid?: number; readonly gid?: number } = {}) {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { env, cwd: box.home, stdio: ['pipe', 'pipe', 'pipe'], ...who });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answers: Record<string, unknown>[] = [];
  for (const [index, request] of requests.entries()) {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: index, ...request })}\n`);
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`ended: ${stderr}`);
      const answer = JSON.parse(value);
      if (answer.id !== index) continue;
      answers.push(answer);
      break;
    }
  }
  child.stdin.end();
  const [code] = await once(child, 'close');
  return { answers, code, stderr };
}

const initialize = {
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'g6', version: '1' } },
};
const session = [initialize, { method: 'tools/list' }, { method: 'tools/call', params: { name: 'list_notes', arguments: {} } }];

const withoutNetwork = [
  ['unshare', '-n'],
  ['unshare', '-rn'],
].find(([file = '', ...args]) => spawnSync(file, [...args, 'true']).status === 0);

describe('G6: a launch needs no network', () => {
  test('nothing is asked of registry or proxy, and a whole session works', async () => {
    const { answers, code } = await talk(entry('notes'), session);
    expect(answers.map((answer) => Object.hasOwn(answer, 'result'))).toEqual([true, true, true]);
    expect(code).toBe(0);
    expect(connections).toBe(0);
  });

  test.skipIf(withoutNetwork === undefined)('in a namespace without any network it is the same session', async () => {
    const with_ = await talk(entry('notes'), session);
    const without = await talk([...(withoutNetwork ?? []), ...entry('notes')], session);
    expect(without).toEqual(with_);
  });

  test('a refusal needs none either', async () => {
    expect(await launch([...realProgram, 'run', 'nobody'], env, box.home)).toMatchObject({ exit: 127 });
    expect(connections).toBe(0);
  });

  test('list, audit and verify answer offline as well', async () => {
    for (const args of [['list'], ['audit'], ['store', 'verify']]) expect(await box.pinfold(args, { env })).toMatchObject({ code: 0 });
    expect(connections).toBe(0);
  });

  test('a command that does need the network says so, and changes nothing', async () => {
    const said = await box.pinfold(['update', 'notes', '--yes'], { env: { ...env, npm_config_cache: join(box.home, 'cold') } });
    expect(said).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('hint: ') });
    expect(await talk(entry('notes'), [initialize])).toMatchObject({ code: 0 });
  });
});

describe('G6: a launch needs no disk that can be written', () => {
  /** Nobody may write below the home: another user than root, who may do everything, and no write bits at all. */
  function readOnly(): { readonly uid?: number; readonly gid?: number } {
    const before = snapshot(box.home);
    onTestFinished(() => {
      before.restore();
      before.discard();
    });
    const root = process.getuid?.() === 0;
    if (root) execFileSync('chown', ['-R', '65534:65534', box.home]);
    execFileSync('chmod', ['-R', 'a-w', box.home]);
    return root ? { uid: 65534, gid: 65534 } : {};
  }

  test('the home really cannot be written', async () => {
    const who = readOnly();
    const script = `require('fs').writeFileSync(${JSON.stringify(join(box.home, '.cursor', 'x'))}, '')`;
    expect(spawnSync(process.execPath, ['-e', script], who).status).not.toBe(0);
  });

  test('read-only: the same answers, what is withheld stays withheld, and nothing was written', async () => {
    const before = await talk(entry('notes'), session);
    const who = readOnly();
    const bytes = [...filesBelow(box.home)].map(({ path }) => `${path} ${statSync(path).mtimeMs}`);
    const after = await talk(entry('notes'), session, who);
    expect(after.answers).toEqual(before.answers);
    expect(after.code).toBe(0);
    const evil = await talk(entry('notes'), [initialize, { method: 'tools/call', params: { name: 'rm', arguments: {} } }], who);
    expect(evil.answers[1]).toMatchObject({ error: { message: expect.stringContaining('pinfold approve notes') } });
    expect([...filesBelow(box.home)].map(({ path }) => `${path} ${statSync(path).mtimeMs}`)).toEqual(bytes);
  });

  test('a secret that pinfold keeps is handed out there, too; when it is gone, nothing is started', async () => {
    const given = { env: { FROM_HERE: 'fake-key-5521' } };
    expect(await box.pinfold(['secrets', 'set', 'notes', 'NOTES_KEY', '--from', 'FROM_HERE'], given)).toMatchObject({ code: 0 });
    const record = join(box.data, 'secrets', 'user', 'notes.json');
    const kept = readFileSync(record);
    const who = readOnly();
    expect(await talk(entry('notes'), session, who)).toMatchObject({ code: 0 });
    chmodSync(join(record, '..'), 0o700);
    remove(record);
    expect(await talk(entry('notes'), [initialize], who)).toMatchObject({ code: 78 });
    expect(kept.includes('fake-key-5521')).toBe(true);
  });

  test('first use cannot be remembered there, so nothing of it is forwarded, and the client is told why', async () => {
    const who = readOnly();
    const { answers } = await talk(entry('canary'), [{ method: 'tools/list' }], who);
    expect(answers[0]).not.toHaveProperty('result.tools.0');
    expect(JSON.stringify(answers[0])).toMatch(/pinfold/);
    expect(existsSync(join(box.data, 'first-use'))).toBe(false);
  });

  test('a tree that was last hashed long ago is hashed again and served, though the time cannot be noted', async () => {
    const trees = join(box.data, 'trees');
    for (const name of readdirSync(trees).filter((file) => file.endsWith('.checked'))) {
      chmodSync(join(trees, name), 0o600);
      expect(readFileSync(join(trees, name), 'utf8')).toContain('at');
      remove(join(trees, name));
    }
    const who = readOnly();
    expect(await talk(entry('notes'), session, who)).toMatchObject({ code: 0 });
  });
});
