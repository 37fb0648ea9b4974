import type { BuildIdentity } from './build-identity.ts';

/** Who signed a project's lock, as it was verified: by a key, or as the certificate says. */
export type LockSigner =
  /** Fingerprint, as `ssh-keygen -l` prints it. */
  { readonly key: string } | { readonly identity: BuildIdentity };
