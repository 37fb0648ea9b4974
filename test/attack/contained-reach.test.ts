import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer as createNetServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { describeSandboxed } from '../support/contained.ts';
import { contained, fs, service } from '../support/contained-server.ts';
import { temporaryHome } from '../support/home.ts';

/** A port of the loopback that nobody listens on now. */
async function freePort(): Promise<number> {
  const probe = createNetServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const serveInside = (port: number) =>
  `const http = await load('node:http'); const server = http.createServer((request, response) => response.end('from inside')); await new Promise((done) => server.listen(${port}, '127.0.0.1', done)); return 1;`;

const asked = (port: number) =>
  fetch(`http://127.0.0.1:${port}/`).then(
    (answer) => answer.text(),
    () => 'refused',
  );

describeSandboxed('a port of a server in its sandbox', () => {
  test('is reached by programs of this machine where the profile lists it, and is gone with the server', async () => {
    const port = await freePort();
    const server = await contained({ listen: [port] });
    await server.inside(serveInside(port));
    expect(await asked(port)).toBe('from inside');
    server.child.stdin.end();
    await server.ended();
    expect(await asked(port)).toBe('refused');
  });

  test('is not, where the profile does not list it; that is told with the command that allows it', async () => {
    const port = await freePort();
    const server = await contained({});
    await server.inside(serveInside(port));
    expect(await asked(port)).toBe('refused');
    await server.said(`pinfold sandbox allow sample listen ${port}`);
  });

  test('gives no way out: through it nothing of this machine is reached', async () => {
    const other = await service();
    const server = await contained({ listen: [await freePort()] });
    const dial = `const net = await load('node:net'); return new Promise((done) => net.connect(${other.port}, '127.0.0.1').on('connect', () => done('reached')).on('error', (error) => done(error.code)));`;
    expect(await server.inside(dial)).toBe('ECONNREFUSED');
    expect(other.asked).toEqual([]);
  });

  test('a link in the place of its socket is not followed', async () => {
    const port = await freePort();
    const { env, home } = temporaryHome();
    const secret = createNetServer((socket) => socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nsecret')).listen(
      join(home, 'secret.sock'),
    );
    onTestFinished(() => void secret.close());
    const server = await contained({ listen: [port] }, { TMPDIR: home }, { home: { env: { ...env, TMPDIR: home }, home } });
    const linked = await server.inside(`${fs}
      const folder = fs.readFileSync('/proc/mounts', 'utf8').split('\\n').map((line) => line.split(' ')[1]).find((path) => path.includes('/pinfold-ports-'));
      const socket = folder + '/${port}';
      fs.unlinkSync(socket);
      fs.symlinkSync(${JSON.stringify(join(home, 'secret.sock'))}, socket);
      return fs.readlinkSync(socket);`);
    expect(linked).toBe(join(home, 'secret.sock'));
    expect(await asked(port)).toBe('refused');
  });

  test('that another program of this machine has is told, and the server runs without it', async () => {
    const other = await service();
    const server = await contained({ listen: [other.port] });
    await server.said(`on port ${other.port} (another program listens there)`);
    expect(await server.inside('return 1;')).toBe(1);
    expect(await asked(other.port)).toBe('reached');
  });
});

describeSandboxed('what a server looked for and did not find', () => {
  test('is told when it is there, once, with the command that opens it', async () => {
    const server = await contained({});
    const { home } = server.host.places;
    mkdirSync(join(home, 'notes'));
    mkdirSync(join(home, '.ssh'));
    writeFileSync(join(home, 'notes', 'a.md'), 'a');
    writeFileSync(join(home, 'notes', 'b.md'), 'b');
    writeFileSync(join(home, '.ssh', 'id_ed25519'), 'key');
    const paths = ['notes/a.md', 'notes/b.md', 'not-there/c.md', '.ssh/id_ed25519'].map((path) => join(home, path));
    const found = await server.inside(`${fs}
      const [a, b, c, key] = ${JSON.stringify(paths)};
      const { readFile } = await load('node:fs/promises');
      const late = (action) => new Promise((done) => action((error) => done(error?.code)));
      return [attempt(() => fs.readFileSync(a)), await late((done) => fs.readFile(b, done)), await readFile(c).catch((error) => error.code), fs.existsSync(key)];`);
    expect(found).toEqual(['ENOENT', 'ENOENT', 'ENOENT', false]);
    await server.said(`kept it from reading ${paths[3]}; to allow it: pinfold sandbox allow sample read ${paths[3]}`);
    const told = server
      .stderr()
      .split('\n')
      .filter((line) => line.includes('from reading'));
    expect(told.map((line) => line.replace(/.*to allow it: /, ''))).toEqual([
      `pinfold sandbox allow sample read ${join(home, 'notes')}`,
      `pinfold sandbox allow sample read ${paths[3]}`,
    ]);
  });

  test('whatever it says on the way is its word only: nothing is opened, and it cannot flood or break the guard', async () => {
    const server = await contained({});
    const { config, home } = server.host.places;
    const said = await server.inside(`${fs}
      const write = (text) => attempt(() => fs.writeSync(3, text));
      for (const text of ['{', 'null\\n', '[]\\n', '{"read":1}\\n', '{"read":"etc/passwd"}\\n', '{"listen":70000}\\n', '{"read":${JSON.stringify(join(config, 'lock.json')).replaceAll('"', '\\\\"').slice(2, -2)}"}\\n']) write(text);
      write(JSON.stringify({ read: ${JSON.stringify(join(config, 'lock.json'))} }) + '\\n');
      write(JSON.stringify({ read: '/usr/\\u001b[31mred' }) + '\\n');
      for (let at = 0; at < 3_000; at += 1) write(JSON.stringify({ listen: 1 + at }) + '\\n');
      return attempt(() => fs.readFileSync(${JSON.stringify(join(home, '.config/pinfold/lock.json'))}, 'utf8'));`);
    expect(said).toBe('ENOENT');
    expect(await server.inside('return 2;')).toBe(2);
    server.child.stdin.end();
    await server.ended();
    expect(server.stderr()).not.toContain('lock.json');
    expect(server.stderr()).not.toContain('\u001b');
    expect(
      server
        .stderr()
        .split('\n')
        .filter((line) => line.includes('on port')).length,
    ).toBeLessThanOrEqual(100);
  });
});

/** Answers for names as a resolver that somebody else controls. */
const resolver = join(import.meta.dirname, '..', 'support', 'resolver.cjs');

describeSandboxed('a listed name', () => {
  test('that leads to a private network, this machine or a metadata service is not connected to', async () => {
    const addresses = [
      ...['10.0.0.1', '172.16.9.9', '192.168.1.1', '100.64.0.1', '198.18.0.1', '169.254.169.254', '127.0.0.1', '0.0.0.0'],
      ...['::1', 'fd00::1', 'fe80::1', '::ffff:10.0.0.1', '::ffff:169.254.169.254', '64:ff9b::a00:1', 'fd00:ec2::254'],
    ];
    const names = addresses.map((address) => `a${Buffer.from(address).toString('hex')}.rebind.example`);
    const server = await contained({ hosts: names }, { NODE_OPTIONS: `--require ${resolver}` });
    const reached = await server.inside(
      `return Promise.all(${JSON.stringify(names)}.map((name) => fetch('http://' + name + '/').then(() => 'reached', (error) => error.cause?.code ?? error.code)));`,
    );
    expect(reached).toEqual(addresses.map(() => 'EACCES'));
    for (const name of names) await server.said(new RegExp(`${name}:80 \\(resolved to `));
    expect(server.stderr()).not.toContain('to allow it');
  });

  test('is no way to an address that is not listed: not in any spelling, not by the name of a metadata service', async () => {
    const server = await contained({ hosts: ['api.example.com'] });
    const spelled = [
      '10.0.0.1',
      '[::ffff:10.0.0.1]',
      '[::ffff:a9fe:a9fe]',
      '169.254.169.254',
      '0xa9fea9fe',
      '2852039166',
      '0251.0376.0251.0376',
      'metadata.google.internal',
      'metadata',
      'instance-data',
    ];
    const reached = await server.inside(
      `return Promise.all(${JSON.stringify(spelled)}.map((host) => fetch('http://' + host + '/').then(() => 'reached', (error) => error.cause?.code ?? error.code)));`,
    );
    expect(reached).toEqual(spelled.map(() => 'EACCES'));
  });
});

describeSandboxed('raw sockets', () => {
  test('reach nothing: no TCP past the proxy, no datagram, no name, no unix socket', async () => {
    const other = await service();
    const { home } = temporaryHome();
    const server = await contained({ hosts: ['api.example.com'] });
    const result = await server.inside(`
      const net = await load('node:net'); const dgram = await load('node:dgram'); const dns = await load('node:dns/promises');
      const dial = (...to) => new Promise((done) => net.connect(...to).on('connect', () => done('reached')).on('error', (error) => done(error.code)));
      const send = (port, host) => new Promise((done) => { const socket = dgram.createSocket('udp4'); socket.send('x', port, host, (error) => { socket.close(); done(error?.code ?? 'sent'); }); });
      return [await dial(${other.port}, '127.0.0.1'), await dial(443, '192.0.2.1'), await send(53, '192.0.2.1'),
        await dns.lookup('api.example.com').catch((error) => error.syscall), await dial(${JSON.stringify(join(home, 'any.sock'))})];`);
    expect(result).toEqual(['ECONNREFUSED', 'ENETUNREACH', 'ENETUNREACH', 'getaddrinfo', 'EPERM']);
    expect(other.asked).toEqual([]);
  });
});
