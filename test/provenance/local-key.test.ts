import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { preAuthEncoding, signEnvelope, verifyEnvelope } from '../../src/provenance/dsse.ts';
import { readSecretKey, type SecretKey } from '../../src/provenance/local-key.ts';
import { readPublicKeys } from '../../src/provenance/public-keys.ts';
import { signSsh, verifySsh } from '../../src/provenance/sshsig.ts';

// Made once by OpenSSH 9.2 for this test, and used nowhere else.
const sshPublic = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB1kWIe6XpONJk2+7+DAZUS2+niHqaMqPbUZLXkX0eTx a@b';
const sshSignature = `-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgHWRYh7pek40mTb7v4MBlRLb6eI
epoyo9tRkteRfR5PEAAAAHcGluZm9sZAAAAAAAAAAGc2hhNTEyAAAAUwAAAAtzc2gtZWQy
NTUxOQAAAEDRPA6e4agSIRoKC6JDNe3TFmAJWI+xMg1vBnQJrwNH6AO7XQJhrEY7B8gRfw
GUgRIiZnLscRy6RfZO9xi5K6QK
-----END SSH SIGNATURE-----
`;
const hello = Buffer.from('hello\n');
const type = 'application/vnd.example+json';

const pem = (kind: 'ed25519' | 'ec', passphrase?: string): { secret: string; open: string } => {
  const privateKeyEncoding =
    passphrase === undefined
      ? ({ type: 'pkcs8', format: 'pem' } as const)
      : ({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase } as const);
  const publicKeyEncoding = { type: 'spki', format: 'pem' } as const;
  const pair =
    kind === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256', privateKeyEncoding, publicKeyEncoding })
      : generateKeyPairSync('ed25519', { privateKeyEncoding, publicKeyEncoding });
  return { secret: pair.privateKey, open: pair.publicKey };
};
const ed = pem('ed25519');
const ec = pem('ec');
const rsa = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const codeOf = (action: () => unknown): unknown => {
  try {
    action();
  } catch (cause) {
    return (cause as { code?: unknown }).code;
  }
  return 'nothing thrown';
};

describe('keys', () => {
  test('a fingerprint is the one that ssh-keygen prints', () => {
    expect(readPublicKeys(sshPublic)[0]?.fingerprint).toBe('SHA256:2q/6X07Fu6NYit+gEkSdaUfEU92emeEbRe63IRlO2/E');
  });

  test('an allowed_signers line names who and for what', () => {
    const [key] = readPublicKeys(`# team\nalice@example.com,bob@example.com namespaces="a,b" ${sshPublic}\n`);
    expect(key).toMatchObject({ principals: ['alice@example.com', 'bob@example.com'], namespaces: ['a', 'b'] });
  });

  test.each([
    ['an RSA key', rsa.publicKey],
    ['an RSA key among others', `${ed.open}${rsa.publicKey}`],
    ['a secret key', ed.secret],
    ['nothing', '\n# only a comment\n'],
    ['an option that is not known', `alice@example.com cert-authority ${sshPublic}`],
    ['a wildcard in namespaces', `alice@example.com namespaces="pinfold-*" ${sshPublic}`],
    ['a validity that is not looked at', `alice@example.com valid-before="20200101" ${sshPublic}`],
    ['a hardware key', 'sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t'],
    ['a key that ends too early', sshPublic.replace('R8eTx', '').slice(0, 60)],
    ['another kind than the line says', sshPublic.replace('ssh-ed25519 ', 'ecdsa-sha2-nistp256 ')],
    ['words', 'hello world'],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ])('%s is no list of keys', (_name, text) => {
    expect(codeOf(() => readPublicKeys(text))).toBe('key-invalid');
  });

  test('a passphrase is asked for, and a wrong one is told from a damaged file', () => {
    const locked = pem('ed25519', 'correct horse').secret;
    expect(codeOf(() => readSecretKey(locked, null))).toBe('key-locked');
    expect(codeOf(() => readSecretKey(locked, 'wrong'))).toBe('key-locked');
    expect(readSecretKey(locked, 'correct horse').publicKey.algorithm).toBe('ed25519');
    expect(codeOf(() => readSecretKey('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n', null))).toBe('key-invalid');
    expect(codeOf(() => readSecretKey(rsa.privateKey, null))).toBe('key-invalid');
  });
});

describe.each([
  ['ed25519', ed],
  ['ecdsa', ec],
])('signatures with %s', (_name, { secret, open }) => {
  const key: SecretKey = readSecretKey(secret, null);
  const keys = readPublicKeys(open);
  const envelope = signEnvelope(type, hello, key);
  const check = (value: unknown): string => verifyEnvelope(value, { payloadType: type, keys }).outcome;

  test('an envelope holds, and hands back what was signed', () => {
    const verdict = verifyEnvelope(JSON.parse(JSON.stringify(envelope)), { payloadType: type, keys });
    expect(verdict).toMatchObject({ outcome: 'verified', signer: { keyId: key.publicKey.keyId } });
    expect(verdict.outcome === 'verified' && Buffer.from(verdict.payload).toString()).toBe('hello\n');
  });

  test('what was changed after signing does not hold', () => {
    const [{ keyid, sig }] = envelope.signatures;
    const raw = Buffer.from(sig, 'base64');
    const signed = (bytes: Buffer): unknown => ({ ...envelope, signatures: [{ keyid, sig: bytes.toString('base64') }] });
    expect(check({ ...envelope, payload: Buffer.from('jello\n').toString('base64') })).toBe('invalid');
    expect(check({ ...envelope, payloadType: `${type}2` })).toBe('invalid');
    expect(check({ ...envelope, signatures: [] })).toBe('invalid');
    expect(
      check({
        ...envelope,
        signatures: [
          { keyid, sig },
          { keyid, sig },
        ],
      }),
    ).toBe('invalid');
    expect(check(signed(raw.subarray(0, -1)))).toBe('invalid');
    expect(check(signed(Buffer.concat([raw, Buffer.alloc(1)])))).toBe('invalid');
    expect(check(signed(Buffer.alloc(raw.length)))).toBe('invalid');
    expect(check({ ...envelope, signatures: [{ keyid, sig: ` ${sig}` }] })).toBe('invalid');
    expect(check({ ...envelope, payload: `${envelope.payload.replace(/=*$/, '')}` })).toBe(
      envelope.payload.endsWith('=') ? 'invalid' : 'verified',
    );
    expect(check(null)).toBe('invalid');
    expect(check({ ...envelope, signatures: [{ keyid, sig: '' }] })).toBe('invalid');
  });

  test('a signature for one purpose does not count for another', () => {
    expect(verifyEnvelope(envelope, { payloadType: 'application/vnd.other+json', keys }).outcome).toBe('invalid');
    const ssh = signSsh('one', hello, key);
    expect(verifySsh(ssh, { namespace: 'one', bytes: hello, keys }).outcome).toBe('verified');
    expect(verifySsh(ssh, { namespace: 'two', bytes: hello, keys }).outcome).toBe('invalid');
  });

  test('a key that nobody named is absent, never verified', () => {
    const others = readPublicKeys(pem('ed25519').open);
    expect(verifyEnvelope(envelope, { payloadType: type, keys: others }).outcome).toBe('absent');
    expect(verifyEnvelope(envelope, { payloadType: type, keys: [] }).outcome).toBe('absent');
    const ssh = signSsh('one', hello, key);
    expect(verifySsh(ssh, { namespace: 'one', bytes: hello, keys: others })).toMatchObject({
      outcome: 'absent',
      claimed: key.publicKey.fingerprint,
    });
    // Its id may be written into any envelope.
    const [first] = others;
    const borrowed = { ...envelope, signatures: [{ keyid: first?.keyId, sig: envelope.signatures[0].sig }] };
    expect(verifyEnvelope(borrowed, { payloadType: type, keys: others }).outcome).toBe('invalid');
  });

  test('a key that may sign for one namespace alone signs for no other', () => {
    const bound = keys.map((one) => ({ ...one, namespaces: ['one'] }));
    expect(verifySsh(signSsh('one', hello, key), { namespace: 'one', bytes: hello, keys: bound }).outcome).toBe('verified');
    expect(verifySsh(signSsh('two', hello, key), { namespace: 'two', bytes: hello, keys: bound }).outcome).toBe('absent');
    expect(verifyEnvelope(envelope, { payloadType: type, keys: bound }).outcome).toBe('absent');
    expect(verifyEnvelope(envelope, { payloadType: type, namespace: 'one', keys: bound }).outcome).toBe('verified');
  });

  test('an SSH signature that was cut, lengthened or moved to other bytes does not hold', () => {
    const ssh = signSsh('one', hello, key);
    const verdict = (text: string, bytes = hello): string => verifySsh(text, { namespace: 'one', bytes, keys }).outcome;
    const blob = Buffer.from(ssh.split('\n').slice(1, -2).join(''), 'base64');
    const armor = (bytes: Buffer): string => `-----BEGIN SSH SIGNATURE-----\n${bytes.toString('base64')}\n-----END SSH SIGNATURE-----\n`;
    expect(verdict(armor(blob))).toBe('verified');
    for (let length = 0; length < blob.length; length += 1) expect(verdict(armor(blob.subarray(0, length)))).toBe('invalid');
    expect(verdict(armor(Buffer.concat([blob, Buffer.alloc(1)])))).toBe('invalid');
    expect(verdict(ssh, Buffer.from('jello\n'))).toBe('invalid');
    expect(verdict(`${ssh}${ssh}`)).toBe('invalid');
    expect(verdict(ssh.replace('SIGNATURE', 'SIGNATURES'))).toBe('invalid');
    expect(verdict('')).toBe('invalid');
    const version = Buffer.from(blob);
    version[9] = 2;
    expect(verdict(armor(version))).toBe('unavailable');
  });
});

test('DER of an ECDSA signature has one spelling', () => {
  const key = readSecretKey(ec.secret, null);
  const keys = readPublicKeys(ec.open);
  const envelope = signEnvelope(type, hello, key);
  const raw = Buffer.from(envelope.signatures[0].sig, 'base64');
  // The first number with one more zero before it: BER, not DER.
  const longer = Buffer.concat([Buffer.from([0x30, (raw[1] ?? 0) + 1, 0x02, (raw[3] ?? 0) + 1, 0x00]), raw.subarray(4)]);
  const check = (sig: Buffer): string =>
    verifyEnvelope({ ...envelope, signatures: [{ sig: sig.toString('base64') }] }, { payloadType: type, keys }).outcome;
  expect(check(raw)).toBe('verified');
  expect(check(longer)).toBe('invalid');
});

test('the pre-authentication encoding is that of the specification', () => {
  expect(preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world')).toString()).toBe(
    'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  );
});

describe('SSH signatures of algorithms that are not supported', () => {
  const string = (value: string | Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(value));
    return Buffer.concat([length, Buffer.from(value as string)]);
  };
  const made = (keyType: string, signatureType: string, hash: string): string => {
    const blob = Buffer.concat([
      Buffer.from('SSHSIG\0\0\0\x01', 'latin1'),
      string(Buffer.concat([string(keyType), string('\x03'), string('n')])),
      string('one'),
      string(''),
      string(hash),
      string(Buffer.concat([string(signatureType), string('value')])),
    ]);
    return `-----BEGIN SSH SIGNATURE-----\n${blob.toString('base64')}\n-----END SSH SIGNATURE-----\n`;
  };
  test.each([
    ['RSA with SHA-1', made('ssh-rsa', 'ssh-rsa', 'sha512'), 'invalid'],
    ['RSA with SHA-512', made('ssh-rsa', 'rsa-sha2-512', 'sha512'), 'unavailable'],
    ['a hardware key', made('sk-ssh-ed25519@openssh.com', 'sk-ssh-ed25519@openssh.com', 'sha512'), 'unavailable'],
    ['an algorithm of tomorrow', made('ssh-mldsa65', 'ssh-mldsa65', 'sha512'), 'unavailable'],
  ])('%s', (_name, text, outcome) => {
    expect(verifySsh(text, { namespace: 'one', bytes: hello, keys: readPublicKeys(sshPublic) }).outcome).toBe(outcome);
  });
});

test('a signature that OpenSSH made holds', () => {
  const keys = readPublicKeys(sshPublic);
  expect(verifySsh(sshSignature, { namespace: 'pinfold', bytes: hello, keys }).outcome).toBe('verified');
  expect(verifySsh(sshSignature, { namespace: 'pinfold', bytes: Buffer.from('hello'), keys }).outcome).toBe('invalid');
});

const keygen = spawnSync('ssh-keygen', ['-Y', 'sign'], { stdio: 'ignore' }).error === undefined;
if (!keygen) console.warn('skipped: ssh-keygen is not installed');

describe.skipIf(!keygen)('beside the real ssh-keygen', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pinfold-keys-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string): string => join(folder, name);
  writeFileSync(at('message'), hello);

  test.each(['ed25519', 'ecdsa'])('%s: each verifies what the other signed', (kind) => {
    execFileSync('ssh-keygen', ['-q', '-t', kind, '-b', '256', '-N', '', '-C', 'test', '-f', at(kind)]);
    const open = readFileSync(at(`${kind}.pub`), 'utf8');
    const [key] = readPublicKeys(open);
    expect(execFileSync('ssh-keygen', ['-lf', at(`${kind}.pub`)], { encoding: 'utf8' })).toContain(` ${key?.fingerprint} `);
    execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'pinfold-manifest', '-f', at(kind), at('message')], { stdio: 'ignore' });
    const theirs = readFileSync(at('message.sig'), 'utf8');
    rmSync(at('message.sig'));
    expect(verifySsh(theirs, { namespace: 'pinfold-manifest', bytes: hello, keys: readPublicKeys(open) }).outcome).toBe('verified');

    writeFileSync(at('signers'), `me@example.com ${open}`);
    const secret = readSecretKey(readFileSync(at(kind), 'utf8'), null);
    // Several times: an ECDSA number starts with a zero now and then.
    for (let round = 0; round < 8; round += 1) {
      writeFileSync(at('ours.sig'), signSsh('pinfold-manifest', hello, secret));
      const args = ['-Y', 'verify', '-f', at('signers'), '-I', 'me@example.com', '-n', 'pinfold-manifest', '-s', at('ours.sig')];
      expect(spawnSync('ssh-keygen', args, { input: hello }).status).toBe(0);
    }
  });

  test('an OpenSSH key with a passphrase is said to be locked', () => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'not-a-secret', '-f', at('locked')]);
    expect(codeOf(() => readSecretKey(readFileSync(at('locked'), 'utf8'), null))).toBe('key-locked');
  });
});
