import type { PinnedSandbox } from './sandbox-profile.ts';

/** Where a config file applies. */
export type ConfigScope = 'user' | 'project' | 'local' | 'managed';

export type Transport = 'stdio' | 'http' | 'sse' | 'ws' | 'invalid';

export const packageTypes = [
  'npm',
  'pypi',
  'oci',
  'git',
  'url',
  'local',
  'python-module',
  'jsr',
  'golang',
  'nuget',
  'maven',
  'nix',
  'smithery',
  'gateway',
  'container-exec',
  'compose',
  'inline',
  'binary',
] as const;
export type PackageType = (typeof packageTypes)[number];
export type VersionKind = 'exact' | 'range' | 'tag' | 'ref' | 'digest' | 'none' | 'n/a';

/** One unit of code that a launch command runs. Names verbatim. */
export interface LaunchPackage {
  readonly type: PackageType;
  readonly name: string;
  readonly version: string | null;
  readonly versionKind: VersionKind;
}

/** Why the bytes that a launch command runs cannot be pinned. Permanent: it stands in locks and is printed. */
export const unpinnedReasons = [
  'python',
  'container',
  'git',
  'url',
  'local-files',
  'other-runner',
  'inline-script',
  'program',
  'client-fills-it-in',
  'not-identified',
] as const;
export type UnpinnedReason = (typeof unpinnedReasons)[number];

/**
 * One server in one config file, as the client's schema splits it: literals kept, nothing expanded, values of
 * environment and headers left out. Field names are the `list --json` promise of DESIGN §5.6.
 */
export interface ClientEntry {
  readonly client: string;
  readonly scope: ConfigScope;
  /** Absolute path of the file. */
  readonly file: string;
  /** Member names (and array indexes) from the root of the file to the entry. */
  readonly rawPath: readonly (string | number)[];
  readonly name: string;
  readonly transport: Transport;
  readonly enabled: boolean;
  readonly command: string | null;
  readonly args: readonly string[];
  /** Names only, in the file's order. */
  readonly envNames: readonly string[];
  readonly cwd: string | null;
  readonly url: string | null;
  /** Names only. */
  readonly headerNames: readonly string[];
  /** `npx`, `pnpm`, `yarn`, `bunx`, `node`, …; null = not recognised. */
  readonly runner: string | null;
  /** The code that is the server process; null = cannot be identified, or remote. */
  readonly package: LaunchPackage | null;
  /** Every unit that runs, outermost first. */
  readonly packages: readonly LaunchPackage[];
  /** True when the entry starts pinfold's launcher. */
  readonly guarded: boolean;
  /** The pin that a guarded entry names, `user:<name>` or `project:<name>`; null when unguarded. */
  readonly pin: string | null;
}

/** Whether a person on this machine answered for an entry that a project's own files brought. */
export type ProjectTrust = 'trusted' | 'untrusted';

/** An entry with what this machine knows about it. */
export interface ListedEntry extends ClientEntry {
  /** null for entries that did not come with a project. */
  readonly trust: ProjectTrust | null;
  /** True when `watch` keeps it from starting until a review. */
  readonly quarantined: boolean;
  /** Why a guarded entry's bytes are not pinned; null when they are, when it is not guarded, and when its lock cannot be read. */
  readonly unpinned: UnpinnedReason | null;
  /** How many items the running server lists in another form than the pinned one, so that the gate lets them through all the same. */
  readonly equivalentItems: number;
  /** What its pin is contained in; null = it runs with the rights of its user, has no pin, or its lock cannot be read. */
  readonly sandbox: PinnedSandbox | null;
}

export type ProblemCode =
  | 'unreadable'
  | 'too-large'
  | 'not-a-file'
  | 'encoding'
  | 'syntax'
  | 'wrong-type'
  | 'duplicate-key'
  | 'kept-inside'
  | 'invalid-entry';

/** A config file, or a part of one, that could not be read as the client reads it. Never the end of a listing. */
export interface ConfigProblem {
  readonly code: ProblemCode;
  readonly client: string;
  readonly file: string;
  /** Lower case, no full stop; may quote the file, so render through `printable()`. */
  readonly message: string;
}
