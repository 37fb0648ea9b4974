import { expect, test } from 'vitest';
import { parseLock } from '../../src/lockfile/parse.ts';
import { launchDigest } from '../../src/lockfile/pin-digest.ts';
import { printLock } from '../../src/lockfile/print.ts';
import { pinnedRegistryNames, type RemoteLaunch, type RemotePin } from '../../src/model/pin.ts';
import { samplePin } from './sample.ts';

const launch: RemoteLaunch = {
  runtime: 'remote',
  url: 'https://mcp.example.com/mcp',
  transport: 'streamable-http',
  headerNames: ['authorization'],
  args: [],
  cwd: null,
  envNames: [],
};
const artifact = { subject: 'https://mcp.example.com', name: 'mcp.example.com/mcp', version: '', integrity: null } as const;
const server = {
  issuer: 'https://login.example.com',
  authorizationEndpoint: 'https://login.example.com/authorize',
  tokenEndpoint: 'https://login.example.com/token',
  registrationEndpoint: null,
};
const authorization = { status: 'static', resource: 'https://mcp.example.com/mcp', scopes: ['read'], servers: [server] } as const;
const { closure: _closure, artifact: _artifact, launch: _launch, ...common } = samplePin();
const good: RemotePin = { ...common, artifact, closure: null, authorization, launch, launchDigest: launchDigest(launch) };

function withLaunch(more: object) {
  const changed = { ...launch, ...more } as RemoteLaunch;
  return { launch: changed, launchDigest: launchDigest(changed) };
}

test('a pin of a remote server is read back as it was', () => {
  const lock = { version: 1, pins: { remote: good } } as const;
  expect(parseLock(printLock(lock))).toEqual(lock);
});

test('one that was approved under names of the MCP registry keeps them; one of an older version has none', () => {
  const named = { ...good, registryNames: ['com.example/mcp', 'io.github.ann/notes'] };
  const lock = { version: 1, pins: { remote: named } } as const;
  expect(parseLock(printLock(lock))).toEqual(lock);
  expect([pinnedRegistryNames(named), pinnedRegistryNames(good)]).toEqual([named.registryNames, []]);
});

test.each([
  ['with an empty list of names', { registryNames: [] }, 'registryNames'],
  ['with a name that is an address', { registryNames: ['https://evil.example/x?y'] }, 'registryNames'],
  ['with a name that leads elsewhere', { registryNames: ['com.example/../x'] }, 'registryNames'],
  ['of another origin than its address', { artifact: { ...artifact, subject: 'https://allowed.example.com' } }, 'artifact.subject'],
  [
    'without encryption',
    { ...withLaunch({ url: 'http://mcp.example.com/mcp' }), artifact: { ...artifact, subject: 'http://mcp.example.com' } },
    'launch.url',
  ],
  ['with credentials in its address', withLaunch({ url: 'https://a:b@mcp.example.com/mcp' }), 'launch.url'],
  ['with a fragment', withLaunch({ url: 'https://mcp.example.com/mcp#x' }), 'launch.url'],
  ['whose address is a script', withLaunch({ url: 'javascript:alert(1)' }), 'launch.url'],
  ['whose address is written in another way', withLaunch({ url: 'https://MCP.example.com/mcp' }), 'launch.url'],
  ['whose address was changed', { launch: { ...launch, url: 'https://mcp.example.com/other' } }, 'launchDigest'],
  ['with arguments', withLaunch({ args: ['--x'] }), 'launch.args'],
  ['with a header that is none', withLaunch({ headerNames: ['a\r\nhost'] }), 'launch.headerNames'],
  ['with a header in capitals', withLaunch({ headerNames: ['Authorization'] }), 'launch.headerNames'],
  [
    'with a token endpoint that is a script',
    { authorization: { ...authorization, servers: [{ ...server, tokenEndpoint: 'javascript:1' }] } },
    'authorization.servers',
  ],
  ['with a status that nobody knows', { authorization: { ...authorization, status: 'clean' } }, 'authorization.status'],
  ['with a version', { artifact: { ...artifact, version: '1.0.0' } }, 'artifact.version'],
  ['with a command', { launch: { ...launch, command: 'canary' } }, 'launch'],
  ['with a member too many', { extra: 1 }, 'extra'],
])('a pin of a remote server %s is invalid', (_, more, place) => {
  const text = JSON.stringify({ version: 1, pins: { remote: { ...good, ...more } } });
  expect(() => parseLock(text)).toThrow(
    expect.objectContaining({ code: 'lock-invalid', why: expect.stringContaining(`$.pins.remote.${place}`) }),
  );
});
