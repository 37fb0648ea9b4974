import { describe, expect, test } from 'vitest';
import type { Host } from '../../../src/host/host.ts';
import { pypiVoucherWith } from '../../../src/operations/vouch/pypi.ts';
import { trustRoot } from '../../../src/provenance/trust-root.ts';
import { resolvePypi } from '../../../src/sources/pypi/resolve.ts';
import { temporaryHost } from '../../support/home.ts';
import { type Pypi, startPypi } from '../../support/pypi.ts';
import { githubWorkflow, signingAuthority } from '../../support/signing.ts';
import { sha256Hex, wheel } from '../../support/wheel.ts';

const weather = { name: 'weather', version: '1.0.0', files: { 'weather/__init__.py': '' } };
const filename = 'weather-1.0.0-py3-none-any.whl';
const reference = { source: 'pypi', name: 'weather', specifier: '', extras: [], bin: null, serverArgs: [] } as const;
const path = `/integrity/weather/1.0.0/${filename}/provenance`;
const authority = await signingAuthority();

async function provenance(sha256 = sha256Hex(wheel(weather))): Promise<string> {
  const said = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: filename, digest: { sha256 } }],
    predicateType: 'https://docs.pypi.org/attestations/publish/v1',
    predicate: null,
  };
  const { verificationMaterial, dsseEnvelope } = await authority.attest(said, githubWorkflow('owner/weather'));
  const attestation = {
    version: 1,
    verification_material: {
      certificate: verificationMaterial.certificate.rawBytes,
      transparency_entries: verificationMaterial['tlogEntries'],
    },
    envelope: { statement: dsseEnvelope.payload, signature: dsseEnvelope.signatures[0]?.sig },
  };
  const publisher = { kind: 'GitHub', repository: 'owner/weather', workflow: 'release.yml', environment: null };
  return JSON.stringify({ version: 1, attestation_bundles: [{ publisher, attestations: [attestation] }] });
}

const answers = (pypi: Pypi, body: string, status = 200) =>
  pypi.answer(path, (response) => void response.writeHead(status, { 'content-type': 'application/vnd.pypi.integrity.v1+json' }).end(body));

async function vouch(pypi: Pypi) {
  const host: Host = temporaryHost({ env: pypi.env });
  const resolution = await resolvePypi(reference, host);
  const voucher = pypiVoucherWith(async () => trustRoot(authority.root, [], { from: 'given', expiredAt: null }));
  const subject = {
    artifact: resolution.artifact,
    closure: resolution.closure,
    resolution: { ecosystem: 'pypi', pypi: resolution },
  } as const;
  expect(voucher.appliesTo(subject)).toBe(true);
  return voucher.vouch(subject, host);
}

describe('who uploaded a wheel', () => {
  test('is what a provenance says that the index names, about the bytes of the closure', async () => {
    const pypi = await startPypi();
    pypi.publish(weather, { provenance: `../..${path}` });
    answers(pypi, await provenance());
    expect(await vouch(pypi)).toMatchObject({
      evidence: [
        {
          source: 'pypi-provenance',
          outcome: 'verified',
          detail: expect.stringContaining(`${filename}: signed by https://github.com/owner/weather/`),
        },
      ],
      builder: { repository: 'https://github.com/owner/weather', repositoryId: '4711' },
      findings: [],
    });
  });

  test('a provenance of other bytes is a finding, and nobody is named', async () => {
    const pypi = await startPypi();
    pypi.publish(weather, { provenance: `../..${path}` });
    answers(pypi, await provenance('e'.repeat(64)));
    expect(await vouch(pypi)).toMatchObject({
      evidence: [{ outcome: 'invalid' }],
      builder: null,
      findings: [
        { code: 'provenance-invalid', subject: 'weather@1.0.0', args: { why: `it is about other bytes: sha256 ${'e'.repeat(64)}` } },
      ],
    });
  });

  test.each([
    ['an index that says nothing of it', {}, 'unavailable', 'says nothing of provenance, which a mirror may leave out'],
    ['an index that says that there is none', { provenance: null }, 'absent', `names none for ${filename}`],
    ['an index that names one and does not have it', { provenance: `../..${path}` }, 'unavailable', 'answered 404'],
    [
      'an index that names another host',
      { provenance: 'https://elsewhere.example/provenance' },
      'unavailable',
      'to elsewhere.example, which is not asked',
    ],
  ])('%s', async (_what, entry, outcome, detail) => {
    const pypi = await startPypi();
    pypi.publish(weather, entry);
    const { evidence, findings } = await vouch(pypi);
    expect(evidence).toEqual([{ source: 'pypi-provenance', outcome, detail: expect.stringContaining(detail) }]);
    expect(findings).toEqual([]);
  });

  test('an answer that is no JSON, or says a member twice, is no proof of anything', async () => {
    for (const body of ['<html>', '{"version":1,"version":1,"attestation_bundles":[]}']) {
      const pypi = await startPypi();
      pypi.publish(weather, { provenance: `../..${path}` });
      answers(pypi, body);
      expect((await vouch(pypi)).evidence).toMatchObject([{ outcome: 'unavailable' }]);
    }
  });

  test('the login of a private index goes to it, and not to a host of its files', async () => {
    const pypi = await startPypi({ login: 'ann:not-a-secret' });
    pypi.publish(weather, { provenance: `../..${path}` });
    await vouch(pypi);
    const expected = `Basic ${Buffer.from('ann:not-a-secret').toString('base64')}`;
    expect(pypi.requests.filter((request) => request.path === path)).toEqual([{ path, authorization: expected }]);
  });
});
