import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { signingContexts } from '../../src/model/signing-context.ts';
import { signEnvelope } from '../../src/provenance/dsse.ts';
import { readSecretKey } from '../../src/provenance/local-key.ts';
import { signSsh } from '../../src/provenance/sshsig.ts';
import { manifestSignSchema, manifestVerifySchema } from '../../src/report/json/manifest.ts';
import { type Machine, machine } from '../support/cli.ts';
import { fakeSigstore, job } from '../support/fake-sigstore.ts';

const manifest = `${JSON.stringify(
  {
    schemaVersion: 1,
    name: '@acme/dev',
    version: '1.2.3',
    instructions: null,
    tools: {},
    prompts: {},
    resourceTemplates: {},
    capabilities: {},
    auth: 'none',
    variables: {},
  },
  null,
  2,
)}\n`;

function keys(passphrase?: string): { readonly secret: string; readonly open: string } {
  const locked = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', ...locked },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { secret: privateKey, open: publicKey };
}

const mine = keys();
const other = keys();

async function author(): Promise<Machine> {
  const m = await machine();
  m.write('mcp-manifest.json', manifest);
  m.write('mine.pem', mine.secret);
  m.write('mine.pub', mine.open);
  m.write('other.pub', other.open);
  return m;
}

describe('with a key in a file', () => {
  test.each([
    ['dsse', '.dsse.json'],
    ['ssh', '.sig'],
  ])('%s: what was signed verifies with that key and with no other', async (form, ending) => {
    const m = await author();
    const signed = await m.run('manifest', 'sign', '--key', 'mine.pem', '--form', form, '--json');
    expect(signed.code).toBe(0);
    expect(manifestSignSchema.parse(JSON.parse(signed.stdout)).signature).toBe(join(m.home, `mcp-manifest.json${ending}`));
    expect(m.read(`mcp-manifest.json${ending}`)).not.toContain('PRIVATE');
    const verified = await m.run('manifest', 'verify', '--key', 'mine.pub');
    expect(verified).toMatchObject({ code: 0, stderr: '' });
    expect(verified.stdout).toMatch(/^verified {2}/);
    const foreign = await m.run('manifest', 'verify', '--key', 'other.pub', '--json');
    expect(foreign.code).toBe(1);
    expect(manifestVerifySchema.parse(JSON.parse(foreign.stdout))).toMatchObject({ outcome: 'absent' });
    m.write('mcp-manifest.json', manifest.replace('"none"', '"oauth"'));
    expect(await m.run('manifest', 'verify', '--key', 'mine.pub')).toMatchObject({ code: 1, stdout: expect.stringMatching(/^invalid/) });
  });

  test('not signed at all is absent, exit 1', async () => {
    const m = await author();
    const ran = await m.run('manifest', 'verify', '--key', 'mine.pub');
    expect(ran.code).toBe(1);
    expect(ran.stdout.replace(/\s+/g, ' ')).toContain('there is no mcp-manifest.json.dsse.json or mcp-manifest.json.sig');
  });

  test('whose signature is wanted must be said', async () => {
    const m = await author();
    for (const words of [[], ['--identity', 'x'], ['--issuer', 'x'], ['--key', 'mine.pub', '--identity', 'x', '--issuer', 'y']])
      expect((await m.run('manifest', 'verify', ...words)).code).toBe(2);
    for (const words of [[], ['--key', 'mine.pem', '--keyless'], ['--key', 'mine.pem', '--form', 'pgp']])
      expect((await m.run('manifest', 'sign', ...words)).code).toBe(2);
  });

  test('a passphrase is asked for at a terminal, and nowhere else', async () => {
    const m = await author();
    m.write('locked.pem', keys('correct horse').secret);
    const alone = await m.run('manifest', 'sign', '--key', 'locked.pem');
    expect(alone.code).toBe(3);
    expect(alone.stderr).toContain('the key has a passphrase');
    const wrong = await m.person(['wrong'], 'manifest', 'sign', '--key', 'locked.pem');
    expect(wrong.code).toBe(3);
    const signed = await m.person(['correct horse'], 'manifest', 'sign', '--key', 'locked.pem');
    expect(signed.code).toBe(0);
    expect(signed.stdout + signed.stderr).not.toContain('correct horse');
  });

  test('what is no manifest is not signed', async () => {
    const m = await author();
    m.write('mcp-manifest.json', '{"schemaVersion": 1}');
    const ran = await m.run('manifest', 'sign', '--key', 'mine.pem');
    expect(ran.code).toBe(3);
    expect(Object.keys(m.files())).not.toContain('mcp-manifest.json.dsse.json');
  });

  test.skipIf(spawnSync('ssh-keygen', ['-Y'], { stdio: 'ignore' }).error !== undefined)(
    'a signature that ssh-keygen made verifies, with the principal of allowed_signers',
    async () => {
      const m = await author();
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(m.home, 'id')]);
      const file = join(m.home, 'mcp-manifest.json');
      execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'pinfold-manifest', '-f', join(m.home, 'id'), file], { stdio: 'ignore' });
      m.write('signers', `ada@acme.example namespaces="pinfold-manifest" ${m.read('id.pub')}`);
      const ran = await m.run('manifest', 'verify', '--key', 'signers');
      expect(ran.code).toBe(0);
      expect(ran.stdout.replace(/\s+/g, ' ')).toContain('(ada@acme.example)');
      m.write('signers', `ada@acme.example namespaces="git" ${m.read('id.pub')}`);
      expect((await m.run('manifest', 'verify', '--key', 'signers')).code).toBe(1);
    },
  );
});

describe('attacks', () => {
  test('a signature that was made for a feed or a lock does not count for a manifest', async () => {
    const m = await author();
    const key = readSecretKey(mine.secret, null);
    for (const { payloadType, namespace } of [signingContexts.feed, signingContexts.lock]) {
      m.write('mcp-manifest.json.dsse.json', JSON.stringify(signEnvelope(payloadType, Buffer.from(manifest), key)));
      expect(await m.run('manifest', 'verify', '--key', 'mine.pub')).toMatchObject({ code: 1, stdout: expect.stringMatching(/^invalid/) });
      m.write(
        'mcp-manifest.json.dsse.json',
        JSON.stringify(signEnvelope(signingContexts.manifest.payloadType, Buffer.from(manifest), key)),
      );
      m.write('mcp-manifest.json.sig', signSsh(namespace, Buffer.from(manifest), key));
      // One wrong signature is not healed by a right one beside it.
      expect(await m.run('manifest', 'verify', '--key', 'mine.pub')).toMatchObject({ code: 1, stdout: expect.stringMatching(/^invalid/) });
    }
  });

  test('an envelope about other bytes is not about this file, although its signature holds', async () => {
    const m = await author();
    const others = Buffer.from(manifest.replace('1.2.3', '9.9.9'));
    const envelope = signEnvelope(signingContexts.manifest.payloadType, others, readSecretKey(mine.secret, null));
    m.write('mcp-manifest.json.dsse.json', JSON.stringify(envelope));
    const ran = await m.run('manifest', 'verify', '--key', 'mine.pub');
    expect(ran.code).toBe(1);
    expect(ran.stdout.replace(/\s+/g, ' ')).toContain('it was made over other bytes');
  });

  test('a member that stands twice in an envelope is no envelope', async () => {
    const m = await author();
    const envelope = JSON.stringify(
      signEnvelope(signingContexts.manifest.payloadType, Buffer.from(manifest), readSecretKey(mine.secret, null)),
    );
    m.write('mcp-manifest.json.dsse.json', envelope.replace('{', '{"payload":"AAAA",'));
    expect((await m.run('manifest', 'verify', '--key', 'mine.pub')).stdout).toMatch(/^invalid/);
  });

  test('nothing is written through a link that lies where the signature goes', async () => {
    const m = await author();
    m.write('elsewhere', 'kept');
    symlinkSync(join(m.home, 'elsewhere'), join(m.home, 'mcp-manifest.json.dsse.json'));
    const ran = await m.run('manifest', 'sign', '--key', 'mine.pem');
    expect(ran.code).toBe(3);
    expect(m.read('elsewhere')).toBe('kept');
  });
});

describe('without a key, as a CI job', () => {
  test('the identity of the job signs; exactly that identity verifies', async () => {
    const sigstore = await fakeSigstore();
    const m = await machine({
      env: { ACTIONS_ID_TOKEN_REQUEST_URL: `${sigstore.url}/token?api=1`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'not-a-secret-request-token' },
    });
    m.write('mcp-manifest.json', manifest);
    m.write('root.json', JSON.stringify(sigstore.trustedRoot));
    const services = ['--fulcio-url', sigstore.url, '--rekor-url', sigstore.url];
    const signed = await m.run('manifest', 'sign', '--keyless', ...services);
    expect(signed).toMatchObject({ code: 0, stderr: '' });
    expect(sigstore.asked).toContain('GET /token?api=1&audience=sigstore');
    expect(m.read('mcp-manifest.json.sigstore.json')).not.toContain(sigstore.token);
    const verify = (identity: string, issuer: string, ...more: readonly string[]) =>
      m.run('manifest', 'verify', '--identity', identity, '--issuer', issuer, ...more);
    const root = ['--trusted-root', 'root.json'];
    expect(await verify(job.sub, job.iss, ...root)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^verified/) });
    // Neither a part of it, nor a pattern, nor another case.
    for (const [identity, issuer] of [
      [job.sub.slice(0, -1), job.iss],
      [`${job.sub}.evil.example`, job.iss],
      [job.sub.replace('acme', '.*'), job.iss],
      [job.sub.toUpperCase(), job.iss],
      [job.sub, 'https://issuer.example'],
    ] as const)
      expect(await verify(identity, issuer, ...root)).toMatchObject({ code: 1, stdout: expect.stringMatching(/^absent/) });
    // The public instance knows nothing of this authority.
    expect((await verify(job.sub, job.iss)).stdout).toMatch(/^invalid/);
    m.write('mcp-manifest.json', manifest.replace('"none"', '"oauth"'));
    expect((await verify(job.sub, job.iss, ...root)).stdout).toMatch(/^invalid/);
  });

  test('a machine that no CI vouches for is told what to do, and nothing is asked', async () => {
    const sigstore = await fakeSigstore();
    const m = await author();
    const ran = await m.run('manifest', 'sign', '--keyless', '--fulcio-url', sigstore.url, '--rekor-url', sigstore.url);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(/^ hint: .*pinfold manifest sign --key FILE/m);
    expect(sigstore.asked).toEqual([]);
  });

  test('--offline asks nobody, even with a token at hand; a refusal of the authority says so without the token', async () => {
    const sigstore = await fakeSigstore();
    const m = await machine({ env: { SIGSTORE_ID_TOKEN: sigstore.token } });
    m.write('mcp-manifest.json', manifest);
    const offline = await m.run('manifest', 'sign', '--keyless', '--offline', '--fulcio-url', sigstore.url, '--rekor-url', sigstore.url);
    expect(offline.code).toBe(3);
    expect(sigstore.asked).toEqual([]);
    const refused = await m.run('manifest', 'sign', '--keyless', '--fulcio-url', `${sigstore.url}/none`, '--rekor-url', sigstore.url);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('nothing was signed');
    expect(refused.stderr).not.toContain(sigstore.token);
  });
});
