import { describe, expect, test } from 'vitest';
import { isSandboxPath, type PinnedSandbox, sandboxContradiction } from '../../src/model/sandbox-profile.ts';
import { startContained } from '../../src/operations/contained-start.ts';
import { contain } from '../../src/sandbox/contain.ts';
import { macHost, onMac } from '../support/on-mac.ts';
import { seatbelt, wordsOf } from '../support/seatbelt.ts';

const closed: PinnedSandbox = { hosts: [], read: [], write: [], mask: {} };
const data = '/Users/dev/Library/Application Support/pinfold';
const tree = `${data}/trees/aa/tree`;

/** What would be started on macOS for a pin with this profile. */
async function started(profile: Partial<PinnedSandbox>, args: readonly string[] = [], from = tree) {
  expect(sandboxContradiction({ ...closed, ...profile })).toBeNull();
  const mac = macHost();
  await onMac(async () => {
    await startContained(
      {
        profile: { ...closed, ...profile },
        runtime: '/opt/homebrew/bin/node',
        tree: from,
        script: 'node_modules/sample/index.js',
        args,
        cwd: '/Users/dev/project',
        env: { PATH: '/usr/bin', SAMPLE_TOKEN: 'ghp_real' },
        files: {
          helper: `${data}/helper`,
          tunnel: `${data}/launcher/tunnel.cjs`,
          tell: `${data}/launcher/tell.cjs`,
          enter: `${data}/launcher/enter.cjs`,
          javaAgent: `${data}/launcher/srt-proxy-agent.jar`,
        },
        onDenial: () => undefined,
      },
      mac.host,
    );
  });
  return profileIn(mac.started);
}

/** What the one command that was started says, taken apart as a shell does it. */
function profileIn(all: ReturnType<typeof macHost>['started']) {
  const [{ command, args: given, options } = { command: '', args: [], options: null }, ...more] = all;
  expect([command, given[0], given.length, more.length]).toEqual(['/bin/sh', '-c', 2, 0]);
  const words = wordsOf(given[1] ?? '');
  const at = words.indexOf('/usr/bin/sandbox-exec');
  const [option, text = '', shell, flag, line, ...rest] = words.slice(at + 1);
  expect([option, shell?.replace('/usr/', '/'), flag, rest]).toEqual(['-p', '/bin/sh', '-c', []]);
  return { ...seatbelt(text), text, variables: words.slice(0, at), line, options, whole: given[1] ?? '' };
}

/** A profile without what is another one at every start and on every machine: tag, ports, where the library lies. */
function lasting(text: string): string {
  const own = text.replaceAll(/CMD64_[\w+/=]+_END__\w+_SBX/g, '<tag>').replaceAll(/localhost:\d+/g, 'localhost:<proxy>');
  return `${own.replaceAll(/"[^"]*srt-proxy-agent\.jar"/g, '"<agent>"')}\n`;
}

describe('the start of a pinned server on macOS', () => {
  test('is the profile that was written down when it was last looked at, and the command in it', async () => {
    const { text, line, options } = await started({
      hosts: ['api.github.com'],
      read: ['{{home}}/notes'],
      write: ['{{home}}/out'],
      listen: [3000],
    });
    await expect(lasting(text)).toMatchFileSnapshot('seatbelt.sb');
    expect(line).toBe(
      "ulimit -c 0 2>/dev/null; cd '/Users/dev/project' 2>/dev/null || cd / || exit 126; exec /usr/bin/env 'PINFOLD_SANDBOX_TELLS=3' " +
        `'/opt/homebrew/bin/node' '--require' '${data}/launcher/tell.cjs' '--require' '${data}/launcher/tunnel.cjs' '${tree}/node_modules/sample/index.js'`,
    );
    expect(options).toMatchObject({ cwd: '/', ownGroup: true, tells: true, env: { SAMPLE_TOKEN: 'ghp_real' } });
  });

  test('reads the system, itself and what the profile names, and of the home nothing else', async () => {
    const { allows } = await started({ read: ['{{home}}/notes'] });
    const reads = (path: string) => allows('file-read-data', { path });
    for (const path of ['/usr/lib/dyld', '/System/Library/a', '/opt/homebrew/bin/node', `${tree}/a.js`, '/Users/dev/notes/a.md'])
      expect([path, reads(path)]).toEqual([path, true]);
    for (const path of [
      ...['.ssh/id_rsa', '.aws/credentials', 'Library/Keychains/login.keychain-db', 'other', 'notes-not', '.claude.json'],
      ...['Library/Application Support/Claude/claude_desktop_config.json', 'Library/Preferences/a.plist'],
    ].map((below) => `/Users/dev/${below}`))
      expect([path, reads(path)]).toEqual([path, false]);
    for (const path of [`${data}/ledger.jsonl`, `${data}/tickets/a.json`, `${data}/trees/bb/tree/a.js`, `${data}/policy.json`])
      expect([path, reads(path)]).toEqual([path, false]);
    for (const path of ['/Users/other/a', '/Volumes/disk/a', '/Library/Keychains/System.keychain', '/private/var/folders/ab/T/a'])
      expect([path, reads(path)]).toEqual([path, false]);
  });

  test('changes what the profile names, and nothing else', async () => {
    const { allows } = await started({ read: ['{{home}}/notes'], write: ['{{home}}/out'] });
    const changes = (path: string) => allows('file-write-data', { path });
    expect([changes('/Users/dev/out/a'), changes('/dev/null')]).toEqual([true, true]);
    expect(allows('file-read-data', { path: '/Users/dev/out/a' })).toBe(true);
    for (const path of [
      '/Users/dev/notes/a',
      '/Users/dev/.zshrc',
      `${tree}/a.js`,
      `${data}/lock.json`,
      '/private/tmp/a',
      '/tmp/claude/a',
      '/private/tmp/claude/a',
      '/Users/dev/.npm/_logs/a',
      '/opt/homebrew/bin/node',
    ])
      expect([path, changes(path)]).toEqual([path, false]);
  });

  test('in a home that is opened whole, keys, what runs by itself, clients and pinfold stay closed', async () => {
    const { allows } = await started({ write: ['{{home}}'] });
    expect(allows('file-write-data', { path: '/Users/dev/a' })).toBe(true);
    for (const below of [
      '.ssh/id_rsa',
      'Library/Keychains/login.keychain-db',
      'Library/LaunchAgents/a.plist',
      '.zshrc',
      '.claude.json',
      'Library/Application Support/pinfold/lock.json',
    ]) {
      const path = `/Users/dev/${below}`;
      expect([
        path,
        allows('file-read-data', { path }),
        allows('file-write-data', { path }),
        allows('file-write-unlink', { path }),
      ]).toEqual([path, false, false, false]);
    }
    expect(allows('file-read-data', { path: `${tree}/a.js` })).toBe(true);
  });

  test('connects to the proxy of this start and to nothing else', async () => {
    const { allows, variables } = await started({ hosts: ['api.github.com'] });
    const proxy = /^HTTPS_PROXY=http:\/\/.+@localhost:(\d+)$/m.exec(variables.join('\n'))?.[1];
    expect(allows('network-outbound', { remote: `127.0.0.1:${proxy}` })).toBe(true);
    for (const remote of ['127.0.0.1:5432', '[::1]:80', '1.1.1.1:443', `10.0.0.1:${proxy}`])
      expect([remote, allows('network-outbound', { remote })]).toEqual([remote, false]);
    expect(allows('network-outbound', { path: '/private/var/run/mDNSResponder' })).toBe(false);
    expect(allows('network-outbound', { path: '/Users/dev/.docker/run/docker.sock' })).toBe(false);
    expect(allows('system-socket', { path: '' })).toBe(false);
  });

  test('listens on the ports of the profile, and the services of this machine stay closed to it', async () => {
    const { allows, text } = await started({ listen: [3000, 8080] });
    const listens = (local: string) => [allows('network-bind', { local }), allows('network-inbound', { local })];
    expect([listens('127.0.0.1:3000'), listens('0.0.0.0:8080'), listens('[::]:3000')].flat()).not.toContain(false);
    expect([listens('127.0.0.1:3001'), listens('0.0.0.0:80')].flat()).not.toContain(true);
    for (const remote of ['127.0.0.1:5432', '[::1]:2375', '127.0.0.1:3000'])
      expect([remote, allows('network-outbound', { remote })]).toEqual([remote, false]);
    expect(text).not.toContain('localhost:*');
    expect(
      allows('network-bind', { local: '127.0.0.1:3000' }) && !(await started({})).allows('network-bind', { local: '127.0.0.1:3000' }),
    ).toBe(true);
  });

  test('holds a stand-in for a masked key: the value is in no word of the command and in no variable of the process', async () => {
    const { variables, options, whole } = await started({ hosts: ['api.github.com:443'], mask: { SAMPLE_TOKEN: ['api.github.com:443'] } });
    expect(whole).not.toContain('ghp_real');
    expect(options?.env).toEqual({ PATH: '/usr/bin' });
    expect(variables.find((word) => word.startsWith('SAMPLE_TOKEN='))).toMatch(/^SAMPLE_TOKEN=(?!ghp_real$).+/);
  });

  // A name may hold all of it: nothing of it is a bracket, a rule or a word of its own.
  test.each([
    ['a quote and brackets', '/Users/dev/a") (allow network-outbound) (x "'],
    ['quotes of the shell', "/Users/dev/a'; /usr/bin/true '$(id)`id`"],
    ['a comment', '/Users/dev/a;b'],
    ['spaces', '/Users/dev/a  b'],
    ['an accent', '/Users/dev/ä'],
  ])('a path with %s is one path', async (_, path) => {
    const plain = await started({ read: ['/Users/dev/plain'], write: ['/Users/dev/written'] });
    const { rules, allows, line } = await started({ read: [path], write: [`${path}/w`] }, [path]);
    expect(rules.length).toBe(plain.rules.length);
    expect(JSON.stringify(rules)).toContain(JSON.stringify({ text: path }));
    expect([allows('file-read-data', { path: `${path}/x` }), allows('file-write-data', { path: `${path}/w/x` })]).toEqual([true, true]);
    expect([allows('file-read-data', { path: '/Users/dev/other' }), allows('file-write-data', { path })]).toEqual([false, false]);
    expect(line).toContain(` '${path.replaceAll("'", "'\\''")}'`);
  });

  test.each([
    ['a line break', '/Users/dev/a\n(allow file-read*)'],
    ['a pattern', '/Users/dev/*'],
    ['a backslash', '/Users/dev/a\\'],
    ['a way up', '/Users/dev/../other'],
    ['no root', 'notes'],
  ])('%s is no path of a profile', (_, path) => {
    expect(isSandboxPath(path)).toBe(false);
  });

  test('a tree with a strange name is read, and nothing beside it', async () => {
    const strange = `/Users/dev/it's "a (tree)`;
    const { allows } = await started({ read: ['{{home}}'] }, [], strange);
    expect(allows('file-read-data', { path: `${strange}/a.js` })).toBe(true);
    expect(allows('file-read-data', { path: '/Users/dev/.ssh/id' })).toBe(false);
  });

  test('a tree whose name is a pattern is not started from', async () => {
    await expect(started({}, [], '/Users/dev/[ab]')).rejects.toMatchObject({
      code: 'sandbox-unavailable',
      why: expect.stringContaining('pattern'),
    });
  });

  test('a line that begins as the network does, in an argument of the server, opens nothing: it is not started', async () => {
    for (const attack of [
      'x\n(allow network*)',
      'x\n(allow file-write*)',
      'x\n; Network\n(allow network*)',
      'x\n; Network\n',
      'x\n(allow file-read-metadata\n  (vnode-type DIRECTORY))\n',
    ])
      await expect(started({ listen: [3000] }, [attack])).rejects.toMatchObject({ code: 'sandbox-unavailable' });
  });
});

describe('the probe on macOS', () => {
  test('is not started in a folder whose name is a pattern', async () => {
    const mac = macHost();
    const command = { program: '/opt/homebrew/bin/node', args: [], cwd: '/private/[ab]', env: {} };
    const started = onMac(() => contain({ readable: [], writable: '/private/[ab]' }, command, mac.host));
    await expect(started).rejects.toMatchObject({ code: 'sandbox-unavailable', why: expect.stringContaining('pattern') });
    expect(mac.started).toEqual([]);
  });

  test('has no network at all, and its folder is the one thing that it can change, and read again', async () => {
    const mac = macHost();
    const scratch = '/private/var/folders/ab/T/probe';
    const command = { program: '/opt/homebrew/bin/node', args: ['index.js'], cwd: scratch, env: { HOME: scratch } };
    await onMac(() => contain({ readable: ['/Users/dev/tree'], writable: scratch }, command, mac.host));
    const { allows, text } = profileIn(mac.started);
    const may = (path: string) => [allows('file-read-data', { path }), allows('file-write-data', { path })];
    expect([may(`${scratch}/a`), may('/Users/dev/tree/a'), may('/Users/dev/a'), may('/private/var/folders/ab/T/a')]).toEqual([
      [true, true],
      [true, false],
      [false, false],
      [false, false],
    ]);
    expect(text).not.toMatch(/\(allow network/);
    expect(allows('network-outbound', { remote: '127.0.0.1:80' })).toBe(false);
  });
});
