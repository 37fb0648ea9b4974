import { expect, test } from 'vitest';
import type { AskedPackage } from '../../../src/advisories/subject.ts';
import { offlineHost } from '../../../src/host/offline.ts';
import { askOsv } from '../../../src/operations/advisories/osv-answer.ts';
import { temporaryHost } from '../../support/home.ts';
import { malware, startOsv } from '../../support/osv.ts';

const server = { origin: null, registryNames: [] };

function pkg(name: string, version = '1.0.0'): AskedPackage {
  return { subject: `pkg:npm/${name}`, name, version, integrity: null, own: false };
}

test('the whole closure is asked about, a thousand packages at a time, and what was answered is remembered', async () => {
  const osv = await startOsv();
  osv.about('npm', 'p1500', malware('MAL-2026-1', 'npm', 'p1500'));
  const host = temporaryHost({ env: osv.env });
  const packages = Array.from({ length: 1_501 }, (_, index) => pkg(`p${index}`));
  const answer = await askOsv({ packages, server }, host);
  expect(osv.batches.map((batch) => batch.length)).toEqual([1000, 501]);
  expect(answer).toMatchObject({ packages: 1_501, unknown: 0, fresh: true, why: null });
  expect(answer.hits).toMatchObject([{ id: 'MAL-2026-1', subject: 'p1500@1.0.0', kind: 'malicious', summary: 'a reverse shell' }]);

  const offline = await askOsv({ packages, server }, offlineHost(host));
  expect(offline).toMatchObject({ unknown: 0, fresh: true, hits: answer.hits });
  expect(offline.why).toContain('--offline');
  const later = { ...offlineHost(host), now: () => host.now() + 25 * 3_600_000 };
  expect(await askOsv({ packages, server }, later)).toMatchObject({ fresh: false, hits: answer.hits });
});

test('a record is fetched once, and again when it was changed: so is its withdrawal seen', async () => {
  const osv = await startOsv();
  osv.about('npm', 'a', malware('MAL-2026-1', 'npm', 'a'));
  const host = temporaryHost({ env: osv.env });
  const asked = { packages: [pkg('a')], server };
  expect((await askOsv(asked, host)).hits).toHaveLength(1);
  expect((await askOsv(asked, host)).hits).toHaveLength(1);
  expect(osv.requests.filter((path) => path.startsWith('GET'))).toHaveLength(1);
  osv.about('npm', 'a', malware('MAL-2026-1', 'npm', 'a', { modified: '2026-11-02T00:00:00Z', withdrawn: '2026-11-02T00:00:00Z' }));
  expect((await askOsv(asked, host)).hits).toEqual([]);
});

test('one thing with two ids is one hit, and the one that stops', async () => {
  const osv = await startOsv();
  const weakness = { ...malware('GHSA-aaaa-bbbb-cccc', 'npm', 'a'), aliases: ['MAL-2026-1'], summary: 'malware in a' };
  osv.about('npm', 'a', weakness, malware('MAL-2026-1', 'npm', 'a'));
  const { hits } = await askOsv({ packages: [pkg('a')], server }, temporaryHost({ env: osv.env }));
  expect(hits.map(({ id }) => id)).toEqual(['MAL-2026-1']);
});

test('what the service names beside the point is no hit: another package, another version', async () => {
  const osv = await startOsv();
  osv.about('npm', 'a', malware('MAL-2026-1', 'npm', 'b'), malware('MAL-2026-2', 'PyPI', 'a'));
  osv.about(
    'npm',
    'c',
    malware('MAL-2026-3', 'npm', 'c', { affected: [{ package: { ecosystem: 'npm', name: 'c' }, versions: ['2.0.0'] }] }),
  );
  const { hits } = await askOsv({ packages: [pkg('a'), pkg('c')], server }, temporaryHost({ env: osv.env }));
  expect(hits).toEqual([]);
});

test('nobody is asked when the user says off, and nothing is claimed', async () => {
  const answer = await askOsv({ packages: [pkg('a')], server }, temporaryHost());
  expect(answer).toMatchObject({ hits: [], unknown: 1, at: null, fresh: false, why: 'not asked: PINFOLD_OSV_URL says off' });
});
