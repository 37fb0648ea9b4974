import type { ConfigScope } from './client-entry.ts';
import type { LockScope } from './pin.ts';
import type { Approved } from './results.ts';

/** One server in one config file, as far as a result names it. */
export interface EntryPlace {
  readonly client: string;
  readonly scope: ConfigScope;
  /** Absolute path. */
  readonly file: string;
  readonly name: string;
}

/** A place that was left as it is, and why: lower case, no full stop. */
export interface LeftAlone extends EntryPlace {
  readonly why: string;
}

/** What `enable` and `disable` did. The three lists share no entry. */
export interface SwitchedEntries {
  readonly name: string;
  readonly on: boolean;
  readonly changed: readonly EntryPlace[];
  /** Were in the wanted state already. */
  readonly unchanged: readonly EntryPlace[];
  /** Their client keeps its switches elsewhere, or the file cannot be written. */
  readonly refused: readonly LeftAlone[];
}

/** One server in one target client of `sync`. */
export interface SyncRow {
  readonly name: string;
  /** Name of the entry there; another one when the client does not take the name as it is. */
  readonly as: string;
  readonly client: string;
  readonly scope: ConfigScope;
  /** null when the client has no place for it. */
  readonly file: string | null;
  /** `same`: it is there already and means the same. `skip`: see `why`. */
  readonly action: 'add' | 'replace' | 'same' | 'skip';
  readonly guarded: boolean;
  readonly why: string | null;
  /** The command that deals with what keeps it from being copied; null = there is none, or it was copied. */
  readonly hint: string | null;
}

export interface Synced {
  readonly from: string;
  readonly rows: readonly SyncRow[];
}

/** What became of one entry that a foreign command added, changed or removed. */
export interface ExecDecision extends EntryPlace {
  readonly change: 'added' | 'changed' | 'removed';
  /** `guarded`: approved, and behind the guard now. `kept`: as the command left it (removed, or approved as it is). */
  readonly outcome: 'guarded' | 'kept' | 'refused';
  readonly why: string;
}

export interface ExecResult {
  /** The child's own; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  /** In table order; empty when the command touched no server. */
  readonly decisions: readonly ExecDecision[];
  /** Refused, and could not be taken back. */
  readonly left: readonly LeftAlone[];
}

/** One config file that has a backup. */
export interface RestorableFile {
  /** Absolute, symlinks resolved. */
  readonly path: string;
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  /** False: there was no file, and a restore removes it. */
  readonly existed: boolean;
  readonly differs: boolean;
  /** What a restore does to entries. Empty when nothing differs, or only things that are no entries. */
  readonly entries: readonly { readonly name: string; readonly change: 'added' | 'changed' | 'removed' }[];
}

/** An entry that nobody approved and that `watch` keeps from starting until somebody decides. */
export interface QuarantinedEntry extends EntryPlace {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly change: 'added' | 'changed';
  /** `off`: switched off in its client's own way. `blocked`: it starts the guard, which refuses and says why. */
  readonly how: 'off' | 'blocked';
  /** ISO 8601, UTC. */
  readonly at: string;
  /** What it would start, without anything that looks like a secret; null = not known. Attacker-controlled. */
  readonly starts: string | null;
}

/** Words of one server that were withheld and wait for approval, or that a person blocked for ever. */
export interface WithheldWords {
  readonly scope: LockScope;
  readonly name: string;
  /** The file of pins that they were held against (`run --pins FILE`), absolute; null = a lock, or the store. */
  readonly pins: string | null;
  /** 0 = nothing waits, and something is blocked. */
  readonly items: number;
  /** How many of them say something else than what is pinned under their name. */
  readonly changed: number;
  /** True when every byte that runs is the approved one; false when only the command line is, or that cannot be told. */
  readonly samePackage: boolean;
  /** When the first of them was seen, ISO 8601, UTC; null = nothing waits. */
  readonly since: string | null;
  /** Never offered again. */
  readonly blocked: number;
}

/** All that waits for a person. */
export interface Review {
  /** By name, then by client. */
  readonly entries: readonly QuarantinedEntry[];
  /** By name, then in the order in which the first of them was seen. */
  readonly words: readonly WithheldWords[];
}

/** What became of all that waited under one name. */
export interface ReviewedName {
  readonly entries: readonly Reviewed[];
  readonly words: readonly Approved[];
}

/** What became of one entry in quarantine. */
export interface Reviewed {
  readonly entry: QuarantinedEntry;
  readonly outcome: 'guarded' | 'kept' | 'removed' | 'restored' | 'waits';
  readonly why: string | null;
}

/** What `watch` has seen or done. */
export type WatchEvent =
  | {
      readonly event: 'watching';
      readonly files: number;
      readonly clients: number;
      readonly servers: number;
      readonly guarded: number;
      /** Folders that tell no changes and are looked at again and again. */
      readonly polled: number;
      /** True when what is there was accepted just now, because `watch` had never run. */
      readonly first: boolean;
    }
  | { readonly event: 'quarantined'; readonly entry: QuarantinedEntry }
  /** A pinned server is malicious or revoked, and is not started any more. Text of the record is attacker-controlled. */
  | { readonly event: 'revoked'; readonly name: string; readonly scope: string; readonly id: string; readonly summary: string }
  /** It may start: its file cannot be edited. */
  | { readonly event: 'stuck'; readonly place: EntryPlace; readonly change: 'added' | 'changed'; readonly why: string };
