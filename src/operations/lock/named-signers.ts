import { identityText, isIdentity } from '../../model/build-identity.ts';
import { canonical } from '../../model/canonical.ts';
import { GuardError } from '../../model/errors.ts';
import type { LockSigner } from '../../model/lock-signer.ts';
import { signingContexts } from '../../model/signing-context.ts';
import { lockSignerLists, type PolicyLayer } from '../../policy/layers.ts';
import { invalidPolicy } from '../../policy/parse.ts';
import type { PublicKey } from '../../provenance/local-key.ts';
import { readPublicKeys } from '../../provenance/public-keys.ts';
import type { NamedSigners } from '../signing/verify-signature.ts';

const { namespace } = signingContexts.lock;

/** Whose signature lets a project's lock count, and the policy that says so. Part of the launch path's policy bundle: no Sigstore. */
export interface PolicySigners extends NamedSigners {
  readonly by: PolicyLayer;
}

/**
 * The signers of locks that the policies name; null = nobody is named, so that a person decides. A signer whom one policy
 * leaves out of its list does not count. @throws GuardError `policy-invalid` for a key that is none
 */
export function signersOf(layers: readonly PolicyLayer[]): PolicySigners | null {
  const [first, ...others] = lockSignerLists(layers).map(parsed);
  if (first === undefined) return null;
  const keys = first.keys.filter((key) => others.every((other) => other.keys.some((one) => isSameKey(one, key))));
  const identities = first.identities.filter((identity) =>
    others.every((other) => other.identities.some((one) => identityText(one) === identityText(identity))),
  );
  return keys.length + identities.length === 0 ? null : { by: first.by, keys, identities };
}

function parsed({ by, entries }: ReturnType<typeof lockSignerLists>[number]): PolicySigners {
  const keys = entries.flatMap(({ key }, at) => (key === undefined ? [] : keysIn(key, at, by)));
  return { by, keys, identities: entries.flatMap(({ identity }) => identity ?? []) };
}

function keysIn(text: string, at: number, { layer, path }: PolicyLayer): readonly PublicKey[] {
  try {
    return readPublicKeys(text);
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    throw invalidPolicy(layer, path, `$.lockSigners[${at}].key: ${cause.why ?? cause.message}`, cause);
  }
}

/** Also for the same purposes: a line with `namespaces` may mean less than one without. */
function isSameKey(one: PublicKey, other: PublicKey): boolean {
  return one.fingerprint === other.fingerprint && canonical([...(one.namespaces ?? ['*'])]) === canonical([...(other.namespaces ?? ['*'])]);
}

/** True when the signer of a lock is one of those whom policy names now. */
export function isNamed(signer: LockSigner, signers: PolicySigners | null): boolean {
  if (signers === null) return false;
  return 'key' in signer
    ? signers.keys.some(({ fingerprint, namespaces }) => fingerprint === signer.key && (namespaces?.includes(namespace) ?? true))
    : signers.identities.some((identity) => isIdentity(signer.identity, identity));
}
