import type { EntryPlace } from './entry-results.ts';
import type { LockScope } from './pin.ts';

/** `moved`: values were taken out (or would be). `nothing`: it holds none. `left`: it holds some, and they stay; see `why`. */
export type SecretsMoving = 'moved' | 'nothing' | 'left';

/** One entry of `secrets move`. Names of variables and headers, never values. */
export interface SecretsRow extends EntryPlace {
  readonly how: SecretsMoving;
  /** The pin that the entry starts; null when it is not behind the guard. */
  readonly pin: { readonly scope: LockScope; readonly name: string } | null;
  /** Sorted. */
  readonly moved: readonly string[];
  /** Of those, the ones that took the place of a value that was kept already. */
  readonly replaced: readonly string[];
  /** Names whose values stay, each with the reason; sorted. */
  readonly left: readonly { readonly name: string; readonly why: string }[];
  /** Why the whole entry stays as it is; null when it does not. */
  readonly why: string | null;
  readonly hint: string | null;
}

export interface SecretsMoved {
  readonly rows: readonly SecretsRow[];
  /** Where the values lie now; null when none were moved. */
  readonly where: 'keychain' | 'file' | null;
  /** Files of clients whose copies from before pinfold held the values, and are gone. */
  readonly withoutCopy: readonly string[];
  /** Other files of pinfold's that still hold one of the values. */
  readonly stillIn: readonly string[];
  readonly dryRun: boolean;
}

/** A variable, or a word of its command line (`argument-1`), that is kept for a server. */
export interface ListedSecret {
  readonly scope: LockScope;
  readonly server: string;
  readonly name: string;
  /** The option that the word belongs to (`--api-key`); null = it belongs to none, or it is a variable. */
  readonly option: string | null;
  readonly where: 'keychain' | 'file';
  /** ISO 8601, UTC. */
  readonly at: string;
  /** False: what is pinned under the name now is not what it was given for, so it is not handed out. */
  readonly used: boolean;
}

export interface ListedSecrets {
  readonly secrets: readonly ListedSecret[];
}

export interface SecretSet {
  readonly scope: LockScope;
  readonly server: string;
  readonly name: string;
  readonly where: 'keychain' | 'file';
}
