import { expect, test } from 'vitest';
import { identityOf } from '../../src/provenance/certificate.ts';

const raw = (arc: number, text: string) => ({ oid: { id: [1, 3, 6, 1, 4, 1, 57264, 1, arc] }, value: Buffer.from(text) });
const der = (arc: number, text: string) => raw(arc, `\x0c${String.fromCharCode(text.length)}${text}`);
const old = (repository: string) => [
  raw(1, 'https://token.actions.githubusercontent.com'),
  raw(2, 'release'),
  raw(3, '06528997c3c8ab9f864fad9a3658446aca7fd86d'),
  raw(4, 'Publish'),
  raw(5, repository),
  raw(6, 'refs/tags/v1.0.0'),
];
const san = 'https://github.com/sigstore/sigstore-js/.github/workflows/publish.yml@refs/tags/v1.0.0';

test('a certificate from before 2023: its repository and workflow, and no ids', () => {
  expect(identityOf(san, old('sigstore/sigstore-js'))).toEqual({
    builder: {
      issuer: 'https://token.actions.githubusercontent.com',
      subject: san,
      repository: 'https://github.com/sigstore/sigstore-js',
      repositoryId: null,
      ownerId: null,
      workflow: '.github/workflows/publish.yml',
      runner: null,
    },
    circumstances: { commit: '06528997c3c8ab9f864fad9a3658446aca7fd86d', ref: 'refs/tags/v1.0.0', trigger: 'release', runUrl: null },
  });
});

test('a shared workflow in such a certificate: nothing says which workflow called it', () => {
  expect(identityOf(san, old('victim/notes'))?.builder).toMatchObject({ repository: 'https://github.com/victim/notes', workflow: null });
});

test('another issuer does not name repositories of GitHub', () => {
  const other = [raw(1, 'https://token.actions.githubusercontent.com/hammer-time'), raw(5, 'sigstore/sigstore-js')];
  expect(identityOf(san, other)?.builder).toMatchObject({ repository: null, workflow: null });
});

test.each([
  ['an issuer that is no text', [{ ...der(8, 'x'), value: Buffer.from([0x0c, 0x05, 0x61]) }, raw(1, 'https://accounts.example')]],
  ['an issuer that is no UTF-8', [{ ...der(8, 'x'), value: Buffer.from([0x0c, 0x01, 0xff]) }]],
  ['two repositories', [der(8, 'https://issuer.example'), der(12, 'a'), der(12, 'b')]],
  ['no issuer', [der(12, 'a')]],
])('%s: nobody vouches for who it is', (_, extensions) => {
  expect(identityOf(san, extensions)).toBeNull();
});

test('new members count where there are both, and the ref is taken off whole', () => {
  const repository = 'https://github.com/changesets/action';
  const ref = 'refs/tags/@changesets/cli@2.0.0';
  const both = [
    ...old('other/repository'),
    der(8, 'https://issuer.example'),
    der(12, repository),
    der(14, ref),
    der(18, `${repository}/.github/workflows/x.yml@${ref}`),
  ];
  expect(identityOf(san, both)?.builder).toMatchObject({
    issuer: 'https://issuer.example',
    repository,
    workflow: '.github/workflows/x.yml',
  });
});
