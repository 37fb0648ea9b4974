import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { releaseSchema } from '../../src/report/json/adopt.ts';
import { secretsListSchema, secretsMoveSchema } from '../../src/report/json/secrets.ts';
import { holders, type Machine, machine } from '../support/cli.ts';
import { startGuarded } from '../support/guarded.ts';
import { type MemoryKeychain, memoryKeychain } from '../support/keychain.ts';

const servers = join(import.meta.dirname, '..', '..', 'fixtures', 'servers');
/** Obviously made up; looked for in every file and every output. */
const canary = 'fake-canary-4b1d2f9c77';
const other = 'fake-other-77c9f2d1b4';

const config = `{
    // mine
    "mcpServers": {
        "own": {
            "command": "node", // as I like it
            "args": ["my/server.mjs"],
            "env": { "OWN_TOKEN": "${canary}", "LOG_LEVEL": "debug", "REF": "\${env:HOME_TOKEN}", "API_KEY": "<your key>", "VAULT_TOKEN": "op://private/own/token" },
            "timeout": 5
        },
        "loose": { "command": "node", "args": ["my/other.mjs"], "env": { "LOOSE_TOKEN": "${other}" } }
    }
}
`;

/** A server that writes down what it was given. */
function serverText(): string {
  return `import { writeFileSync } from 'node:fs';\nwriteFileSync('seen.json', JSON.stringify(process.env));\n${readFileSync(join(servers, 'probe-honest.mjs'), 'utf8')}`;
}

async function adopted(text = config): Promise<Machine & { readonly keychain: MemoryKeychain }> {
  const keychain = memoryKeychain();
  const m = (await machine({ clients: ['cursor', 'claude-desktop'] })).with((host) => ({ ...host, keychain }));
  m.write('my/probe-base.mjs', readFileSync(join(servers, 'probe-base.mjs'), 'utf8'));
  m.write('my/server.mjs', serverText());
  m.write('.cursor/mcp.json', text);
  expect((await m.run('adopt', '--yes', 'own')).code).toBe(0);
  return { ...m, keychain };
}

async function started(m: Machine): Promise<{ readonly code: number | string; readonly said: string }> {
  const server = startGuarded(m.host, ['run', 'own']);
  server.send({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } },
  });
  await server.answer(1);
  server.child.stdin.end();
  return { code: await server.ended(), said: server.stdout() + server.stderr() };
}

describe('secrets move', () => {
  test('takes plaintext out of the entry and of everything that pinfold keeps, into the keychain, and touches nothing else', async () => {
    const m = await adopted();
    const guarded = m.read('.cursor/mcp.json');
    const plan = await m.run('secrets', 'move', '--dry-run', 'own');
    expect(plan.stdout).toContain('would be moved; nothing was changed');
    expect(m.read('.cursor/mcp.json')).toBe(guarded);
    expect(m.keychain.asked).toBe(0);

    const ran = await m.run('secrets', 'move', 'own');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('moved 1 value to the keychain of this machine');
    expect(ran.stdout).toMatch(/own\s+cursor\s+moved\s+OWN_TOKEN/);
    expect(ran.stdout).not.toContain(canary);
    expect(holders(m, canary)).toEqual([]);
    expect([...m.keychain.items.values()]).toContain(canary);
    const now = m.read('.cursor/mcp.json');
    expect(now).toBe(guarded.replace(`"OWN_TOKEN": "${canary}", `, ''));
    expect((await m.run('secrets', 'list')).stdout).toMatch(/own\s+OWN_TOKEN\s+keychain/);
    expect((await m.run('status')).stdout).toContain('secrets: 1 value of 1 server in the keychain');
    // Nothing is left to do, and nothing is done.
    const again = await m.run('secrets', 'move', 'own');
    expect(again.stdout).toContain('no plaintext secrets were moved');
    expect(m.read('.cursor/mcp.json')).toBe(now);
  });

  test('without a keychain the values lie in one file for their owner alone, and that is said', async () => {
    const m = await adopted();
    m.keychain.broken = 'none';
    const ran = await m.run('secrets', 'move', 'own');
    expect(ran.stdout.replace(/\s+/g, ' ')).toContain('to a file that only you may read: there is no keychain');
    const record = '.local/share/pinfold/secrets/user/own.json';
    expect(holders(m, canary)).toEqual([record]);
    expect(statSync(join(m.home, record)).mode & 0o777).toBe(0o600);
    const document = secretsListSchema.parse(JSON.parse((await m.run('secrets', 'list', '--json')).stdout));
    expect(document.secrets).toMatchObject([{ server: 'own', name: 'OWN_TOKEN', where: 'file', used: true }]);
  });

  test('a keychain that refuses changes nothing; --file keeps them in a file', async () => {
    const m = await adopted();
    const before = m.read('.cursor/mcp.json');
    m.keychain.broken = 'failed';
    const ran = await m.run('secrets', 'move', 'own');
    expect(ran).toMatchObject({ code: 3, stderr: expect.stringContaining('--file') });
    expect(m.read('.cursor/mcp.json')).toBe(before);
    expect((await m.run('secrets', 'move', '--file', 'own')).code).toBe(0);
    expect(holders(m, canary)).toEqual(['.local/share/pinfold/secrets/user/own.json']);
  });

  test('an entry that is not behind the guard is told, with what to do first', async () => {
    const m = await adopted();
    const ran = await m.run('secrets', 'move', '--json');
    const { rows } = secretsMoveSchema.parse(JSON.parse(ran.stdout));
    expect(ran.code).toBe(3);
    expect(rows.map(({ name, how, moved }) => ({ name, how, moved }))).toEqual([
      { name: 'loose', how: 'left', moved: [] },
      { name: 'own', how: 'moved', moved: ['OWN_TOKEN'] },
    ]);
    expect(rows[0]?.hint).toBe('pinfold adopt --client cursor loose');
    expect(m.read('.cursor/mcp.json')).toContain(other);
  });

  test('different values of one server in two clients are never merged: both places are said and stay', async () => {
    const m = await adopted();
    const entry = JSON.stringify({ mcpServers: { own: { command: 'node', args: ['my/server.mjs'], env: { OWN_TOKEN: other } } } });
    m.write('.config/Claude/claude_desktop_config.json', entry);
    expect((await m.run('adopt', '--yes', '--client', 'claude-desktop')).code).toBe(0);
    const files = ['.cursor/mcp.json', '.config/Claude/claude_desktop_config.json'];
    const before = files.map((file) => m.read(file));
    for (const choice of [[], ['--client', 'cursor']]) {
      const ran = await m.run('secrets', 'move', 'own', ...choice);
      expect(ran.code).toBe(3);
      const text = ran.stdout.replace(/\s+/g, ' ');
      expect(text).toContain('hold different values');
      expect(text).toContain('claude_desktop_config.json');
      expect(text).not.toMatch(/fake-/);
    }
    expect(files.map((file) => m.read(file))).toEqual(before);
    expect(m.keychain.items.size).toBe(0);
    m.write(files[1] ?? '', m.read(files[1] ?? '').replace(other, canary));
    expect((await m.run('secrets', 'move', 'own')).code).toBe(0);
    expect(holders(m, canary)).toEqual([]);
  });

  test('a new value in the entry takes the place of the one that is kept', async () => {
    const m = await adopted();
    await m.run('secrets', 'move', 'own');
    m.write('.cursor/mcp.json', m.read('.cursor/mcp.json').replace('"LOG_LEVEL"', `"OWN_TOKEN": "${other}x", "LOG_LEVEL"`));
    const ran = await m.run('secrets', 'move', 'own');
    expect(ran.stdout).toContain('in place of an older value');
    expect([...m.keychain.items.values()].filter((value) => value.startsWith('fake-'))).toEqual([`${other}x`]);
  });

  test('audit says where plaintext stands, with the command that moves it, and then no more', async () => {
    const m = await adopted();
    const before = await m.run('audit');
    expect(before.stdout.replace(/\s+/g, ' ')).toContain('keeps OWN_TOKEN in plain text');
    expect(before.stdout).toContain('pinfold secrets move own');
    expect(before.stdout).not.toContain(canary);
    await m.run('secrets', 'move', 'own');
    const after = await m.run('audit');
    expect(after.stdout).not.toContain('OWN_TOKEN');
    expect(after.stdout).toContain('LOOSE_TOKEN');
  });
});

test('audit names the file as people write it; `restore` has no copy any more, and says the way back', async () => {
  const m = await adopted();
  expect((await m.run('audit')).stdout.replace(/\s+/g, ' ')).toContain('in plain text in ~/.cursor/mcp.json');
  await m.run('secrets', 'move', 'own');
  for (const words of [['--yes'], ['--yes', join(m.home, '.cursor/mcp.json')]]) {
    const ran = await m.run('restore', ...words);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('went when its secrets were moved');
    expect(ran.stderr).toContain('hint: pinfold release own');
  }
  expect((await m.run('restore', '--list')).stdout).toContain('secrets move');
  expect((await m.run('release', '--yes', 'own')).code).toBe(0);
  expect(m.read('.cursor/mcp.json')).toBe(config);
  // The copy from between, guarded and without the values, is not the original.
  await m.run('restore', '--yes');
  expect(m.read('.cursor/mcp.json')).toBe(config);
});

describe('release puts back', () => {
  test('the file byte for byte, and nothing stays in the keychain', async () => {
    const m = await adopted();
    await m.run('secrets', 'move', 'own');
    const ran = await m.run('release', '--yes', 'own');
    expect(ran.code).toBe(0);
    expect(m.read('.cursor/mcp.json')).toBe(config);
    expect(ran.stdout + ran.stderr).not.toContain(canary);
    expect(m.keychain.items.size).toBe(0);
    expect(existsSync(join(m.host.places.data, 'secrets', 'user', 'own.json'))).toBe(false);
  });

  test('only its entry where the file was edited meanwhile, with the value that counts now', async () => {
    const m = await adopted();
    await m.run('secrets', 'move', 'own');
    m.write('.cursor/mcp.json', m.read('.cursor/mcp.json').replace('// mine', '// still mine'));
    expect((await m.piped(`${other}\n`, 'secrets', 'set', 'own', 'OWN_TOKEN')).code).toBe(0);
    expect((await m.run('release', '--yes', 'own')).code).toBe(0);
    expect(m.read('.cursor/mcp.json')).toBe(config.replace('// mine', '// still mine').replace(canary, other));
  });

  test('works without the lock', async () => {
    const m = await adopted();
    await m.run('secrets', 'move', 'own');
    m.write('.config/pinfold/lock.json', 'damaged');
    expect((await m.run('release', '--yes', 'own')).code).toBe(0);
    expect(m.read('.cursor/mcp.json')).toBe(config);
  });

  test('an entry stays behind the guard, and that is said, when the keychain is not there', async () => {
    const m = await adopted();
    await m.run('secrets', 'move', 'own');
    const before = m.read('.cursor/mcp.json');
    m.keychain.broken = 'failed';
    const ran = await m.run('release', '--yes', 'own');
    expect(ran).toMatchObject({ code: 3, stdout: expect.stringContaining('keychain') });
    expect(m.read('.cursor/mcp.json')).toBe(before);
    m.keychain.broken = null;
    expect((await m.run('release', '--yes', 'own')).code).toBe(0);
    expect(m.read('.cursor/mcp.json')).toBe(config);
  });
});

describe('at launch', () => {
  test('the server is given what is kept, over what the client gave; no output, no argument and no record holds it', async () => {
    const m = await adopted();
    m.keychain.broken = 'none';
    await m.run('secrets', 'move', 'own');
    const { code, said } = await started(m);
    expect(code).toBe(0);
    expect(JSON.parse(m.read('seen.json'))['OWN_TOKEN']).toBe(canary);
    expect(said).not.toContain(canary);
    expect(holders(m, canary)).toEqual(['.local/share/pinfold/secrets/user/own.json', 'seen.json']);
  });

  test('a secret that cannot be had is a refusal with a way out, and no server', async () => {
    const m = await adopted();
    await m.run('secrets', 'move', 'own');
    // The real program has no keychain here.
    const { code, said } = await started(m);
    expect(code).toBe(78);
    expect(said).toContain('pinfold secrets set own OWN_TOKEN');
    expect(existsSync(join(m.home, 'seen.json'))).toBe(false);
  });
});

describe('set and remove', () => {
  test('set keeps a value from standard input or a variable; what decides which code runs is not taken', async () => {
    const m = await adopted();
    const fed = m.with((host) => ({ ...host, env: { ...host.env, FROM_HERE: other } }));
    expect((await fed.run('secrets', 'set', 'own', 'EXTRA_TOKEN', '--from', 'FROM_HERE')).code).toBe(0);
    expect([...m.keychain.items.values()]).toEqual([other]);
    for (const name of ['NODE_OPTIONS', 'LD_PRELOAD', 'PATH', 'a b'])
      expect((await m.piped('x', 'secrets', 'set', 'own', name)).code).toBe(2);
    expect((await m.piped('', 'secrets', 'set', 'own', 'EXTRA_TOKEN')).code).toBe(2);
    expect((await m.piped('x', 'secrets', 'set', 'nobody', 'EXTRA_TOKEN')).code).toBe(3);
  });

  test('remove deletes what is kept, after it was said', async () => {
    const m = await adopted();
    await m.run('secrets', 'move', 'own');
    const refused = await m.run('remove', 'own');
    expect(refused).toMatchObject({ code: 75, stderr: expect.stringContaining('OWN_TOKEN') });
    expect((await m.person(['n'], 'remove', 'own')).code).not.toBe(0);
    expect(m.keychain.items.size).toBe(2);
    const ran = await m.person(['y'], 'remove', 'own');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('deleted the secrets that were kept for it: OWN_TOKEN');
    expect(m.keychain.items.size).toBe(0);
  });

  test('release never deletes a value that no entry holds: it names it, and its pin stays for it', async () => {
    const m = await adopted();
    await m.run('secrets', 'move', 'own');
    await m.piped(other, 'secrets', 'set', 'own', 'EXTRA_TOKEN');
    const ran = await m.run('release', '--yes', 'own');
    expect(ran.code).toBe(0);
    const said = (ran.stderr + ran.stdout).replace(/\s+/g, ' ');
    expect(said).toContain('keeps the pin own for EXTRA_TOKEN: kept with it, and in no entry');
    expect(said).toContain('still kept, because no entry holds it: EXTRA_TOKEN; delete with: pinfold remove own');
    expect(said).not.toMatch(/fake-/);
    expect(m.read('.cursor/mcp.json')).toBe(config);
    expect([...m.keychain.items.values()]).toContain(other);
    expect((await m.run('secrets', 'list')).stdout).toContain('EXTRA_TOKEN');

    // Nothing is left that release could put anything into: the hint says no more than what works.
    const refused = await m.run('remove', 'own');
    expect(refused).toMatchObject({ code: 75, stderr: expect.stringContaining('EXTRA_TOKEN') });
    expect(refused.stderr).not.toContain('pinfold release');
    expect((await m.run('remove', '--yes', 'own')).stdout).toContain('deleted the secrets that were kept for it: EXTRA_TOKEN');
    expect(m.keychain.items.size).toBe(0);
  });

  test('a value that came back in the entry keeps no pin', async () => {
    const m = await adopted();
    await m.run('secrets', 'move', 'own');
    await m.piped(other, 'secrets', 'set', 'own', 'OWN_TOKEN'); // in the place of the one that was moved
    const { entries } = releaseSchema.parse(JSON.parse((await m.run('release', '--yes', '--json', 'own')).stdout));
    expect(entries).toMatchObject([{ forgotten: true, keeps: [] }]);
    expect(m.read('.cursor/mcp.json')).toBe(config.replace(canary, other));
    expect(m.keychain.items.size).toBe(0);
  });

  test('what the keychain does not say now is not taken for a value that came back', async () => {
    const m = await adopted();
    await m.piped(canary, 'secrets', 'set', 'own', 'EXTRA_TOKEN'); // the entry holds the same
    m.keychain.broken = 'failed';
    const { entries } = releaseSchema.parse(JSON.parse((await m.run('release', '--yes', '--json', 'own')).stdout));
    expect(entries).toMatchObject([{ forgotten: false, keeps: ['EXTRA_TOKEN'] }]);
  });
});
