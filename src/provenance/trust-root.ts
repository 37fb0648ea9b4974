import { createPublicKey } from 'node:crypto';
import { createRequire } from 'node:module';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { type TrustMaterial, toTrustMaterial, VerificationError } from '@sigstore/verify';
import { epochMs } from '../model/time.ts';

/** A key that signs without a certificate, with the time in which its signatures count. */
export interface SigningKey {
  /** `SHA256:<base64>` */
  readonly keyId: string;
  readonly usage: string;
  /** DER, SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly validFromMs: number;
  /** null = open. */
  readonly validToMs: number | null;
}

/** Whom signatures may come from. */
export interface TrustRoot {
  readonly material: TrustMaterial;
  readonly keys: readonly SigningKey[];
  /** Host of the npm registry whose keys these are; null = of none. */
  readonly keysOf: string | null;
  /** `shipped` came with the library, `refreshed` from the update framework, `given` from a file. */
  readonly from: 'shipped' | 'refreshed' | 'given';
  /** When the metadata behind it ran out, ISO 8601; null = it has not, or it has no date. */
  readonly expiredAt: string | null;
}

/** The uses of npm's keys: a key for one is none for the other. */
export const npmKeyUses = { signatures: 'npm:signatures', attestations: 'npm:attestations' } as const;

/** @param json a Sigstore trusted root; ours, or one that a person named. @throws TypeError when it is none */
export function trustRoot(
  json: unknown,
  keys: readonly SigningKey[],
  about: Pick<TrustRoot, 'from' | 'expiredAt'> & Partial<Pick<TrustRoot, 'keysOf'>>,
): TrustRoot {
  const forBundles = keys.filter(({ usage }) => usage !== npmKeyUses.signatures);
  const parsed = TrustedRoot.fromJSON(json);
  // The library reads a log without a first day as one that was always good.
  if ([...parsed.tlogs, ...parsed.ctlogs].some(({ publicKey }) => publicKey?.validFor?.start === undefined))
    throw new TypeError('a log of the trust root has no first day');
  const material = toTrustMaterial(parsed, (hint) => keyFor(hint, forBundles));
  return { material, keys, keysOf: null, ...about };
}

function keyFor(hint: string, keys: readonly SigningKey[]): ReturnType<TrustMaterial['publicKey']> {
  const found = keys.filter(({ keyId }) => keyId === hint);
  const [first] = found;
  if (first === undefined) throw new VerificationError({ code: 'PUBLIC_KEY_ERROR', message: `no key ${hint}` });
  return {
    publicKey: createPublicKey({ key: Buffer.from(first.spki), format: 'der', type: 'spki' }),
    validFor: (date) =>
      found.some(({ validFromMs, validToMs }) => date.getTime() >= validFromMs && (validToMs === null || date.getTime() <= validToMs)),
  };
}

/** The public-good root and npm's keys as `@sigstore/tuf` ships them: what an offline machine has. */
export function shippedTrustRoot(nowMs?: number, seed: Seed = shippedSeed()): TrustRoot {
  const { root, targets, keysTarget } = seed;
  const { signed } = JSON.parse(Buffer.from(root).toString('utf8')) as { signed: { expires: string } };
  return rootOfTargets(targets, keysTarget, { from: 'shipped', expiredAt: pastOrNull(signed.expires, nowMs) });
}

/** What `@sigstore/tuf` ships. */
export interface Seed {
  /** Where it is kept up to date. */
  readonly mirror: string;
  /** Root metadata of the update framework. */
  readonly root: Uint8Array;
  /** Target name → bytes. */
  readonly targets: ReadonlyMap<string, Uint8Array>;
  /** Name of the target with npm's keys: `<host of the registry>/keys.json`. */
  readonly keysTarget: string;
}

export const trustedRootTarget = 'trusted_root.json';

export function shippedSeed(): Seed {
  const [first] = Object.entries(createRequire(import.meta.url)('@sigstore/tuf/seeds.json') as Record<string, RawSeed>);
  if (first === undefined) throw new TypeError('the shipped trust root is empty');
  const [mirror, seed] = first;
  const decoded = Object.entries(seed.targets).map(([name, text]) => [decodeURIComponent(name), Buffer.from(text, 'base64')] as const);
  const targets = new Map<string, Uint8Array>(decoded);
  const keysTarget = [...targets.keys()].find((name) => name.endsWith('/keys.json')) ?? '';
  return { mirror, root: Buffer.from(seed['root.json'], 'base64'), targets, keysTarget };
}

/** @param targets bytes that somebody answered for @throws SyntaxError, TypeError when they are not what they should be */
export function rootOfTargets(
  targets: ReadonlyMap<string, Uint8Array>,
  keysTarget: string,
  about: Pick<TrustRoot, 'from' | 'expiredAt'>,
): TrustRoot {
  const json = (name: string): unknown => JSON.parse(Buffer.from(targets.get(name) ?? new Uint8Array()).toString('utf8'));
  const keysOf = keysTarget.slice(0, keysTarget.lastIndexOf('/'));
  return trustRoot(json(trustedRootTarget), npmKeys(json(keysTarget)), { ...about, keysOf });
}

/** A time that has passed; null = it has not, or nobody knows what time it is. */
export function pastOrNull(time: string, nowMs: number | undefined): string | null {
  const at = epochMs(time);
  return nowMs === undefined || at === null || at > nowMs ? null : time;
}

interface RawSeed {
  readonly 'root.json': string;
  readonly targets: Readonly<Record<string, string>>;
}

interface KeysTarget {
  readonly keys: readonly {
    readonly keyId: string;
    readonly keyUsage: string;
    readonly publicKey: { readonly rawBytes: string; readonly validFor: { readonly start: string; readonly end?: string } };
  }[];
}

function npmKeys(target: unknown): readonly SigningKey[] {
  return (target as KeysTarget).keys.map(({ keyId, keyUsage, publicKey }) => ({
    keyId,
    usage: keyUsage,
    spki: Buffer.from(publicKey.rawBytes, 'base64'),
    validFromMs: epochMs(publicKey.validFor.start) ?? Number.POSITIVE_INFINITY,
    validToMs: publicKey.validFor.end === undefined ? null : (epochMs(publicKey.validFor.end) ?? 0),
  }));
}
