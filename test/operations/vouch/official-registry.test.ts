import { expect, test } from 'vitest';
import { resolveServer } from '../../../src/operations/load.ts';
import { registryVoucher } from '../../../src/operations/vouch/official-registry.ts';
import { playRegistry, registryRecord } from '../../support/playing.ts';
import { registryHost } from '../../support/registry.ts';

const name = 'io.github.pinfold-fixture/notes';
const listed = (version: string, over: Readonly<Record<string, unknown>> = {}) =>
  registryRecord(
    name,
    version,
    { packages: [{ registryType: 'npm', identifier: '@pinfold-fixture/notes', version }], ...over },
    { isLatest: true },
  );

async function vouched(records: ReturnType<typeof registryRecord>[], listedAs?: string) {
  const played = await playRegistry(records);
  const { host } = await registryHost({ env: played.env });
  const reference = { source: 'npm', name: '@pinfold-fixture/notes', spec: '1.0.0', specKind: 'exact', bin: null, serverArgs: [] } as const;
  const resolved = await resolveServer(reference, host);
  const own = resolved.closure.packages.find(({ name: at }) => at === reference.name);
  const ownFiles = own === undefined ? null : await resolved.files(own);
  const subject = { ...resolved, ownFiles, listedAs };
  expect(registryVoucher.appliesTo(subject)).toBe(true);
  expect(registryVoucher.appliesTo({ ...resolved, ownFiles: null })).toBe(false);
  return registryVoucher.vouch(subject, host);
}

test('a package that names its entry is held against it, in the bytes that were verified', async () => {
  const { evidence, findings } = await vouched([listed('1.0.0')]);
  expect(evidence.map(({ source, outcome }) => [source, outcome])).toEqual([
    ['registry-entry', 'verified'],
    ['registry-ownership', 'verified'],
    ['registry-namespace', 'unavailable'],
  ]);
  expect(evidence[1]?.detail).toBe(`re-verified now: mcpName in its package.json is ${name}`);
  expect(findings).toEqual([]);
});

test('a package that was reached by another name says so itself', async () => {
  const squat = 'io.github.mallory/notes';
  const record = registryRecord(
    squat,
    '1.0.0',
    { packages: [{ registryType: 'npm', identifier: '@pinfold-fixture/notes', version: '1.0.0' }] },
    { isLatest: true },
  );
  const { findings } = await vouched([record], squat);
  expect(findings).toMatchObject([
    { code: 'registry-ownership-denied', severity: 'block', subject: squat, args: { why: `mcpName in its package.json is ${name}` } },
  ]);
});

test('a name that the registry does not list is said, and no accusation; a registry that fails is not "none"', async () => {
  expect(await vouched([])).toEqual({
    evidence: [{ source: 'registry-entry', outcome: 'absent', detail: `it calls itself ${name}, which the registry does not list` }],
    builder: null,
    findings: [],
  });
});

test('twins are looked for', async () => {
  const twin = registryRecord('io.github.Pinfold-Fixture/notes', '3.0.0', {}, { isLatest: true });
  expect((await vouched([listed('1.0.0'), twin])).findings).toMatchObject([
    { code: 'registry-name-twin', args: { twins: ['io.github.Pinfold-Fixture/notes'] } },
  ]);
});
