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
  /** `shipped` came with the library, `refreshed` from the update framework, `given` from a file. */
  readonly from: 'shipped' | 'refreshed' | 'given';
  /** When the metadata behind it ran out, ISO 8601; null = it has not, or it has no date. */
  readonly expiredAt: string | null;
}

/** @param json a Sigstore trusted root; ours, or one that a person named. @throws TypeError when it is none */
export function trustRoot(json: unknown, keys: readonly SigningKey[], about: Pick<TrustRoot, 'from' | 'expiredAt'>): TrustRoot {
  const material = toTrustMaterial(TrustedRoot.fromJSON(json), (hint) => keyFor(hint, keys));
  return { material, keys, ...about };
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
export function shippedTrustRoot(): TrustRoot {
  const [seed] = Object.values(createRequire(import.meta.url)('@sigstore/tuf/seeds.json') as Record<string, Seed>);
  if (seed === undefined) throw new TypeError('the shipped trust root is empty');
  const target = (name: string): unknown => JSON.parse(Buffer.from(seed.targets[name] ?? '', 'base64').toString('utf8'));
  const keysTarget = Object.keys(seed.targets).find((name) => name.endsWith('%2Fkeys.json')) ?? '';
  const { signed } = JSON.parse(Buffer.from(seed['root.json'], 'base64').toString('utf8')) as { signed: { expires: string } };
  return trustRoot(target('trusted_root.json'), npmKeys(target(keysTarget)), { from: 'shipped', expiredAt: signed.expires });
}

interface Seed {
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
