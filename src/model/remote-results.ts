import type { Digest } from './digest.ts';
import type { LockScope, PinStatus } from './pin.ts';
import type { RemoteDisclosure } from './remote.ts';
import type { EntryPlace } from './results.ts';
import type { EndedSignIn, Revocation } from './sign-in.ts';

/** What `install` of a remote server will do when somebody says yes. */
export interface RemoteInstallPlan {
  readonly disclosure: RemoteDisclosure;
  readonly name: string;
  readonly scope: LockScope;
  readonly places: readonly EntryPlace[];
  /** The exact command that the clients will run. */
  readonly clientCommand: readonly string[];
  /** Under which names the blocked scopes were blocked that it names. */
  readonly blockedBy: readonly { readonly name: string; readonly scope: LockScope }[];
  /** What its words are pinned from. */
  readonly words: 'probe' | 'first-use' | 'held';
}

export interface RemoteInstalled {
  readonly plan: RemoteInstallPlan;
  readonly status: PinStatus;
  readonly card: Digest;
  /** Where its headers or tokens lie; null = there are none. */
  readonly kept: 'keychain' | 'file' | null;
  /** The sign-in that a new one took the place of; null = there was none. */
  readonly replaced: EndedSignIn | null;
}

/** Who is signed in where, since now. */
export interface LoggedIn {
  readonly name: string;
  readonly scope: LockScope;
  readonly issuer: string;
  readonly scopes: readonly string[];
  /** False: when the token has run out, a person signs in again. */
  readonly renewable: boolean;
  /** Where the tokens lie. */
  readonly kept: 'keychain' | 'file';
  /** The sign-in that this one took the place of; null = there was none. */
  readonly replaced: EndedSignIn | null;
}

export interface LoggedOut {
  readonly name: string;
  readonly scope: LockScope;
  /** False: nobody was signed in. */
  readonly forgotten: boolean;
  /** What became of taking the tokens back; null = nobody was signed in. */
  readonly revocation: Revocation | null;
  /** Who gave them; null = nobody was signed in, or what was kept could not be read. */
  readonly issuer: string | null;
  /** They are kept, for nothing but to be taken back by a later command. */
  readonly again: boolean;
}
