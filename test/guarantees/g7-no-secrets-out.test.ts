import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filesBelow, launch, type Machine, machine, realProgram, type Said, write } from '../support/guarantee.ts';

/** One value per way in which pinfold meets a secret. Shaped like none, so that no pattern could know them. */
const secrets = Object.fromEntries(
  [
    'entry env',
    'replaced entry env',
    '--env',
    'header',
    'process env',
    'npm token',
    'npm password',
    'entry url password',
    'entry url query',
    'registry password',
    'proxy password',
    'input of the editor',
  ].map((where, at) => [where, `baa${at}wolf${'xyzzy'.repeat(2)}${at}`]),
) as Readonly<Record<string, string>>;

const chatty = '@pinfold-fixture/chatty';
let box: Machine;
const said: (Said & { readonly args: readonly string[] })[] = [];

beforeAll(async () => {
  box = await machine({ token: secrets['npm token'] ?? '' });
  box.env['SOME_SERVICE_TOKEN'] = secrets['process env'] ?? '';
  const registry = box.registry.url.replace('http:', '');
  write(
    join(box.home, '.npmrc'),
    `${registry}:_authToken=${secrets['npm token']}\n//other.example/:_password=${Buffer.from(secrets['npm password'] ?? '').toString('base64')}\n//other.example/:username=ada\n`,
  );
  const servers = {
    one: { command: 'npx', args: ['-y', '@pinfold-fixture/slug@1.0.0'], env: { SLUG_KEY: secrets['entry env'] } },
    canary: { command: 'npx', args: ['-y', '@pinfold-fixture/canary'], env: { CANARY_KEY: secrets['replaced entry env'] } },
    hosted: { url: 'https://mcp.example/v1', headers: { Authorization: `Bearer ${secrets['header']}` } },
    basic: { url: `https://ada:${secrets['entry url password']}@mcp.example/v1?api_key=${secrets['entry url query']}` },
  };
  write(join(box.home, '.cursor', 'mcp.json'), JSON.stringify({ mcpServers: servers }, null, 2));
  write(
    join(box.home, '.config', 'Code', 'User', 'mcp.json'),
    JSON.stringify({ servers: { ...servers, odd: { command: 7, env: { ODD: secrets['input of the editor'] } } } }, null, 2),
  );
  write(join(box.home, '.claude.json'), `{"mcpServers": {"broken": {"command": "x", "env": {"K": "${secrets['entry env']}"}}`);
  // A server that puts its key into its words, so that they must be pinned without it.
  const server = `#!/usr/bin/env node
import { serve } from '@pinfold-fixture/mini-mcp';
const description = 'Uses the key ' + process.env.CHATTY_KEY + (process.env.LOUD ? ' loudly' : '') + '.';
console.error('started with', process.argv.length);
serve({ info: { name: 'chatty', version: '1' }, instructions: description, tools: [{ name: 'say', description, inputSchema: { type: 'object' }, run: () => 'x' }] });
`;
  for (const version of ['1.0.0', '1.1.0']) {
    const manifest = {
      name: chatty,
      version,
      type: 'module',
      bin: { chatty: 'index.js' },
      dependencies: { '@pinfold-fixture/mini-mcp': '^1.0.0' },
    };
    box.registry.publish(chatty, version, { 'package.json': JSON.stringify(manifest), 'index.js': `${server}// ${version}` });
  }
});

afterAll(() => box.close());

async function pinfold(args: readonly string[], env: Record<string, string> = {}, answers?: readonly string[]): Promise<Said> {
  const result = await box.pinfold(args, { env, ...(answers === undefined ? {} : { answers }) });
  said.push({ ...result, args });
  return result;
}

async function session(name: string, env: Record<string, string>): Promise<Said> {
  const { exit, stderr } = await launch([...realProgram, 'run', name], { ...box.env, ...env }, box.home);
  const result = { code: exit, stdout: '', stderr };
  said.push({ ...result, args: ['run', name] });
  return result;
}

/** Which secret is in these bytes, in clear, percent-encoded, as base64 or as JSON would escape it. */
function secretIn(bytes: Buffer): string | undefined {
  const text = bytes.toString('latin1');
  return Object.keys(secrets).find((where) => {
    const value = secrets[where] ?? '';
    const encoded = [0, 1, 2].map((shift) =>
      Buffer.from('x'.repeat(shift) + value)
        .toString('base64')
        .slice(4, -4),
    );
    return [value, Buffer.from(value).toString('hex'), ...encoded].some((form) => text.includes(form));
  });
}

describe('G7: no secret leaves the place where its owner keeps it', () => {
  test('every command, those that fail included: no secret in anything that is printed', { timeout: 60_000 }, async () => {
    const key = { CHATTY_KEY: secrets['--env'] ?? '' };
    const install = ['install', '--yes', '--client', 'cursor,vscode'];
    for (const json of [[], ['--json']]) {
      expect(await pinfold(['list', ...json])).toMatchObject({ code: expect.any(Number), stdout: expect.stringContaining('mcp.example') });
      await pinfold(['audit', ...json]);
      await pinfold(['info', ...json, `${chatty}@1.0.0`], key);
    }
    expect(
      // Into a file: a test has no business in the keychain of the machine that it runs on.
      await pinfold(
        [...install, '--no-probe', '--name', 'chatty', '--file', '--env', `CHATTY_KEY=${secrets['--env']}`, `${chatty}@1.0.0`],
        key,
      ),
    ).toMatchObject({ code: 0 });
    expect(await pinfold([...install, '--json', '--name', 'canary', '--', 'npx', '-y', '@pinfold-fixture/canary'])).toMatchObject({
      code: 0,
    });
    // First use pins the words; the second launch says others, which are withheld and wait.
    expect(await session('chatty', key)).toMatchObject({ code: 0 });
    expect(await session('chatty', { ...key, LOUD: 'yes' })).toMatchObject({ code: 0 });
    const waiting = readFileSync(join(box.data, 'pending', 'user', 'chatty.json'), 'utf8');
    expect(waiting).toContain('loudly');
    expect(waiting).toContain('{{');
    await pinfold(['diff', 'chatty', `${chatty}@1.1.0`], key);
    await pinfold(['approve', 'chatty'], key, ['n']);
    expect(await pinfold(['approve', 'chatty'], key, ['y'])).toMatchObject({ code: 0, stderr: expect.stringContaining('loudly') });
    expect(await pinfold(['update', 'chatty', '--yes'], key)).toMatchObject({ code: 0 });
    expect(await session('chatty', key)).toMatchObject({ code: 0 });
    expect(await session('nobody', key)).toMatchObject({ code: 127 });
    for (const json of [[], ['--json']]) {
      await pinfold(['list', ...json]);
      await pinfold(['audit', ...json]);
      await pinfold(['store', 'verify', ...json]);
    }
    // Failures, each with something secret near it.
    expect(await pinfold(['info', '@pinfold-fixture/slug'], { npm_config_userconfig: '/nonexistent' })).not.toMatchObject({ code: 0 });
    expect(
      await pinfold(['info', 'slug-of-nobody'], { npm_config_registry: `http://ada:${secrets['registry password']}@127.0.0.1:9/` }),
    ).not.toMatchObject({ code: 0 });
    await pinfold(['info', 'slug-of-nobody'], {
      https_proxy: `http://ada:${secrets['proxy password']}@127.0.0.1:9/`,
      npm_config_registry: 'https://registry.example/',
    });
    await pinfold(['info', 'slug-of-nobody'], {
      https_proxy: `http://ada:${secrets['proxy password']}@:bad/`,
      npm_config_registry: 'https://registry.example/',
    });
    await pinfold([...install, '--env', `=${secrets['--env']}`, chatty]);
    await pinfold([...install, '--env', `NOT A NAME=${secrets['--env']}`, chatty]);
    await pinfold([...install, '--client', 'claude-code', '--name', 'broken', '--env', `K=${secrets['--env']}`, chatty]);
    await pinfold(['install', '--client', 'cursor', '--name', 'hosted', '--env', `K=${secrets['--env']}`, chatty]);
    await pinfold(['install', '--no-probe', '--client', 'cursor', '--env', `K=${secrets['--env']}`, '@pinfold-fixture/notes']);
    await pinfold(['install', `https://ada:${secrets['entry url password']}@mcp.example/v1`]);
    box.registry.lie('@pinfold-fixture/notes', {
      answer: (_, response) => Boolean(response.writeHead(500).end(`token ${secrets['npm token']}`)),
    });
    await pinfold(['info', '@pinfold-fixture/notes'], { npm_config_cache: join(box.home, 'cold') });
    box.registry.honest();
    writeFileSync(join(box.home, '.npmrc'), `${readFileSync(join(box.home, '.npmrc'), 'utf8')}\nca = "${secrets['npm password']}\n`);
    await pinfold(['info', '@pinfold-fixture/notes'], { npm_config_cache: join(box.home, 'cold') });
    // What the entry held that it replaced is kept, and goes with it: somebody has to say so.
    expect(await pinfold(['remove', 'canary'])).toMatchObject({ code: 75 });
    expect(await pinfold(['remove', 'canary', '--yes'])).toMatchObject({ code: 0 });
    expect(await pinfold(['store', 'prune'])).toMatchObject({ code: 0 });
    expect(said.length).toBeGreaterThan(30);
    const leaks = said.flatMap(({ args, stdout, stderr }) =>
      Object.entries({ stdout, stderr }).flatMap(([stream, text]) => {
        const found = secretIn(Buffer.from(text));
        return found === undefined ? [] : [`${found} on ${stream} of ${args.join(' ')}`];
      }),
    );
    expect(leaks).toEqual([]);
  });

  test('nor in any file that pinfold or npm wrote, but in the configs, their backups and what it keeps, which only their owner can read', () => {
    const own = ['.cursor/mcp.json', '.config/Code/User/mcp.json', '.claude.json', '.npmrc'];
    const holding = new Map<string, string>();
    let searched = 0;
    for (const { path, bytes } of filesBelow(box.home)) {
      searched += 1;
      const found = secretIn(bytes);
      if (found !== undefined) holding.set(relative(box.home, path), found);
    }
    expect(searched).toBeGreaterThan(30);
    const backups = [...holding.keys()].filter((path) => path.startsWith('.local/share/pinfold/backups/'));
    const kept = '.local/share/pinfold/secrets/user/chatty.json';
    expect([...holding].filter(([path]) => ![...own, ...backups, kept].includes(path))).toEqual([]);
    // They are where they belong, or the search would find nothing anywhere.
    expect([...holding.keys()]).toEqual(expect.arrayContaining(['.cursor/mcp.json', '.config/Code/User/mcp.json']));
    expect(backups.length).toBeGreaterThan(1);
    for (const path of [...backups, kept]) expect(statSync(join(box.home, path)).mode & 0o077, path).toBe(0);
    const journals = join(box.data, 'transactions');
    expect(existsSync(journals) ? readdirSync(journals) : []).toEqual([]);
  });

  test('the names are there, the value where it is kept, and in no client: one that was lost would prove nothing', () => {
    const lock = readFileSync(join(box.config, 'lock.json'), 'utf8');
    expect(lock).toContain('CHATTY_KEY');
    const kept = JSON.parse(readFileSync(join(box.data, 'secrets', 'user', 'chatty.json'), 'utf8'));
    expect(kept.kept).toMatchObject([{ name: 'env CHATTY_KEY', item: { value: secrets['--env'] } }]);
    for (const file of ['.cursor/mcp.json', '.config/Code/User/mcp.json']) {
      const text = readFileSync(join(box.home, file), 'utf8');
      expect(text, file).toContain('"chatty"');
      expect(text, file).not.toContain(secrets['--env']);
    }
    expect(said.some(({ stdout }) => stdout.includes('CHATTY_KEY'))).toBe(true);
  });
});
