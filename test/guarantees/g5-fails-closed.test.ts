import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { planTicket, readTicket } from '../../src/store/ticket.ts';
import { transact } from '../../src/store/transaction.ts';
import { describeSandboxed } from '../support/contained.ts';
import { launch, type Machine, machine, realProgram, refusalIn, remove, snapshot, treeOf, write } from '../support/guarantee.ts';

let box: Machine;
let started: string;
let whole: ReturnType<typeof snapshot>;
let project: string;

beforeAll(async () => {
  box = await machine();
  started = join(box.home, 'started');
  project = join(box.home, 'project');
  mkdirSync(join(project, '.git'), { recursive: true });
  const install = ['install', '--yes', '--no-probe', '--name', 'canary', '--client', 'cursor', '@pinfold-fixture/canary'];
  expect(await box.pinfold(install)).toMatchObject({ code: 0 });
  expect(await box.pinfold([...install, '--scope', 'project'], { cwd: project })).toMatchObject({ code: 0 });
  whole = snapshot(box.home);
});

afterAll(async () => {
  whole.discard();
  await box.close();
});

beforeEach(() => whole.restore());

function start(name = 'canary', more: { readonly project?: boolean; readonly prefix?: readonly string[] } = {}) {
  const [file = '', ...args] = [
    ...(more.prefix ?? []),
    ...realProgram,
    'run',
    name,
    ...(more.project === true ? ['--scope', 'project'] : []),
  ];
  return launch([file, ...args], { ...box.env, PINFOLD_CANARY: started }, more.project === true ? project : box.home);
}

/** The launch is refused in every way at once: nothing started, JSON-RPC error, stderr, exit code. */
async function refused(...how: Parameters<typeof start>) {
  const { answer, exit, stderr, stdout } = await start(...how);
  expect(existsSync(started), 'the server was started').toBe(false);
  const refusal = refusalIn(answer);
  expect(refusal.exitCode).toBe(exit);
  expect(stderr).toContain(refusal.message.split(/[:;.]/)[0]);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  if (refusal.remedy !== null) expect(refusal.message).toContain(refusal.remedy);
  return refusal;
}

/** Does what a remedy says, as a person at a terminal who says yes to everything. */
async function follow(remedy: string | null, cwd = box.home) {
  if (remedy === null) throw new Error('no remedy');
  const [program, ...args] = remedy.split(' ');
  expect(program, remedy).toBe('pinfold');
  return box.pinfold(args, { answers: ['y', 'y'], cwd });
}

function lock(): string {
  return join(box.config, 'lock.json');
}

function edit(path: string, change: (text: string) => string): void {
  const text = readFileSync(path, 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(path, changed);
}

function policy(value: unknown): void {
  writeFileSync(join(box.config, 'policy.json'), typeof value === 'string' ? value : JSON.stringify(value));
}

async function block(): Promise<void> {
  const host = box.host();
  const ticket = await readTicket('canary', 'user', null, host);
  if (ticket === null) throw new Error('no ticket');
  await transact([await planTicket({ ...ticket, state: 'refused' }, { name: 'canary', scope: 'user', project: null }, host)], host);
}

describe('G5: every refusal', () => {
  test('without damage it starts, so that the rows below can fail', async () => {
    expect(await start()).toMatchObject({ answer: { result: {} }, exit: 0 });
    expect(existsSync(started)).toBe(true);
  });

  test.each<[string, () => void | Promise<void>, string, number]>([
    ['the lock is missing', () => rmSync(lock()), 'pin-not-found', 127],
    ['the lock is cut short', () => edit(lock(), (text) => text.slice(0, -40)), 'lock-invalid', 78],
    ['the lock is empty', () => writeFileSync(lock(), ''), 'lock-invalid', 78],
    ['the lock is of a newer pinfold', () => edit(lock(), (text) => text.replace('"version": 1\n', '"version": 2\n')), 'lock-too-new', 78],
    ['the pin is gone from the lock', () => edit(lock(), (text) => text.replace('"canary": {', '"other": {')), 'pin-not-found', 127],
    ['the pin was edited', () => edit(lock(), (text) => text.replace('"block"', '"observe"')), 'approval-needed', 75],
    [
      'the lock is a folder',
      () => {
        rmSync(lock());
        mkdirSync(lock());
      },
      'lock-invalid',
      78,
    ],
    ['the ticket is missing', () => rmSync(ticketPath()), 'pin-not-found', 127],
    ['the ticket is damaged', () => edit(ticketPath(), (text) => text.replace('"block"', '"observe"')), 'ticket-invalid', 65],
    ['the policy is no JSON', () => policy('{'), 'policy-invalid', 78],
    ['the policy has a member too many', () => policy({ version: 1, alow: [] }), 'policy-invalid', 78],
    ['the policy is of another version', () => policy({ version: 2 }), 'policy-invalid', 78],
    [
      'the policy is a folder',
      () => {
        rmSync(join(box.config, 'policy.json'));
        mkdirSync(join(box.config, 'policy.json'));
      },
      'policy-invalid',
      78,
    ],
    [
      'policy denies it since',
      () => policy({ version: 1, deny: [{ subject: 'pkg:npm/%40pinfold-fixture/canary', reason: 'stolen keys' }] }),
      'policy-denied',
      77,
    ],
    ['policy allows only others since', () => policy({ version: 1, noMatch: 'deny', allow: [] }), 'policy-denied', 77],
    ['the pin is blocked', block, 'pin-blocked', 77],
    ['the tree is missing', () => remove(tree()), 'tree-missing', 65],
    [
      'a byte of the tree is another',
      () => {
        const file = join(tree(), 'node_modules', '@pinfold-fixture', 'canary', 'index.js');
        chmodSync(file, 0o644);
        edit(file, (text) => text.replace('tweet', 'tweat'));
      },
      'tree-changed',
      65,
    ],
  ])('%s', async (_, damage, code, exit) => {
    await damage();
    const refusal = await refused();
    expect(refusal).toMatchObject({ code, exitCode: exit });
    expect(refusal.message.length).toBeGreaterThan(20);
    expect(refusal.remedy).not.toBeNull();
  });

  test('a name that nobody approved', async () => {
    expect(await refused('nobody')).toMatchObject({ code: 'pin-not-found', exitCode: 127, remedy: 'pinfold list' });
  });

  test('a lock that came with a project, until somebody here trusts it', async () => {
    for (const name of readdirSync(box.data)) if (name.startsWith('trust')) rmSync(join(box.data, name), { recursive: true });
    const refusal = await refused('canary', { project: true });
    expect(refusal).toMatchObject({ code: 'lock-untrusted', exitCode: 75 });
    expect(await follow(refusal.remedy, project)).toMatchObject({ code: 0 });
    expect(await start('canary', { project: true })).toMatchObject({ answer: { result: {} } });
  });
});

describeSandboxed('G5: a managed policy', () => {
  // Only root may write its place; a namespace of our own has another one.
  const underManaged = (text: string) => {
    const path = join(box.home, 'managed.json');
    write(path, text);
    return ['bwrap', '--dev-bind', '/', '/', '--tmpfs', '/etc', '--ro-bind', path, '/etc/pinfold/policy.json', '--'];
  };

  test.each<[string, string, string, number]>([
    ['that nobody can parse forbids', '{"version": 1,', 'policy-invalid', 78],
    ['that denies it', '{"version": 1, "noMatch": "deny"}', 'policy-denied', 77],
  ])('%s', async (_, text, code, exit) => {
    expect(await refused('canary', { prefix: underManaged(text) })).toMatchObject({ code, exitCode: exit });
  });

  test('that allows it lets it start', async () => {
    expect(await start('canary', { prefix: underManaged('{"version": 1, "noMatch": "allow"}') })).toMatchObject({ answer: { result: {} } });
  });
});

describe('G5: remedies are commands that do what they say', () => {
  test.each<[string, () => void | Promise<void>]>([
    ['the tree is missing', () => remove(tree())],
    ['the tree was changed', () => chmodSync(join(tree(), 'node_modules', '@pinfold-fixture', 'canary', 'index.js'), 0o666)],
    ['the pin was edited', () => edit(lock(), (text) => text.replace('"block"', '"observe"'))],
  ])('%s: the printed command makes it start again, and adds nothing elsewhere', async (_, damage) => {
    const pins = () => Object.keys(JSON.parse(readFileSync(lock(), 'utf8')).pins);
    await damage();
    const { remedy } = await refused();
    expect(await follow(remedy)).toMatchObject({ code: 0 });
    expect(pins()).toEqual(['canary']);
    expect(await start()).toMatchObject({ answer: { result: {} }, exit: 0 });
  });

  test('a damaged ticket: the audit that is named prints the command that helps', async () => {
    edit(ticketPath(), (text) => text.replace('"block"', '"observe"'));
    const { remedy } = await refused();
    const said = await follow(remedy);
    const hint = /hint: (pinfold .*)/.exec(said.stdout)?.[1] ?? null;
    expect(await follow(hint)).toMatchObject({ code: 0 });
    expect(await start()).toMatchObject({ answer: { result: {} } });
  });

  test('a policy that denies: the command that is named says why', async () => {
    policy({ version: 1, deny: [{ subject: 'pkg:npm/%40pinfold-fixture/canary', reason: 'stolen keys' }] });
    const { remedy } = await refused();
    expect(await follow(remedy)).toMatchObject({ code: 1, stdout: expect.stringContaining('stolen keys') });
  });

  test('a policy or a lock that is damaged: the sentence names the file, and doing as it says helps', async () => {
    policy('{');
    const policyRefusal = await refused();
    expect(policyRefusal.remedy).toContain(join(box.config, 'policy.json'));
    rmSync(join(box.config, 'policy.json'));
    edit(lock(), (text) => text.slice(0, -40));
    expect((await refused()).remedy).toContain(lock());
    whole.restore();
    expect(await start()).toMatchObject({ answer: { result: {} } });
  });

  test('no pin: the list that is named shows what there is', async () => {
    const { remedy } = await refused('nobody');
    expect(await follow(remedy)).toMatchObject({ code: 0, stdout: expect.stringContaining('canary') });
  });
});

describe('G5: no command lets anything through because something failed', () => {
  test.each<[string, () => void, readonly string[], number]>([
    [
      '--yes without a policy that approves',
      () => rmSync(join(box.config, 'policy.json')),
      ['install', '--yes', '--no-probe', '@pinfold-fixture/installer'],
      75,
    ],
    ['--yes with a policy that cannot be read', () => policy('{'), ['install', '--yes', '--no-probe', '@pinfold-fixture/installer'], 3],
    [
      '--yes with gains above what policy approves',
      () => policy({ version: 1, autoApprove: 'none' }),
      ['install', '--yes', '--no-probe', '@pinfold-fixture/installer'],
      75,
    ],
    [
      'a policy that denies',
      () => policy({ version: 1, autoApprove: 'red', deny: [{ subject: 'pkg:npm/%40pinfold-fixture/*', reason: 'no' }] }),
      ['install', '--yes', '--no-probe', '@pinfold-fixture/installer'],
      1,
    ],
    [
      'a registry with other bytes',
      () => box.registry.lie('@pinfold-fixture/installer', { tarball: () => Buffer.from('other') }),
      ['install', '--yes', '--no-probe', '@pinfold-fixture/installer'],
      1,
    ],
    [
      'a damaged lock',
      () => edit(lock(), (text) => text.slice(0, -40)),
      ['install', '--yes', '--no-probe', '@pinfold-fixture/installer'],
      3,
    ],
  ])('%s', async (_, given, args, exit) => {
    given();
    const before = [join(box.home, '.cursor', 'mcp.json'), lock()].map((path) => readFileSync(path));
    const said = await box.pinfold(args, { env: { npm_config_cache: join(box.home, 'cold-cache') } });
    box.registry.honest();
    expect(said.code, said.stderr).toBe(exit);
    expect([join(box.home, '.cursor', 'mcp.json'), lock()].map((path) => readFileSync(path))).toEqual(before);
    expect(existsSync(join(box.data, 'tickets', 'user', 'installer.json'))).toBe(false);
  });
});

function ticketPath(): string {
  return join(box.data, 'tickets', 'user', 'canary.json');
}

function tree(): string {
  return treeOf(box.data, '@pinfold-fixture/canary');
}
