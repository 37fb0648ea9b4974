import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { nodeHost } from '../../src/host/node.ts';
import { digestBytes } from '../../src/model/digest.ts';
import { errorCodes, GuardError } from '../../src/model/errors.ts';
import { gateRules } from '../../src/operations/gate-rules.ts';
import { hashTreeLater } from '../../src/operations/hash-tree-later.ts';
import { clearLaunch, launchTicket } from '../../src/operations/launch-checks.ts';
import { serverEnvironment } from '../../src/operations/server-environment.ts';
import { firstUseFile } from '../../src/store/first-use.ts';
import { trustLock } from '../../src/store/trust.ts';
import { temporaryHome, temporaryHost } from '../support/home.ts';
import { approve, tool } from '../support/launch.ts';

const place = { name: 'sample', scope: 'user', project: null } as const;

async function approved(host: Host, more: Partial<Parameters<typeof approve>[0]> = {}) {
  return approve({ name: 'sample', server: 'gate-big.mjs', manifest: {}, ...more }, host);
}

/** Code, exit code and hint of the refusal; null = the launch is cleared. */
async function cleared(from: Parameters<typeof launchTicket>[0], host: Host) {
  return clearLaunch(await launchTicket(from, host), from, host);
}

async function refusal(host: Host, from: Parameters<typeof launchTicket>[0] = place) {
  try {
    await cleared(from, host);
    return null;
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    return { code: cause.code, exit: errorCodes[cause.code].run, hint: cause.hint, why: cause.why };
  }
}

function editLock(lock: string, edit: (text: string) => string): void {
  writeFileSync(lock, edit(readFileSync(lock, 'utf8')));
}

describe('the tree must be byte for byte what was sealed', () => {
  test('an untouched tree is cleared', async () => {
    const host = temporaryHost();
    await approved(host);
    expect(await refusal(host)).toBeNull();
  });

  test.each<[string, (tree: string) => void]>([
    [
      'one byte flipped, size and mtime restored',
      (tree) => {
        const file = join(tree, 'gate-big.mjs');
        const { atime, mtime } = statSync(file);
        chmodSync(file, 0o644);
        const bytes = readFileSync(file);
        bytes[10] = (bytes[10] ?? 0) ^ 1;
        writeFileSync(file, bytes);
        chmodSync(file, 0o444);
        utimesSync(file, atime, mtime);
      },
    ],
    [
      'a file added',
      (tree) => {
        chmodSync(tree, 0o755);
        writeFileSync(join(tree, 'index.js'), '');
        chmodSync(tree, 0o555);
      },
    ],
    [
      'a file swapped for a symlink',
      (tree) => {
        chmodSync(tree, 0o755);
        renameSync(join(tree, 'gate-big.mjs'), join(tree, '..', 'copy.mjs'));
        symlinkSync('../copy.mjs', join(tree, 'gate-big.mjs'));
        chmodSync(tree, 0o555);
      },
    ],
    [
      'a file removed',
      (tree) => {
        chmodSync(tree, 0o755);
        rmSync(join(tree, 'gate-big.mjs'));
      },
    ],
  ])('%s', async (_, attack) => {
    const host = temporaryHost();
    const { tree } = await approved(host);
    attack(tree);
    expect(await refusal(host)).toMatchObject({ code: 'tree-changed', exit: 65, hint: 'pinfold trust --scope user' });
  });

  test('the whole tree gone', async () => {
    const host = temporaryHost();
    const { tree } = await approved(host);
    await host.files.remove(tree);
    expect(await refusal(host)).toMatchObject({ code: 'tree-missing', exit: 65 });
  });

  test('a tree that was copied back, with other inodes and times and the right bytes, is cleared', async () => {
    const host = temporaryHost();
    const { tree } = await approved(host);
    const bytes = readFileSync(join(tree, 'gate-big.mjs'));
    await host.files.remove(tree);
    await host.files.create(join(tree, 'gate-big.mjs'), bytes, 0o444);
    await host.files.chmod(tree, 0o555);
    expect(await refusal(host)).toBeNull();
  });
});

describe('a tree that was hashed long ago is hashed while the server runs', () => {
  test.each([
    ['sound: the server goes on', false],
    ['changed: the server is killed', true],
  ])('%s', async (_, attacked) => {
    const host = temporaryHost();
    const { tree } = await approved(host);
    const { ticket, stale } = await cleared(place, host);
    if (ticket.tree === null) throw new Error('it has a tree');
    expect(stale).toBe(true);
    const file = join(tree, 'gate-big.mjs');
    chmodSync(file, 0o644);
    if (attacked) writeFileSync(file, 'evil');
    else chmodSync(file, 0o444);
    const [killed, notices, start] = [[] as string[], [] as string[], new AbortController()];
    const watched = hashTreeLater(
      ticket,
      { kill: (signal) => void killed.push(signal) },
      start.signal,
      (text) => void notices.push(text),
      host,
    );
    expect(killed).toEqual([]);
    start.abort();
    await watched.done;
    expect(watched.changed).toBe(attacked);
    expect(killed).toEqual(attacked ? ['SIGKILL'] : []);
    expect(notices.join()).toEqual(attacked ? expect.stringContaining('gate-big.mjs has other bytes') : '');
    if (!attacked) expect((await cleared(place, host)).stale).toBe(false);
  });
});

test('modules beside the trees, which a server would find too, are no approved bytes', async () => {
  const host = temporaryHost();
  await approved(host);
  await host.files.create(join(host.places.data, 'trees', 'node_modules', 'optional', 'index.js'), Buffer.from('evil'), 0o644);
  expect(await refusal(host)).toMatchObject({ code: 'tree-changed', exit: 65, why: expect.stringContaining('node_modules') });
});

describe('the lock must say what the ticket was made from', () => {
  test.each<[string, (lock: string) => void, object]>([
    [
      'another argument',
      (lock) => editLock(lock, (text) => text.replace('"args": []', '"args": ["--evil"]')),
      { code: 'approval-needed', exit: 75 },
    ],
    ['another mode', (lock) => editLock(lock, (text) => text.replace('"block"', '"observe"')), { code: 'approval-needed', exit: 75 }],
    ['no such pin', (lock) => editLock(lock, (text) => text.replace('"sample": {', '"other": {')), { code: 'pin-not-found', exit: 127 }],
    ['no file', (lock) => rmSync(lock), { code: 'pin-not-found', exit: 127 }],
    ['cut short', (lock) => editLock(lock, (text) => text.slice(0, -30)), { code: 'lock-invalid', exit: 78 }],
    ['empty', (lock) => editLock(lock, () => ''), { code: 'lock-invalid', exit: 78 }],
    [
      'a folder',
      (lock) => {
        rmSync(lock);
        mkdirSync(lock);
      },
      { code: 'lock-invalid', exit: 78 },
    ],
    [
      'of a newer pinfold',
      (lock) => editLock(lock, (text) => text.replace('"version": 1', '"version": 2')),
      { code: 'lock-too-new', exit: 78 },
    ],
    [
      'without a version',
      (lock) => editLock(lock, (text) => text.replace(/,\s*"version": 1\s*\}\s*$/, '}')),
      { code: 'lock-invalid', exit: 78 },
    ],
    [
      'not UTF-8',
      (lock) => writeFileSync(lock, Buffer.concat([readFileSync(lock), Buffer.from([0xff])])),
      { code: 'lock-invalid', exit: 78 },
    ],
  ])('%s', async (_, attack, expected) => {
    const host = temporaryHost();
    const { lock } = await approved(host);
    attack(lock);
    expect(await refusal(host)).toMatchObject(expected);
  });

  test('only spaced otherwise is the same lock', async () => {
    const host = temporaryHost();
    const { lock } = await approved(host);
    editLock(lock, (text) => JSON.stringify(JSON.parse(text)));
    expect(await refusal(host)).toBeNull();
  });
});

describe('the ticket', () => {
  test('of nobody', async () => {
    expect(await refusal(temporaryHost())).toMatchObject({ code: 'pin-not-found', exit: 127 });
  });
  test('damaged', async () => {
    const host = temporaryHost();
    await approved(host);
    const path = join(host.places.data, 'tickets', 'user', 'sample.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"block"', '"observe"'));
    expect(await refusal(host)).toMatchObject({ code: 'ticket-invalid', exit: 65 });
  });
  test.each(['blocked', 'revoked'] as const)('of a %s pin', async (status) => {
    const host = temporaryHost();
    await approved(host, { pin: { status } });
    expect(await refusal(host)).toMatchObject({ code: 'pin-blocked', exit: 77 });
  });
});

describe('a policy that changed since the ticket was written is asked again', () => {
  const write = (host: Host, policy: object | string) =>
    host.files.writeAtomic(join(host.places.config, 'policy.json'), typeof policy === 'string' ? policy : JSON.stringify(policy));

  test('it denies: 77', async () => {
    const host = temporaryHost();
    await approved(host);
    await write(host, { version: 1, deny: [{ subject: 'pkg:npm/sample', reason: 'stolen' }] });
    expect(await refusal(host)).toMatchObject({ code: 'policy-denied', exit: 77, why: expect.stringContaining('stolen') });
  });
  test('it names only others: 77', async () => {
    const host = temporaryHost();
    await approved(host);
    await write(host, { version: 1, noMatch: 'deny', allow: [{ subject: 'pkg:npm/other', reason: 'known' }] });
    expect(await refusal(host)).toMatchObject({ code: 'policy-denied', exit: 77 });
  });
  test('it cannot be read: 78', async () => {
    const host = temporaryHost();
    await approved(host);
    await write(host, '{');
    expect(await refusal(host)).toMatchObject({ code: 'policy-invalid', exit: 78 });
  });
  test('it allows, in a stricter mode', async () => {
    const host = temporaryHost();
    await approved(host, { pin: { mode: 'warn' } });
    await write(host, { version: 1, mode: 'block' });
    expect((await cleared(place, host)).ticket.mode).toBe('block');
  });
  test('it may not loosen', async () => {
    const host = temporaryHost();
    await approved(host);
    await write(host, { version: 1, mode: 'observe' });
    expect((await cleared(place, host)).ticket.mode).toBe('block');
  });
  test('one that was there and is gone is a change too', async () => {
    const host = temporaryHost();
    await write(host, { version: 1 });
    await approved(host);
    expect(await refusal(host)).toBeNull();
    await host.files.remove(join(host.places.config, 'policy.json'));
    expect(await refusal(host)).toBeNull();
  });
});

describe('a lock that came with a project', () => {
  test('counts only after somebody trusted these very bytes', async () => {
    const { home, env } = temporaryHome();
    const project = join(home, 'project');
    mkdirSync(join(project, '.git'), { recursive: true });
    const host = nodeHost({ env, cwd: project });
    const { lock } = await approved(host, { project });
    const from = { name: 'sample', scope: 'project', project } as const;
    expect(await refusal(host, from)).toMatchObject({ code: 'lock-untrusted', exit: 75, hint: 'pinfold trust' });
    await trustLock(project, digestBytes(readFileSync(lock)), host);
    expect(await refusal(host, from)).toBeNull();
    editLock(lock, (text) => `${text} `);
    expect(await refusal(host, from)).toMatchObject({ code: 'lock-untrusted' });
  });
});

describe('what the gate is told', () => {
  const launchOf = async (host: Host, more: Partial<Parameters<typeof approve>[0]>) => {
    await approved(host, more);
    const { ticket } = await cleared(place, host);
    const firstUse = firstUseFile(place, ticket.pinDigest, host);
    return gateRules(ticket, { firstUse, place, remedy: 'pinfold approve sample' }, { cwd: '/somewhere/else' }, host);
  };
  test('templates are filled from this launch', async () => {
    const rules = await launchOf(temporaryHost(), {
      manifest: { tools: [tool('a', { description: 'in /probe/folder' })] },
      surroundings: { cwd: '/probe/folder' },
    });
    expect(rules.enforced.items.tools.get('a')?.digest).not.toBeUndefined();
    expect(rules.learning.size).toBe(0);
  });
  test('a pin without a manifest lets nothing through', async () => {
    const rules = await launchOf(temporaryHost(), { manifest: null });
    expect(rules.learning.size).toBe(0);
    expect(rules.enforced.items.tools.size).toBe(0);
  });
  test('first use learns every kind and the instructions', async () => {
    const rules = await launchOf(temporaryHost(), { manifest: null, pin: { status: 'first-use' } });
    expect([...rules.learning].sort()).toEqual(['instructions', 'prompts', 'resourceTemplates', 'resources', 'tools']);
  });
});

describe('the environment of a server', () => {
  test.each([
    ['NODE_OPTIONS', '--require ./evil.js', true],
    ['NODE_OPTIONS', '-r ./evil.js', true],
    ['NODE_OPTIONS', '--max-old-space-size=100 --import=data:text/javascript,0', true],
    ['NODE_OPTIONS', '--experimental-loader evil', true],
    ['NODE_OPTIONS', '--max-old-space-size=100 --use-openssl-ca', false],
    ['node_options', '--import x', true],
    ['NODE_OPTIONS', '--experimental_loader=evil', true],
    ['NODE_OPTIONS', '"--require" "a b.js"', true],
    ['NODE_OPTIONS', '--snapshot-blob=evil.blob', true],
    ['NODE_OPTIONS', '--some-option-of-tomorrow', true],
    ['NODE_OPTIONS', '--max_old_space_size=4096', false],
    ['NODE_OPTIONS', '', false],
    ['NODE_COMPILE_CACHE', '/elsewhere', true],
    ['NODE_PATH', '/elsewhere', true],
    ['API_KEY', '--require', false],
  ])('%s=%s: taken out: %s', (name, value, taken) => {
    const { env, removed } = serverEnvironment({ [name]: value, HOME: '/h' });
    expect(removed).toEqual(taken ? [name] : []);
    expect(env).toEqual(taken ? { HOME: '/h' } : { [name]: value, HOME: '/h' });
  });
});
