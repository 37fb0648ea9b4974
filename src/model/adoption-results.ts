import type { UnpinnedReason } from './client-entry.ts';
import type { EntryPlace } from './entry-results.ts';
import type { LockScope } from './pin.ts';
import type { EndedSignIn } from './sign-in.ts';

/**
 * `bytes`: every byte and every word is pinned. `command`: the command line and the words. `remote`: address,
 * words, and who lets clients in. `guarded`: it was behind the
 * guard already. `left`: not for the guard, see `why`. `failed`: it could not be looked at. `blocked`: policy or a finding.
 */
export type Adopting = 'bytes' | 'command' | 'remote' | 'guarded' | 'left' | 'failed' | 'blocked';

/** One entry of `adopt`, before and after. */
export interface AdoptedEntry extends EntryPlace {
  readonly how: Adopting;
  /** The pin that it will start; null when it stays as it is. */
  readonly pin: { readonly scope: LockScope; readonly name: string } | null;
  /** What it starts: `pkg:npm/…@version`, or what the command names; null when that is not known. */
  readonly subject: string | null;
  /** Why its bytes are not pinned; null when they are, and when it stays as it is. */
  readonly unpinned: UnpinnedReason | null;
  /** Names that its package may be taken for, strongest first; empty = none, or it is not a package that could be looked at. */
  readonly resembles: readonly string[];
  /** Words that stay in the entry, because the client fills them in or they look like secrets. */
  readonly kept: number;
  /** Why it stays as it is, lower case; null when it does not. */
  readonly why: string | null;
  /** What to do about that; null = nothing. */
  readonly hint: string | null;
}

export interface AdoptPlan {
  readonly entries: readonly AdoptedEntry[];
}

export interface AdoptResult extends AdoptPlan {
  /** Where the headers lie that left the files of clients, sorted; empty = there were none. */
  readonly headersIn: readonly ('keychain' | 'file')[];
}

/**
 * `restored`: byte for byte as it was. `rebuilt`: its record is lost, and the pinned command line is written out again.
 * `left`: it stays, see `why`.
 */
export interface ReleasedEntry extends EntryPlace {
  readonly how: 'restored' | 'rebuilt' | 'left';
  readonly pin: { readonly scope: LockScope; readonly name: string };
  /** Members that somebody changed since it was adopted: what was written there is lost. Sorted. */
  readonly lost: readonly string[];
  /** The pin is forgotten, because nothing else starts it. */
  readonly forgotten: boolean;
  /** Names of values that are kept for the pin and stand in no entry: the pin stays, so that they are not lost. Sorted. */
  readonly keeps: readonly string[];
  readonly why: string | null;
  readonly hint: string | null;
}

export interface ReleasePlan {
  readonly entries: readonly ReleasedEntry[];
}

/** What `release` did. */
export interface Released extends ReleasePlan {
  /** Sign-ins that went with forgotten pins, in the order of the pins; empty = there were none. */
  readonly signedOut: readonly (EndedSignIn & { readonly pin: ReleasedEntry['pin'] })[];
}
