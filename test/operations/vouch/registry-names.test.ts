import { expect, test } from 'vitest';
import { askedOf } from '../../../src/operations/advisories/asked.ts';
import { registryNamesOf } from '../../../src/operations/vouch/registry-names.ts';
import type { VouchSubject } from '../../../src/operations/vouch/voucher.ts';

const artifact = { subject: 'pkg:npm/notes', name: 'notes', version: '1.0.0', integrity: 'sha512-x' };
const publisher = { maintainers: null, repository: null, firstPublished: null, versions: null };
const packument = { name: 'notes', tags: {}, versions: {}, times: {}, publisher, readme: null };
const subject: VouchSubject = {
  artifact,
  closure: null,
  resolution: { ecosystem: 'npm', npm: { packument, published: { name: 'notes', version: '1.0.0' } } },
};

const manifest = (json: object) => [{ path: 'package.json', bytes: Buffer.from(JSON.stringify(json)), executable: false }];

test('a server goes by the name that it was asked for, and by the one that its bytes carry', () => {
  const ownFiles = manifest({ name: 'notes', version: '1.0.0', mcpName: 'io.github.ann/notes' });
  expect(registryNamesOf(subject)).toEqual([]);
  expect(registryNamesOf({ ...subject, ownFiles })).toEqual(['io.github.ann/notes']);
  expect(registryNamesOf({ ...subject, ownFiles, listedAs: 'com.example/notes' })).toEqual(['com.example/notes', 'io.github.ann/notes']);
  expect(askedOf(artifact, null, registryNamesOf({ ...subject, ownFiles })).server.registryNames).toEqual(['io.github.ann/notes']);
});
