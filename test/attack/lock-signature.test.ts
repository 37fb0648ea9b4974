import { generateKeyPairSync } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { nodeHost } from '../../src/host/node.ts';
import { emptyLock, withPin } from '../../src/lockfile/lock.ts';
import { readableManifest } from '../../src/lockfile/manifest-file.ts';
import { digestBytes } from '../../src/model/digest.ts';
import { GuardError } from '../../src/model/errors.ts';
import type { Pin } from '../../src/model/pin.ts';
import { pinManifest } from '../../src/model/pin-manifest.ts';
import { type SigningContext, signingContexts } from '../../src/model/signing-context.ts';
import { clearLaunch, launchTicket } from '../../src/operations/launch-checks.ts';
import { acceptanceOf, lockStanding } from '../../src/operations/lock/lock-standing.ts';
import { signLock } from '../../src/operations/lock/sign-lock.ts';
import { verifyLock } from '../../src/operations/lock/verify-lock.ts';
import { signAsJob } from '../../src/operations/signing/sign-bytes.ts';
import { signEnvelope } from '../../src/provenance/dsse.ts';
import { readSecretKey } from '../../src/provenance/local-key.ts';
import { signSsh } from '../../src/provenance/sshsig.ts';
import { trustRoot } from '../../src/provenance/trust-root.ts';
import { planClosure, planLock, planManifest, projectHome, readLock } from '../../src/store/home.ts';
import { ledgerPath } from '../../src/store/ledger.ts';
import { readPolicies } from '../../src/store/policies.ts';
import { transact } from '../../src/store/transaction.ts';
import { trustLock, trustOf, trustPath } from '../../src/store/trust.ts';
import { closureOf, sampleCommandPin, samplePackage, samplePin } from '../lockfile/sample.ts';
import { fakeSigstore, job } from '../support/fake-sigstore.ts';
import { homeEnvironment, temporaryHome } from '../support/home.ts';
import { approve, probedManifest, tool } from '../support/launch.ts';

function keyPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { secret: readSecretKey(privateKey, null), pem: privateKey, open: publicKey };
}

const team = keyPair();
const stranger = keyPair();
const closure = closureOf([samplePackage('@scope/files')]);
const probed = probedManifest({ manifest: { tools: [tool('read')] } });
const { pin: words } = pinManifest(probed, {}, []);
const whole = samplePin({ manifest: words });

interface Clone {
  readonly host: Host;
  readonly home: string;
  readonly project: string;
  readonly lock: string;
  /** Puts a signature beside the lock; default: a good one of the team. */
  sign(name?: string, more?: Partial<{ key: typeof team; context: SigningContext; bytes: Uint8Array; form: 'ssh' | 'dsse' }>): void;
  policy(layer: 'managed' | 'user' | 'project', policy: object): void;
}

const named = (key: string) => ({ version: 1, lockSigners: [{ key, reason: 'the team' }] });

/** A clone whose lock pins one whole server. Nothing on this machine knows it yet. */
async function clone(pins: Readonly<Record<string, Pin>> = { files: whole }, env: Readonly<Record<string, string>> = {}): Promise<Clone> {
  const { home } = temporaryHome();
  const project = join(home, 'clone');
  fs.mkdirSync(join(project, '.pinfold', 'signatures'), { recursive: true });
  const real = nodeHost({ env: { ...homeEnvironment(home), ...env }, cwd: project });
  const host = { ...real, places: { ...real.places, managed: join(home, 'managed') } };
  const place = await projectHome(project, host);
  const lock = Object.entries(pins).reduce((all, [name, pin]) => withPin(all, name, pin), emptyLock);
  await transact([planLock(place, await readLock(place, host), lock)], host);
  for (const [name, pin] of Object.entries(pins)) {
    const readable = pin.manifest === null ? null : readableManifest(probed, words, {});
    await transact(
      [await planManifest(place, name, readable, host), await planClosure(place, name, pin.closure === null ? null : closure, host)],
      host,
    );
  }
  const path = join(project, '.pinfold', 'lock.json');
  return {
    host,
    home,
    project,
    lock: path,
    sign(name = 'team.sig', more = {}) {
      const { key = team, context = signingContexts.lock, bytes = fs.readFileSync(path), form = 'ssh' } = more;
      const text =
        form === 'ssh'
          ? signSsh(context.namespace, bytes, key.secret)
          : JSON.stringify(signEnvelope(context.payloadType, bytes, key.secret));
      fs.writeFileSync(join(project, '.pinfold', 'signatures', name), text);
    },
    policy(layer, policy) {
      const folder = { managed: host.places.managed, user: host.places.config, project: join(project, '.pinfold') }[layer];
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(join(folder, 'policy.json'), JSON.stringify(policy));
    },
  };
}

async function standing({ project, host }: Clone, trust?: Parameters<typeof lockStanding>[3]) {
  const home = await projectHome(project, host);
  return lockStanding(home, await readLock(home, host), host, trust);
}

async function evidence({ project, host }: Clone) {
  const home = await projectHome(project, host);
  return (await acceptanceOf(home, await readLock(home, host), await readPolicies(host, project), host)).evidence;
}

/** A clone that counts by the signature of the team. */
async function counting(pins?: Readonly<Record<string, Pin>>): Promise<Clone> {
  const one = await clone(pins);
  one.policy('user', named(team.open));
  one.sign();
  return one;
}

describe('a lock counts without a person', () => {
  test.each(['ssh', 'dsse'] as const)(
    'when somebody whom policy names signed its bytes (%s), and that is written down once',
    async (form) => {
      const one = await clone();
      one.policy('user', named(team.open));
      one.sign(form === 'ssh' ? 'a.sig' : 'a.dsse.json', { form });
      expect(await evidence(one)).toMatchObject({ outcome: 'verified', detail: expect.stringContaining('whom the user policy names') });
      expect(await standing(one)).toEqual({ counts: 'signature' });
      expect(await trustOf(one.project, digestBytes(fs.readFileSync(one.lock)), one.host)).toMatchObject({
        signer: { key: team.secret.publicKey.fingerprint },
      });
      const logged = fs.readFileSync(ledgerPath(one.host), 'utf8').trim().split('\n');
      expect(logged).toEqual([expect.stringContaining(`signed with ${team.secret.publicKey.fingerprint}`)]);
      fs.rmSync(join(one.project, '.pinfold', 'signatures'), { recursive: true });
      expect(await standing(one)).toEqual({ counts: 'signature' });
    },
  );

  test('never by what is there without a policy, and nothing is written', async () => {
    const one = await clone();
    one.sign();
    expect(await standing(one)).toEqual({ counts: 'no', evidence: null });
    expect(await evidence(one)).toMatchObject({ outcome: 'absent', detail: expect.stringContaining('which nobody named') });
    expect(fs.existsSync(trustPath(one.host))).toBe(false);
  });

  test('also beside the broken and the old signatures of others', async () => {
    const one = await counting();
    one.sign('stranger.sig', { key: stranger, bytes: Buffer.from('an older lock') });
    fs.writeFileSync(join(one.project, '.pinfold', 'signatures', 'junk.dsse.json'), '{');
    expect(await standing(one)).toEqual({ counts: 'signature' });
  });
});

describe('a lock does not count', () => {
  const lies: readonly [string, string, (one: Clone) => void][] = [
    ['nobody signed it', 'absent', (one) => fs.rmSync(join(one.project, '.pinfold', 'signatures', 'team.sig'))],
    ['somebody signed it whom policy does not name', 'absent', (one) => one.sign('team.sig', { key: stranger })],
    ['one byte was changed after it was signed', 'invalid', (one) => fs.appendFileSync(one.lock, ' ')],
    ['the signature of another lock lies beside it', 'invalid', (one) => one.sign('team.sig', { bytes: Buffer.from('{"version": 1}') })],
    ['it was signed as a manifest', 'invalid', (one) => one.sign('team.sig', { context: signingContexts.manifest })],
    ['it was signed as a feed', 'invalid', (one) => one.sign('team.sig', { context: signingContexts.feed })],
    [
      'its envelope was signed as a feed',
      'invalid',
      (one) => {
        fs.rmSync(join(one.project, '.pinfold', 'signatures', 'team.sig'));
        one.sign('team.dsse.json', { context: signingContexts.feed, form: 'dsse' });
      },
    ],
    [
      'the envelope of another lock lies beside it',
      'invalid',
      (one) => {
        fs.rmSync(join(one.project, '.pinfold', 'signatures', 'team.sig'));
        one.sign('team.dsse.json', { bytes: Buffer.from('{"version": 1}'), form: 'dsse' });
      },
    ],
    [
      'its signature is named like something else',
      'absent',
      ({ project }) => fs.renameSync(join(project, '.pinfold/signatures/team.sig'), join(project, '.pinfold/signatures/team.txt')),
    ],
    [
      'a thousand signatures lie beside it, the good one among them',
      'unavailable',
      (one) => {
        for (let at = 0; at < 1_000; at += 1) fs.writeFileSync(join(one.project, '.pinfold', 'signatures', `${at}.sig`), '');
      },
    ],
    [
      'its signature is a link to one that lies elsewhere',
      'unavailable',
      ({ home, project }) => {
        fs.renameSync(join(project, '.pinfold/signatures/team.sig'), join(home, 'elsewhere'));
        fs.symlinkSync(join(home, 'elsewhere'), join(project, '.pinfold/signatures/team.sig'));
      },
    ],
    [
      'its signatures are a link to a folder elsewhere',
      'unavailable',
      ({ home, project }) => {
        fs.renameSync(join(project, '.pinfold/signatures'), join(home, 'elsewhere'));
        fs.symlinkSync(join(home, 'elsewhere'), join(project, '.pinfold/signatures'));
      },
    ],
    [
      'its signature is too large',
      'unavailable',
      ({ project }) => fs.truncateSync(join(project, '.pinfold/signatures/team.sig'), 9_000_000),
    ],
  ];
  test.each(lies)('when %s: %s', async (_, outcome, attack) => {
    const one = await counting();
    attack(one);
    expect(await standing(one)).toEqual({ counts: 'no', evidence: expect.objectContaining({ outcome }) });
    expect(fs.existsSync(trustPath(one.host))).toBe(false);
  });

  test.each([
    ['by its own policy alone', (one: Clone) => one.policy('project', named(team.open))],
    [
      'by its own policy beside that of the user',
      (one: Clone) => {
        one.policy('user', { version: 1 });
        one.policy('project', named(team.open));
      },
    ],
    [
      "by the user's policy where a managed one names nobody",
      (one: Clone) => {
        one.policy('managed', { version: 1, noMatch: 'allow' });
        one.policy('user', named(team.open));
      },
    ],
    [
      'where one of two policies leaves the signer out',
      (one: Clone) => {
        one.policy('managed', { ...named(team.open), noMatch: 'allow' });
        one.policy('user', named(stranger.open));
      },
    ],
    ['where policy lets the key sign something else', (one: Clone) => one.policy('user', named(sshLine('namespaces="git"')))],
  ])('%s', async (_, write) => {
    const one = await clone();
    one.sign();
    write(one);
    expect((await standing(one)).counts).toBe('no');
    expect(fs.existsSync(trustPath(one.host))).toBe(false);
  });

  test.each<[string, Readonly<Record<string, Pin>>, string]>([
    [
      'starts what no bytes are pinned of',
      { files: whole, tool: sampleCommandPin({ manifest: words }) },
      'the bytes of `tool` are not pinned',
    ],
    [
      'leaves words of a command to a file of the repository',
      { files: samplePin({ manifest: words, launch: { ...whole.launch, args: ['--root={{client}}'] } }) },
      'fills in words of the command of `files`',
    ],
    ['pins words that nobody saw', { files: samplePin({ manifest: null, status: 'first-use' }) }, 'nobody saw the words of `files`'],
  ])('that %s, whoever signed it: the same lock may lie in anybody’s repository', async (_, pins, why) => {
    const one = await counting(pins);
    expect(await standing(one)).toEqual({
      counts: 'no',
      evidence: { source: 'lock-signature', outcome: 'verified', detail: expect.stringContaining(why) },
    });
  });

  test('and a key in a policy that is none stops, instead of being left out', async () => {
    const one = await counting();
    one.policy('user', named('ssh-ed25519 AAAA'));
    expect(await standing(one)).toEqual({
      counts: 'no',
      evidence: expect.objectContaining({ outcome: 'unavailable', detail: expect.stringContaining('lockSigners[0].key') }),
    });
  });
});

function sshLine(options: string): string {
  const jwk = team.secret.publicKey.key.export({ format: 'jwk' });
  const blob = Buffer.concat([
    Buffer.from([0, 0, 0, 11]),
    Buffer.from('ssh-ed25519'),
    Buffer.from([0, 0, 0, 32]),
    Buffer.from(jwk.x ?? '', 'base64url'),
  ]);
  return `team ${options} ssh-ed25519 ${blob.toString('base64')}`;
}

test('the same lock and signature in another repository are the same lock: it counts there too', async () => {
  const [one, other] = [await counting(), await clone()];
  other.policy('user', named(team.open));
  fs.cpSync(join(one.project, '.pinfold'), join(other.project, '.pinfold'), { recursive: true });
  expect(await standing(other)).toEqual({ counts: 'signature' });
});

test('an older lock that was signed counts again: nothing in it says that there is a newer one (docs/threat-model.md)', async () => {
  const one = await counting();
  const [older, signature] = [fs.readFileSync(one.lock), fs.readFileSync(join(one.project, '.pinfold/signatures/team.sig'))];
  expect(await standing(one)).toEqual({ counts: 'signature' });
  fs.appendFileSync(one.lock, '\n');
  one.sign();
  expect(await standing(one)).toEqual({ counts: 'signature' });
  fs.writeFileSync(one.lock, older);
  fs.writeFileSync(join(one.project, '.pinfold/signatures/team.sig'), signature);
  expect(await standing(one)).toEqual({ counts: 'signature' });
});

describe('a launch', () => {
  /** A server of a project that was approved here, and whose lock counts by a signature. */
  async function launched() {
    const one = await clone();
    await approve({ name: 'sample', server: 'gate-big.mjs', manifest: { tools: [tool('read')] }, project: one.project }, one.host);
    const place = { name: 'sample', scope: 'project', project: one.project } as const;
    const launch = async () =>
      clearLaunch(await launchTicket(place, one.host), place, one.host).then(
        () => null,
        ({ code, why }) => ({ code, why }),
      );
    return { one, launch };
  }

  test('verifies nothing itself: it goes by what was written down, as long as policy names the signer', async () => {
    const { one, launch } = await launched();
    one.policy('user', named(team.open));
    one.sign();
    expect(await launch()).toMatchObject({ code: 'lock-untrusted' });
    expect(await standing(one)).toEqual({ counts: 'signature' });
    expect(await launch()).toBeNull();
    one.policy('user', { ...named(team.open), message: 'something else was changed' });
    expect(await launch()).toBeNull();
    one.policy('user', named(sshLine('namespaces="git"')));
    expect(await launch()).toMatchObject({ code: 'lock-untrusted' });
    one.policy('user', named(stranger.open));
    expect(await launch()).toMatchObject({ code: 'lock-untrusted', why: expect.stringContaining('no longer names who signed') });
    expect((await standing(one)).counts).toBe('no');
    fs.rmSync(join(one.host.places.config, 'policy.json'));
    expect(await launch()).toMatchObject({ code: 'lock-untrusted' });
  });

  test('ends with the bytes: one more, and it is another lock', async () => {
    const { one, launch } = await launched();
    one.policy('user', named(team.open));
    one.sign();
    await standing(one);
    fs.appendFileSync(one.lock, ' ');
    expect(await launch()).toMatchObject({ code: 'lock-untrusted' });
    expect((await standing(one)).counts).toBe('no');
  });

  test('goes on where a person trusted the same bytes, whatever policy says of the signer', async () => {
    const { one, launch } = await launched();
    await trustLock(one.project, digestBytes(fs.readFileSync(one.lock)), one.host);
    one.policy('user', named(stranger.open));
    expect(await launch()).toBeNull();
  });

  test('never starts a pin that was not laid out here: a signed lock with another pin waits for trust', async () => {
    const { one, launch } = await launched();
    one.policy('user', named(team.open));
    fs.writeFileSync(one.lock, fs.readFileSync(one.lock, 'utf8').replace('"version": "1.0.0"', '"version": "0.9.0"'));
    one.sign();
    expect(await standing(one)).toEqual({ counts: 'signature' });
    expect(await launch()).toMatchObject({ code: 'approval-needed' });
  });
});

describe('as a CI job', () => {
  test('exactly the identity that policy names, with every member that it names', async () => {
    const sigstore = await fakeSigstore();
    const env = {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${sigstore.url}/token?api=1`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'not-a-secret-request-token',
    };
    const one = await clone(undefined, env);
    const services = { fulcioUrl: sigstore.url, rekorUrl: sigstore.url };
    const { signature } = await signLock(one.project, { form: 'sigstore', services }, one.host);
    const root = async () => trustRoot(sigstore.trustedRoot, [], { from: 'given', expiredAt: null });
    const names = (identity: object) => one.policy('user', { version: 1, lockSigners: [{ identity, reason: 'the workflow of the team' }] });
    for (const identity of [
      { issuer: job.iss, subject: `${job.sub}.evil.example` },
      { issuer: job.iss, subject: job.sub.slice(0, -1) },
      { issuer: `${job.iss}/acme`, subject: job.sub },
      { issuer: job.iss, subject: job.sub, repositoryId: '4711' },
    ]) {
      names(identity);
      expect(await standing(one, root)).toEqual({
        counts: 'no',
        evidence: expect.objectContaining({ outcome: 'absent', detail: expect.stringContaining('whom nobody named') }),
      });
    }
    names({ issuer: job.iss, subject: job.sub });
    // Whoever is trusted by nobody here has signed nothing that could be checked.
    expect(await standing(one)).toEqual({ counts: 'no', evidence: expect.objectContaining({ outcome: 'invalid' }) });
    const gone = () => Promise.reject(new GuardError('file-unreadable', 'whom to trust cannot be read'));
    expect(await standing(one, gone)).toEqual({ counts: 'no', evidence: expect.objectContaining({ outcome: 'unavailable' }) });
    expect(await standing(one, root)).toEqual({ counts: 'signature' });
    fs.rmSync(trustPath(one.host));
    const other = await signAsJob(signingContexts.manifest, fs.readFileSync(one.lock), services, one.host);
    fs.writeFileSync(signature, JSON.stringify(other));
    expect(await standing(one, root)).toEqual({
      counts: 'no',
      evidence: expect.objectContaining({ outcome: 'invalid', detail: 'it was signed for another purpose' }),
    });
    // Signed again, it lies where the last one lay.
    expect((await signLock(one.project, { form: 'sigstore', services }, one.host)).signature).toBe(signature);
    expect(await standing(one, root)).toEqual({ counts: 'signature' });
  });
});

describe('sign and verify', () => {
  const keyFile = ({ home }: Clone, text: string, name = 'key') => {
    fs.writeFileSync(join(home, name), text);
    return join(home, name);
  };

  test('what a lock names by its digest is signed with it: every file of it, and every byte', async () => {
    const one = await clone();
    const wanted = { keyFile: keyFile(one, team.open, 'pub') };
    await signLock(one.project, { form: 'ssh', keyFile: keyFile(one, team.pem) }, one.host);
    expect(await verifyLock(one.project, wanted, one.host)).toMatchObject({ outcome: 'verified' });
    for (const name of ['lock.json', 'closures/files.json', 'manifests/files.json']) {
      const path = join(one.project, '.pinfold', name);
      const bytes = fs.readFileSync(path);
      for (let at = 0; at < bytes.length; at += 97) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        fs.writeFileSync(path, changed);
        const outcome = await verifyLock(one.project, wanted, one.host).then(
          (found) => found.outcome,
          ({ code }) => code,
        );
        expect(['invalid', 'lock-invalid', 'lock-too-new'], `${name} ${at}`).toContain(outcome);
      }
      fs.rmSync(path);
      await expect(verifyLock(one.project, wanted, one.host)).rejects.toMatchObject({
        code: expect.stringMatching(/lock-invalid|file-not-found/),
      });
      fs.writeFileSync(path, bytes);
    }
  });

  test('what is not whole is not signed', async () => {
    const one = await clone();
    fs.rmSync(join(one.project, '.pinfold/closures/files.json'));
    await expect(signLock(one.project, { form: 'ssh', keyFile: keyFile(one, team.pem) }, one.host)).rejects.toMatchObject({
      code: 'lock-invalid',
    });
    expect(fs.readdirSync(join(one.project, '.pinfold/signatures'))).toEqual([]);
  });

  test('nothing is written through a link that lies where the signatures go', async () => {
    const one = await clone();
    fs.mkdirSync(join(one.home, 'elsewhere'));
    fs.rmdirSync(join(one.project, '.pinfold/signatures'));
    fs.symlinkSync(join(one.home, 'elsewhere'), join(one.project, '.pinfold/signatures'));
    await expect(signLock(one.project, { form: 'ssh', keyFile: keyFile(one, team.pem) }, one.host)).rejects.toMatchObject({
      code: 'file-unreadable',
    });
    expect(fs.readdirSync(join(one.home, 'elsewhere'))).toEqual([]);
  });

  test('nothing that lies behind a link is named', async () => {
    const one = await clone();
    fs.rmdirSync(join(one.project, '.pinfold/signatures'));
    fs.symlinkSync(one.home, join(one.project, '.pinfold/signatures'));
    expect(await verifyLock(one.project, null, one.host)).toMatchObject({ outcome: 'unavailable', signatures: [], others: [] });
  });

  test('several signers have a file each, and what is no signature is named', async () => {
    const one = await clone();
    for (const [name, key] of Object.entries({ team, stranger }))
      await signLock(one.project, { form: 'dsse', keyFile: keyFile(one, key.pem, name) }, one.host);
    await signLock(one.project, { form: 'dsse', keyFile: join(one.home, 'team') }, one.host);
    fs.writeFileSync(join(one.project, '.pinfold/signatures/README\u001b[2J'), '');
    const found = await verifyLock(one.project, { keyFile: keyFile(one, stranger.open, 'pub') }, one.host);
    expect(found).toMatchObject({ outcome: 'verified', who: stranger.secret.publicKey.fingerprint });
    expect(found.signatures.map(({ outcome }) => outcome).sort()).toEqual(['absent', 'verified']);
    expect(found.others).toEqual([expect.not.stringContaining('\u001b')]);
  });
});
