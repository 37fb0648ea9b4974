import { createPublicKey } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the installed verifier decides otherwise than a case says, and why that is safe. */
const otherwise = {
  'rekor2-dsse-happy-path': ['unavailable', 'unknown encoding: said, not called forged'],
  'rekor2-dsse-invalid-sig_fail': ['unavailable', 'unknown encoding: said, not believed'],
  'rekor2-dsse-mismatch-envelope_fail': ['unavailable', 'unknown encoding: said, not believed'],
  'rekor2-dsse-mismatch-sig_fail': ['unavailable', 'unknown encoding: said, not believed'],
};

/** Package and SHA-512 of each answer of the registry; all the damaged ones are of one package. */
const npmAnswers = {
  'npm-sigstore': [
    'sigstore@1.0.0',
    '7bea9f6e7ff37f5fab0b36bf061200fff03099fd2fd696b91d04bc5e4f225eb9fd6e0cadcad54ba980f43fb352a99e8810b4e0abeb5c0ef2cf9108cd1f258b36',
  ],
  'npm-tufjs': [
    'tuf-js@1.0.0',
    'd5dc6c4301120f30022634dd607438c09d5ffe87fb8c02d629f2441d205651007fe544c9531f525ba1875e9e266752af7414490a91a3b2ca0f1468b886fc3cfc',
  ],
  pacote: [
    'sigstore@0.4.0',
    '282c0c5fa936d264321643581b65d3de5c0af6ed4fdfac12f5851115df39cc25cfaf0ad22d908487bfef30114d61c25746206d1834be4f8fd1659178f77cc004',
  ],
};

/** Both are signed by Sigstore's staging, which nobody trusts. */
const staging = ['rfc8785-', 'spt3g-'];

/**
 * Every public sample below `folder`, judged offline. A row: `{group, name, expected, got, why, allowed}`; `allowed` is the
 * verdict that is known to differ, with its reason, or null.
 */
export function judgeAll(folder, { verifyBundle, verifyKeyedBundle, verifyAttestations, shippedTrustRoot, trustRoot }) {
  const shipped = shippedTrustRoot();
  return [...conformance(), ...npm(), ...github(), ...pypi()];

  function conformance() {
    const group = 'sigstore-conformance';
    const names = list(join(folder, group)).filter((name) => existsSync(join(folder, group, name, 'bundle.sigstore.json')));
    return names.map((name) => {
      const at = (file) => join(folder, group, name, file);
      const root = existsSync(at('trusted_root.json')) ? givenRoot(at('trusted_root.json')) : shipped;
      const expected = name.endsWith('_fail') ? 'invalid' : 'verified';
      if (root === null) return row(group, name, expected, { outcome: 'invalid', why: 'the trust root cannot be used' });
      const artifact = readFileSync(existsSync(at('artifact')) ? at('artifact') : join(folder, group, 'a.txt'));
      const bundle = jsonOrNull(at('bundle.sigstore.json'));
      if (!existsSync(at('key.pub'))) return row(group, name, expected, verifyBundle(bundle, root, artifact));
      const keys = givenKeys(at('key.pub'));
      if (keys === null) return row(group, name, expected, { outcome: 'invalid', why: 'the key cannot be used' });
      return row(group, name, expected, verifyKeyedBundle(bundle, { root, keys }, artifact));
    });
  }

  /** null = it is refused. */
  function givenRoot(file) {
    try {
      return trustRoot(jsonOrNull(file), [], { from: 'given', expiredAt: null });
    } catch {
      return null;
    }
  }

  /** null = it is refused, as on the command line. */
  function givenKeys(file) {
    try {
      return [createPublicKey(readFileSync(file, 'utf8')).export({ format: 'pem', type: 'spki' }).toString()];
    } catch {
      return null;
    }
  }

  function npm() {
    return list(join(folder, 'npm')).map((file) => {
      const name = file.replace('-attestations.json', '');
      const [label, hex] = npmAnswers[name] ?? npmAnswers.pacote;
      const [packageName, version] = label.split('@');
      const integrity = `sha512-${Buffer.from(hex, 'hex').toString('base64')}`;
      const about = {
        artifact: { subject: `pkg:npm/${packageName}`, name: packageName, version, integrity },
        promised: { publish: true, provenance: true },
        registries: [`https://${shipped.keysOf}`],
      };
      const expected = name.startsWith('pacote-') && name !== 'pacote-valid' ? 'invalid' : 'verified';
      return row('npm', name, expected, verifyAttestations(readFileSync(join(folder, 'npm', file)), about, shipped));
    });
  }

  function github() {
    return list(join(folder, 'github')).map((file) => {
      const expected = file.includes('invalid') ? 'invalid' : 'verified';
      return row('github', file.replace(/\.json$/, ''), expected, verifyBundle(jsonOrNull(join(folder, 'github', file)), shipped, null));
    });
  }

  function pypi() {
    return list(join(folder, 'pypi')).map((file) => {
      const read = jsonOrNull(join(folder, 'pypi', file));
      const attestation = read.attestation_bundles?.[0].attestations[0] ?? read;
      const expected = staging.some((start) => file.startsWith(start)) ? 'invalid' : 'verified';
      return row('pypi', file, expected, verifyBundle(wrapped(attestation), shipped, null));
    });
  }
}

function row(group, name, expected, { outcome, why }) {
  const [verdict, reason] = otherwise[name] ?? [];
  return { group, name, expected, got: outcome, why: why ?? '', allowed: verdict === outcome ? reason : null };
}

/** A PEP 740 attestation as a bundle. */
function wrapped({ envelope, verification_material: material }) {
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { certificate: { rawBytes: material.certificate }, tlogEntries: material.transparency_entries },
    dsseEnvelope: { payload: envelope.statement, payloadType: 'application/vnd.in-toto+json', signatures: [{ sig: envelope.signature }] },
  };
}

function list(folder) {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

function jsonOrNull(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
