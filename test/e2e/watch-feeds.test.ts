import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { signingContexts } from '../../src/model/signing-context.ts';
import { refreshBeside } from '../../src/operations/advisories/refresh-beside.ts';
import { signEnvelope } from '../../src/provenance/dsse.ts';
import { readSecretKey } from '../../src/provenance/local-key.ts';
import { readHits } from '../../src/store/hits.ts';
import { temporaryHost } from '../support/home.ts';
import { playRegistry, registryRecord } from '../support/playing.ts';
import { remoteLock } from '../support/remote-pin.ts';

const url = 'https://mcp.example.com/mcp';
const name = 'com.example/listed';

test('the process beside watch asks feeds and the registry, tells what they revoke, and writes it down for the next launch', async () => {
  const entry = registryRecord(
    name,
    '1.0.0',
    { remotes: [{ type: 'sse', url }] },
    { status: 'deleted', statusMessage: 'sends mail to a stranger' },
  );
  const registry = await playRegistry([entry]);
  const host = temporaryHost({ env: registry.env });
  await remoteLock({ fed: { url: 'https://mcp.acme.example/mcp' }, listed: { url, registryNames: [name] } }, host);
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const record = {
    ...{ schema_version: '1.7.0', id: 'ACME-2026-1', modified: '2026-11-20T00:00:00Z', summary: 'reads your mail', affected: [] },
    database_specific: { mcp: { origin: 'https://mcp.acme.example' } },
  };
  const document = {
    format: 1,
    name: 'acme',
    version: 1,
    created: '2026-11-20T00:00:00Z',
    expires: '2099-01-01T00:00:00Z',
    records: [record],
  };
  const key = readSecretKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), null);
  const signed = signEnvelope(signingContexts.feed.payloadType, Buffer.from(JSON.stringify(document)), key);
  const folder = join(host.places.home, 'feed');
  await host.files.writeAtomic(join(folder, 'feed.json'), JSON.stringify(signed));
  const feed = { name: 'acme', url: `file://${folder}`, key: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
  await host.files.writeAtomic(join(host.places.config, 'policy.json'), JSON.stringify({ version: 1, feeds: [feed] }));

  const told: string[] = [];
  await new Promise<void>((resolve) => {
    const stop = refreshBeside((event) => {
      if (event.event === 'revoked') told.push(`${event.name}: ${event.id}: ${event.summary}`);
      if (told.length === 2) resolve();
    }, host);
    onTestFinished(stop);
  });
  expect(told.sort()).toEqual(['fed: ACME-2026-1: reads your mail', 'listed: REGISTRY-deleted: sends mail to a stranger']);
  for (const [pin, id] of [
    ['fed', 'ACME-2026-1'],
    ['listed', 'REGISTRY-deleted'],
  ] as const) {
    expect((await readHits({ name: pin, scope: 'user', project: null }, host))?.hits).toMatchObject([{ id }]);
  }
});
