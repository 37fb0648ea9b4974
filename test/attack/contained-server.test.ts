import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { certificate } from '../support/certificate.ts';
import { describeSandboxed } from '../support/contained.ts';
import { closed, contained, fs, service } from '../support/contained-server.ts';
import { startGuarded } from '../support/guarded.ts';
import { temporaryHome } from '../support/home.ts';

describeSandboxed('a server in its sandbox', () => {
  test('reads neither keys nor configurations, and has no privileges', async () => {
    const server = await contained({});
    const { home, config, data } = server.host.places;
    mkdirSync(join(home, '.ssh'));
    writeFileSync(join(home, '.ssh', 'id_ed25519'), 'key');
    expect(existsSync(join(config, 'lock.json'))).toBe(true);
    const paths = [join(home, '.ssh/id_ed25519'), join(config, 'lock.json'), join(data, 'tickets'), '/etc/shadow'];
    const read = await server.inside(`${fs} return ${JSON.stringify(paths)}.map((path) => attempt(() => fs.readFileSync(path, 'utf8')));`);
    expect(read).toEqual(['ENOENT', 'ENOENT', 'ENOENT', 'ENOENT']);
    const status = String(await server.inside(`${fs} return fs.readFileSync('/proc/self/status', 'utf8');`));
    expect([...status.matchAll(/^Cap(?:Eff|Prm|Bnd):\s+(\w+)$/gm)].map(([, set]) => set)).toEqual(Array(3).fill('0'.repeat(16)));
  });

  test('a home that is opened whole leaves keys, client configurations and pinfold closed', async () => {
    const { env, home } = temporaryHome();
    mkdirSync(join(home, '.ssh'));
    mkdirSync(join(home, '.cursor'));
    writeFileSync(join(home, '.ssh', 'id_ed25519'), 'key');
    writeFileSync(join(home, '.cursor', 'mcp.json'), '{}');
    writeFileSync(join(home, 'notes.txt'), 'notes');
    const server = await contained({ write: ['{{home}}'] }, {}, { home: { env, home } });
    const { config, data } = server.host.places;
    const result = await server.inside(`${fs}
      const home = ${JSON.stringify(home)};
      const writes = [home + '/.ssh/authorized_keys', home + '/.cursor/mcp.json', home + '/.bashrc', ${JSON.stringify(join(config, 'lock.json'))}, ${JSON.stringify(join(data, 'tickets/user/sample.json'))}];
      fs.writeFileSync(home + '/mine.txt', 'mine');
      for (const path of writes) attempt(() => fs.appendFileSync(path, 'attack'));
      return [fs.readFileSync(home + '/notes.txt', 'utf8'), attempt(() => fs.readFileSync(home + '/.ssh/id_ed25519', 'utf8')), attempt(() => fs.readdirSync(${JSON.stringify(join(data, 'tickets'))}))];`);
    expect(result).toEqual(['notes', 'ENOENT', 'ENOENT']);
    expect(readFileSync(join(home, 'mine.txt'), 'utf8')).toBe('mine');
    expect(existsSync(join(home, '.ssh', 'authorized_keys'))).toBe(false);
    expect(existsSync(join(home, '.bashrc')) ? readFileSync(join(home, '.bashrc'), 'utf8') : '').toBe('');
    for (const file of [join(home, '.cursor/mcp.json'), join(config, 'lock.json'), join(data, 'tickets/user/sample.json')])
      expect(readFileSync(file, 'utf8')).not.toContain('attack');
  });

  test('writes nothing outside, and what it tried is told with the command that allows it', async () => {
    const server = await contained({});
    const { home } = server.host.places;
    mkdirSync(join(home, 'notes'));
    const path = join(home, 'notes', 'a.md');
    await server.inside(
      `${fs} attempt(() => fs.mkdirSync(${JSON.stringify(join(home, 'notes'))}, { recursive: true })); attempt(() => fs.writeFileSync(${JSON.stringify(path)}, 'x')); attempt(() => fs.writeFileSync('/usr/pinfold-canary', 'x')); return 1;`,
    );
    expect(existsSync(path)).toBe(false);
    expect(existsSync('/usr/pinfold-canary')).toBe(false);
    await server.said(`pinfold sandbox allow sample write ${join(home, 'notes')}`);
    server.child.stdin.end();
    await server.ended();
    expect(readFileSync(join(server.host.places.data, 'ledger.jsonl'), 'utf8')).toContain('"contained"');
  });

  test('may change exactly the folder that is listed, and finds it there the next time', async () => {
    const server = await contained({ write: ['{{home}}/notes'] });
    const path = join(server.host.places.home, 'notes', 'a.md');
    await server.inside(`${fs} fs.writeFileSync(${JSON.stringify(path)}, 'kept'); return 1;`);
    expect(readFileSync(path, 'utf8')).toBe('kept');
  });

  test('a link that it put into its folder does not open what the link leads to', async () => {
    const { env, home } = temporaryHome();
    mkdirSync(join(home, 'notes'));
    mkdirSync(join(home, 'private'));
    writeFileSync(join(home, 'private', 'secret'), 'secret');
    symlinkSync(join(home, 'private'), join(home, 'notes', 'sub'));
    const server = await contained({ read: ['{{home}}/notes/sub'], write: ['{{home}}/notes'] }, {}, { home: { env, home } });
    const read = await server.inside(
      `${fs} return ['notes/sub/secret', 'private/secret'].map((path) => attempt(() => fs.readFileSync(${JSON.stringify(`${home}/`)} + path, 'utf8')));`,
    );
    expect(read).toEqual(['ENOENT', 'ENOENT']);
  });

  test('reaches no host that is not listed: not by name, by address, past the proxy, nor the metadata service', async () => {
    const other = await service();
    const listed = await service();
    const server = await contained({ hosts: [`127.0.0.1:${listed.port}`] });
    expect(await server.inside(`return (await fetch('http://127.0.0.1:${listed.port}/')).text();`)).toBe('reached');
    const dial = `const net = await load('node:net'); const dial = (port, host) => new Promise((done) => net.connect(port, host).on('connect', () => done('reached')).on('error', (error) => done(error.code)));`;
    const result = await server.inside(`${dial}
      const web = (url) => fetch(url).then(() => 'reached', (error) => error.cause?.code ?? error.code);
      const https = await load('node:https');
      const byModule = new Promise((done) => https.get('https://evil.example/', () => done('reached')).on('error', (error) => done(error.code)));
      return [await web('https://evil.example/'), await web('http://169.254.169.254/latest/meta-data/'), await web('http://2852039166/'), await byModule,
        await dial(${other.port}, '127.0.0.1'), await dial(${listed.port}, '127.0.0.1'), await dial(80, '169.254.169.254'), await dial(443, '1.1.1.1')];`);
    expect(result).toEqual(['EACCES', 'EACCES', 'EACCES', 'EACCES', 'ECONNREFUSED', 'ECONNREFUSED', 'ENETUNREACH', 'ENETUNREACH']);
    expect(other.asked).toEqual([]);
    await server.said('pinfold sandbox allow sample net evil.example');
  });

  test('a listed name that leads to this machine is refused, and nothing is offered to allow', async () => {
    const other = await service();
    const server = await contained({ hosts: [`${hostname().toLowerCase()}:${other.port}`] });
    const web = (host: string) =>
      server.inside(`return fetch('http://${host}:${other.port}/').then(() => 'reached', (error) => error.cause?.code ?? error.code);`);
    expect(await web(hostname().toLowerCase())).toBe('EACCES');
    expect(other.asked).toEqual([]);
    await server.said(/\(resolved to /);
    expect(server.stderr()).not.toContain('to allow it');
  });

  test('one that kills everything it can see is still inside', async () => {
    const other = await service();
    const server = await contained({ hosts: ['api.example.com'] });
    const result = await server
      .inside(`${fs}
      for (const pid of fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) if (Number(pid) > 2 && Number(pid) !== process.pid) attempt(() => process.kill(Number(pid), 'SIGKILL'));
      return fetch('http://127.0.0.1:${other.port}/').then(() => 'reached', () => 'refused');`)
      .catch(() => 'ended');
    expect(['refused', 'ended']).toContain(result);
    expect(other.asked).toEqual([]);
  });

  test('no sandbox: it is not started, and the client is told', async () => {
    const { env, home } = temporaryHome();
    mkdirSync(join(home, 'bin'));
    const server = await contained({}, { PATH: join(home, 'bin') }, { home: { env, home } });
    server.send({ jsonrpc: '2.0', id: 'first', method: 'initialize', params: {} });
    expect((await server.answer('first')).error?.message).toContain('there is no sandbox on this machine');
    expect(await server.ended()).toBe(69);
  });

  test('when the guard is killed, the server and its way out are gone', async () => {
    const server = await contained({ hosts: ['api.example.com'] });
    const marker = `pinfold-${server.child.pid}`;
    await server.inside(`process.title = ${JSON.stringify(marker)}; setInterval(() => undefined, 1_000); return 1;`);
    expect(processes()).toContain(marker);
    server.child.kill('SIGKILL');
    await server.ended();
    // The kernel ends it with its parent; one more contained start takes longer than that.
    await (await contained({})).inside('return 1');
    expect(processes()).not.toContain(marker);
  });

  test('a lock whose profile was edited starts nothing', async () => {
    const server = await contained({});
    server.child.stdin.end();
    await server.ended();
    writeFileSync(server.lock, readFileSync(server.lock, 'utf8').replace('"hosts": []', '"hosts": ["evil.example"]'));
    const again = startGuarded(server.host, ['run', 'sample']);
    again.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} });
    expect(await again.ended()).toBe(75);
  });
});

function processes(): string {
  return spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).stdout;
}

describeSandboxed('a masked key', () => {
  const secret = 'ghp_real_0123456789abcdef0123456789abcdef';

  test('reaches the host that it is bound to; the thief gets a stand-in, and nobody else gets anything', async () => {
    const { env, home } = temporaryHome();
    const tls = certificate(home);
    const [bound, thief] = [await service(tls), await service(tls)];
    const profile = {
      ...closed,
      hosts: [`localhost:${bound.port}`, `127.0.0.1:${bound.port}`, `127.0.0.1:${thief.port}`],
      mask: { GITHUB_TOKEN: [`localhost:${bound.port}`] },
    };
    const server = await contained(profile, { GITHUB_TOKEN: secret, NODE_EXTRA_CA_CERTS: tls.path }, { home: { env, home } });
    const ask = (url: string) =>
      server.inside(
        `const answer = await fetch('${url}', { headers: { authorization: 'Bearer ' + process.env.GITHUB_TOKEN } }); return answer.text();`,
      );
    expect(await ask(`https://localhost:${bound.port}/`)).toBe('reached');
    expect(await ask(`https://127.0.0.1:${thief.port}/`)).toBe('reached');
    expect(bound.asked).toEqual([`Bearer ${secret}`]);
    const standIn = String(await server.inside('return process.env.GITHUB_TOKEN;'));
    expect(thief.asked).toEqual([`Bearer ${standIn}`]);
    expect(standIn).not.toContain(secret);
    // Neither from the environments and command lines that it can see, nor from any file: and no key to forge with.
    const found = await server.inside(`${fs}
      const texts = fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).flatMap((pid) => ['environ', 'cmdline'].map((file) => attempt(() => fs.readFileSync('/proc/' + pid + '/' + file, 'latin1'))));
      const walk = (folder) => attempt(() => fs.readdirSync(folder, { withFileTypes: true })) instanceof Array ? fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => entry.isDirectory() ? walk(folder + '/' + entry.name) : entry.isFile() ? [folder + '/' + entry.name] : []) : [];
      const files = [...walk('/tmp'), ...walk(process.env.HOME)].map((path) => String(attempt(() => fs.readFileSync(path, 'latin1'))));
      const all = [...texts, ...files].join('\\n');
      return { processes: texts.length > 2, files: files.length > 0, secret: all.includes(${JSON.stringify(secret)}.slice(4, 20)), key: all.includes('PRIVATE ' + 'KEY') };`);
    expect(found).toEqual({ processes: true, files: true, secret: false, key: false });
    server.child.stdin.end();
    await server.ended();
    const logs = readFileSync(join(server.host.places.data, 'ledger.jsonl'), 'utf8') + server.stderr();
    expect(logs).not.toContain(standIn);
    expect(logs).not.toContain(secret);
  });

  test('that is kept by pinfold takes its value from there, and stands in no environment of any process', async () => {
    const { env, home } = temporaryHome();
    const tls = certificate(home);
    const bound = await service(tls);
    const profile = { hosts: [`localhost:${bound.port}`], mask: { GITHUB_TOKEN: [`localhost:${bound.port}`] } };
    const secrets = { GITHUB_TOKEN: secret, OTHER_KEY: 'fake-unmasked' };
    const server = await contained(profile, { NODE_EXTRA_CA_CERTS: tls.path }, { home: { env, home }, secrets });
    await server.inside(
      `const answer = await fetch('https://localhost:${bound.port}/', { headers: { authorization: 'Bearer ' + process.env.GITHUB_TOKEN } }); return answer.text();`,
    );
    expect(bound.asked).toEqual([`Bearer ${secret}`]);
    expect(await server.inside('return [process.env.GITHUB_TOKEN.includes("ghp_real"), process.env.OTHER_KEY];')).toEqual([
      false,
      'fake-unmasked',
    ]);
    for (const file of ['environ', 'cmdline']) expect(readFileSync(`/proc/${server.child.pid}/${file}`, 'latin1')).not.toContain(secret);
  });

  test('is not given out over a host that is only reached without encryption', async () => {
    const plain = await service();
    const server = await contained(
      { hosts: [`127.0.0.1:${plain.port}`, 'api.github.com:443'], mask: { GITHUB_TOKEN: ['api.github.com:443'] } },
      { GITHUB_TOKEN: secret },
    );
    await server.inside(
      `const answer = await fetch('http://127.0.0.1:${plain.port}/', { headers: { authorization: process.env.GITHUB_TOKEN, host: 'api.github.com' } }); return answer.text();`,
    );
    expect(plain.asked[0]).toMatch(/^fake_value_/);
  });
});
