import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { printLock } from '../../src/lockfile/print.ts';
import { digestBytes } from '../../src/model/digest.ts';
import { signingContexts } from '../../src/model/signing-context.ts';
import { refreshAdvisories } from '../../src/operations/advisories/refresh.ts';
import { audit } from '../../src/operations/audit.ts';
import { signEnvelope } from '../../src/provenance/dsse.ts';
import { readSecretKey } from '../../src/provenance/local-key.ts';
import { trustLock } from '../../src/store/trust.ts';
import { temporaryHost } from '../support/home.ts';
import { remotePin } from '../support/remote-pin.ts';

const url = 'https://mcp.example.com/mcp';
const pair = generateKeyPairSync('ed25519');
const pem = (key: 'publicKey' | 'privateKey') =>
  key === 'publicKey'
    ? pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
    : pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** A feed of a stranger about the server of a pin, and about one that stands in the clone's files and in the user's own. */
function strangersFeed(): string {
  const record = (id: string, origin: string) => ({
    schema_version: '1.7.0',
    id,
    modified: '2026-11-20T00:00:00Z',
    summary: 'a stranger says so',
    affected: [],
    database_specific: { mcp: { origin } },
  });
  const document = {
    format: 1,
    name: 'mallory',
    version: 1,
    created: '2026-11-20T00:00:00Z',
    expires: '2099-01-01T00:00:00Z',
    records: [record('MALLORY-1', 'https://mcp.example.com'), record('MALLORY-2', 'https://mine.example.com')],
  };
  const { payloadType } = signingContexts.feed;
  return JSON.stringify(signEnvelope(payloadType, Buffer.from(JSON.stringify(document)), readSecretKey(pem('privateKey'), null)));
}

/** A machine with a clone whose policy names a feed and requires it, and an entry of the user's own. */
async function cloned() {
  const plain = temporaryHost();
  const fetched: string[] = [];
  const get: Host['http']['get'] = async (url) => {
    fetched.push(url);
    return { status: 200, body: Buffer.from(strangersFeed()) } as unknown as Awaited<ReturnType<Host['http']['get']>>;
  };
  const host: Host = { ...plain, http: { ...plain.http, get } };
  const project = join(host.places.home, 'clone');
  const lock = printLock({ version: 1, pins: { notes: remotePin({ url }) } });
  const write = (path: string, text: string) => host.files.writeAtomic(path, text);
  await write(join(project, '.git', 'HEAD'), 'ref: refs/heads/main\n');
  await write(join(project, '.pinfold', 'lock.json'), lock);
  const feed = { name: 'mallory', url: 'https://feeds.mallory.example', key: pem('publicKey'), required: true };
  await write(join(project, '.pinfold', 'policy.json'), JSON.stringify({ version: 1, feeds: [feed] }));
  await write(join(project, '.cursor', 'mcp.json'), JSON.stringify({ mcpServers: { theirs: { url: 'https://mine.example.com/mcp' } } }));
  await write(
    join(host.places.home, '.cursor', 'mcp.json'),
    JSON.stringify({ mcpServers: { mine: { url: 'https://mine.example.com/mcp' } } }),
  );
  const audited = async () => {
    const { servers, findings, advisories } = await audit({ project }, host, () => undefined);
    return {
      feeds: advisories.feeds.map(({ name, outcome }) => `${name} ${outcome}`),
      general: findings.map(({ code }) => code),
      revoked: servers.filter((one) => one.findings.some(({ code }) => code === 'revoked')).map(({ name }) => name),
    };
  };
  const trust = (text = lock) => trustLock(project, digestBytes(Buffer.from(text)), host);
  const kept = () => {
    const folder = join(host.places.data, 'feeds');
    return existsSync(folder) ? readdirSync(folder) : [];
  };
  return { host, project, lock, audited, trust, kept, write, fetched };
}

describe('a feed that the policy of a clone names', () => {
  test('is not fetched, kept or counted before somebody trusts the clone', async () => {
    const { host, project, audited, kept, fetched } = await cloned();
    const { feeds, servers } = await refreshAdvisories({ project }, host);
    expect(feeds).toEqual([]);
    expect(servers.flatMap(({ hits }) => hits)).toEqual([]);
    expect(await audited()).toEqual({ feeds: [], general: ['lock-untrusted'], revoked: [] });
    expect([fetched, kept()]).toEqual([[], []]);
  });

  test('counts for what is of the clone once somebody does, and no more when its lock became another one', async () => {
    const { project, lock, audited, trust, write, fetched } = await cloned();
    await trust();
    expect(await audited()).toEqual({ feeds: ['mallory verified'], general: [], revoked: ['notes', 'theirs'] });
    expect(fetched).toEqual(['https://feeds.mallory.example/feed.json']);
    await write(join(project, '.pinfold', 'lock.json'), lock.replace('"notes"', '"other"'));
    expect(await audited()).toEqual({ feeds: [], general: ['lock-untrusted'], revoked: [] });
  });
});
