import type { Host } from '../../host/host.ts';
import { printable } from '../../model/printable.ts';
import type { TrustRoot } from '../../provenance/trust-root.ts';
import { publicKeysIn } from '../local-keys.ts';
import { givenTrustRoot, machineTrust } from '../vouch/trust.ts';
import type { NamedSigners } from './verify-signature.ts';

/** Who must have signed: the holder of one of these keys, or exactly this certificate identity. */
export type Wanted =
  | { readonly keyFile: string }
  | { readonly identity: { readonly subject: string; readonly issuer: string }; readonly trustedRootFile: string | null };

/** Whom a command line names. @throws GuardError `key-invalid`, those of reading */
export async function namedBy(wanted: Wanted, host: Host): Promise<NamedSigners> {
  if ('keyFile' in wanted) return { keys: await publicKeysIn(wanted.keyFile, host), identities: [] };
  return { keys: [], identities: [wanted.identity] };
}

/** Whom certificates may come from: the root that was named, or this machine's. Loaded when it is asked for. */
export function trustFor(wanted: Wanted, host: Host): () => Promise<TrustRoot> {
  const path = 'keyFile' in wanted ? null : wanted.trustedRootFile;
  if (path === null) return () => machineTrust(host);
  const wrong = { code: 'file-unreadable', message: `${printable(path)} is no trusted root of Sigstore` } as const;
  return () => givenTrustRoot(path, wrong, host);
}
