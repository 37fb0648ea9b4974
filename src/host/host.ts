import type { Readable, Writable } from 'node:stream';
import type { HttpPort } from './http.ts';
import type { KeychainPort } from './keychain.ts';
import type { NpmPort } from './npm.ts';
import type { PagePort } from './page.ts';
import type { RelayPort } from './relay.ts';

/**
 * The whole outside world. Operations and adapters take it as an argument and have no other way to touch disk, network,
 * processes, clock or terminal. `node.ts` is the only real one; `offline.ts` wraps one and refuses the network.
 */
export interface Host {
  readonly places: Places;
  /** The process's environment, frozen at the start. Values are secrets: names may be printed, values never. */
  readonly env: Readonly<Record<string, string>>;
  readonly machine: Machine;
  /** Milliseconds since the epoch. */
  now(): number;
  /** 128 random bits as lower-case hexadecimal. */
  randomId(): string;
  readonly files: Files;
  readonly processes: Processes;
  readonly npm: NpmPort;
  readonly http: HttpPort;
  readonly page: PagePort;
  readonly relay: RelayPort;
  readonly keychain: KeychainPort;
  readonly terminal: Terminal;
}

/** Absolute paths; folders may not exist yet. */
export interface Places {
  readonly home: string;
  readonly cwd: string;
  /** `<config>/pinfold`: lock, manifests, closures, policy of user scope. */
  readonly config: string;
  /** `<data>/pinfold`: trees, tickets, launcher, ledger, pending approvals. */
  readonly data: string;
  /** Managed policy folder: `/etc/pinfold`, `/Library/Application Support/pinfold`, `%ProgramData%\pinfold`. */
  readonly managed: string;
  readonly temp: string;
  /** Folders of other applications, for the clients table. On Linux and macOS `appData` follows the platform's custom. */
  readonly appConfig: string;
  readonly appData: string;
}

export interface Machine {
  readonly platform: 'darwin' | 'linux' | 'win32';
  readonly arch: string;
  /** `glibc`, `musl`, or null where it does not apply. */
  readonly libc: string | null;
  readonly hostname: string;
  readonly user: string;
  /** Numeric user id; -1 on Windows. */
  readonly uid: number;
  /** Absolute path of the running Node, and its version without `v`. */
  readonly nodePath: string;
  readonly nodeVersion: string;
  /** Processors that this process may use; at least 1. */
  readonly cores: number;
  /** Absolute path of pinfold's own installation (the folder that holds `bin` and `dist`), and its version. */
  readonly installation: string;
  readonly version: string;
}

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
  readonly size: number;
  /** Permission bits, `0o644` style. */
  readonly mode: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
  readonly uid: number;
  readonly nlink: number;
}

export interface WriteOptions {
  /** Permission bits of a new file; an existing file keeps its own. Default 0o600. */
  readonly mode?: number;
  /** Bytes that the file must still hold (null = it must not exist) just before the rename; otherwise `config-changed`. */
  readonly expect?: Uint8Array | null;
}

/**
 * Disk. Paths are absolute. Every method throws GuardError: `file-not-found`, `file-unreadable`, `file-unwritable`,
 * `file-too-large`, `busy`, `config-changed`.
 */
export interface Files {
  readBytes(path: string, maxBytes: number): Promise<Uint8Array>;
  /** UTF-8; a byte-order mark is kept. @throws GuardError `file-unreadable` also for invalid UTF-8. */
  readText(path: string, maxBytes: number): Promise<string>;
  /** Without following a symlink at the end; null = nothing there. */
  stat(path: string): Promise<FileStat | null>;
  /**
   * True when every path (relative to the folder, `.` is the folder itself) still has the five numbers that `expected`
   * holds for it, one after the other: file type and permission bits, size (files only), mtimeMs, ctimeMs, inode. Stops at
   * the first difference; synchronous, and makes no object per path: every launch compares thousands. On Windows, which
   * has no permission bits, only the file type counts of the first.
   */
  statsMatch(folder: string, relativePaths: readonly string[], expected: readonly number[]): boolean;
  /** Many at once, relative to a folder, synchronously. Order kept. */
  statMany(folder: string, relativePaths: readonly string[]): readonly (FileStat | null)[];
  /**
   * Whole files, relative to a folder, synchronously, order kept: through the thread pool, thousands of small files take
   * twice as long. A symlink at the end is not followed.
   */
  readMany(folder: string, relativePaths: readonly string[], maxBytes: number): readonly Uint8Array[];
  /** With every symlink resolved. */
  realPath(path: string): Promise<string>;
  /** Where a symlink points, as written. */
  readLink(path: string): Promise<string>;
  /** Names in a folder, sorted by code unit; empty when the folder does not exist. */
  list(folder: string): Promise<readonly string[]>;
  /** Temporary file beside, fsync, rename, fsync of the folder, and of those above that it made. Follows a symlink at the end (dotfile managers). Makes parent folders. */
  writeAtomic(path: string, bytes: Uint8Array | string, options?: WriteOptions): Promise<void>;
  /** Fails when the file exists; makes parent folders; no atomicity. For filling a staging folder. */
  create(path: string, bytes: Uint8Array, mode: number): Promise<void>;
  /**
   * The same for many files at once, paths relative to the folder, POSIX, checked by the caller. Synchronously: through
   * the thread pool, thousands of small files take five times as long.
   */
  createMany(folder: string, files: readonly { readonly path: string; readonly bytes: Uint8Array; readonly mode: number }[]): void;
  /** The last `maxBytes` bytes of a file and its whole size; null = nothing there. A symlink at the end is followed. */
  readTail(path: string, maxBytes: number): Promise<{ readonly bytes: Uint8Array; readonly size: number } | null>;
  /** One write with O_APPEND, so that lines of many processes do not mix. Makes parent folders. */
  append(path: string, text: string): Promise<void>;
  /** Recursive; no error when it exists. */
  makeFolder(path: string): Promise<void>;
  /** A new empty folder below `parent` (made when missing), only for this user. */
  makeTempFolder(parent: string, prefix: string): Promise<string>;
  rename(from: string, to: string): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  /** Recursive, also through read-only folders; no error when there is nothing. */
  remove(path: string): Promise<void>;
  /**
   * Calls the listener, perhaps more often than needed, after something directly in a folder appeared, changed or went
   * (with its name, where that is known), or when that cannot be seen any more; returns how to stop. null where nothing
   * will be told: the folder cannot be watched, or lies on a file system where others write from elsewhere (then its files
   * have to be looked at again and again).
   */
  watch(folder: string, listener: (name: string | null) => void): (() => void) | null;
  /** Runs `action` while no other process holds the lock of the same path; the lock lies beside it. @throws GuardError `busy` after `limits.lockWaitMs`. */
  locked<T>(path: string, action: () => Promise<T>): Promise<T>;
}

export interface SpawnOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** `inherit` hands the server our own stderr; `pipe` gives a stream. stdin and stdout are always pipes. */
  readonly stderr: 'inherit' | 'pipe' | 'ignore';
  /**
   * A process group of its own, so that `kill` reaches grandchildren. It ends with the child, and with this process, however
   * that ends (on Windows: only by `kill`).
   */
  readonly ownGroup: boolean;
  /** Ids of processes that were started for this one and end with this process too, however that ends. With `ownGroup` only; default none. */
  readonly alongside?: readonly number[];
  /** Windows only: arguments are quoted already and are handed over as they are. Default false. */
  readonly verbatim?: boolean;
  /** A pipe on the child's file descriptor 3, on which `release` says one word (`src/hold.cjs`, `src/tell.cjs`). Default false. */
  readonly held?: boolean;
  /** The same pipe the other way: what the child writes there is `Child.told`. Default false. */
  readonly tells?: boolean;
}

export interface Child {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** null unless `stderr: 'pipe'`. */
  readonly stderr: Readable | null;
  /** What a child says on file descriptor 3; absent unless `tells`. Attacker-controlled. */
  readonly told?: Readable;
  /** Settles once, after the process ended and its pipes closed. Never rejects. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Lets a `held` child go on; nothing for another one. */
  release(): void;
  /** Signals the process, or its whole group when `ownGroup`. No error when it is gone. */
  kill(signal: NodeJS.Signals): void;
}

export interface Processes {
  /** Starts a program by absolute path or PATH lookup, never through a shell. @throws GuardError `command-not-found`. */
  spawn(command: string, args: readonly string[], options: SpawnOptions): Promise<Child>;
  /**
   * Runs a program with this process's own terminal (stdin, stdout, stderr) and waits for its end. Signals of the terminal
   * reach it and do not end this process meanwhile. @throws GuardError `command-not-found`.
   */
  runAttached(
    command: string,
    args: readonly string[],
    options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
  ): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Absolute path of a program on PATH; null = none. */
  which(command: string): Promise<string | null>;
  /**
   * Puts variables into this process's own environment, for a library that looks nowhere else, and returns how to put back
   * what was there. No other process sees them, and a child only if it is started meanwhile without an environment of its own.
   */
  lendVariables(values: Readonly<Record<string, string>>): () => void;
  /** Ids of the processes that this one started and that still run; empty where the system does not say (only Linux does). */
  children(): Promise<readonly number[]>;
  /** Our own process id, and whether a process of this machine has an id now (it may be another one that got the id since). */
  readonly pid: number;
  isAlive(pid: number): boolean;
  /** Calls the listener on SIGINT, SIGTERM, SIGHUP instead of dying; returns how to stop listening. */
  onSignal(listener: (signal: NodeJS.Signals) => void): () => void;
}

export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** A person can be asked: stdin and stderr are both terminals. */
  readonly interactive: boolean;
  /** Columns of the terminal; 80 when it is none. */
  readonly columns: number;
  /** Colour is wanted: a terminal, and NO_COLOR unset. */
  readonly colour: { readonly stdout: boolean; readonly stderr: boolean };
  /**
   * Asks a person on stderr and returns the line they typed, without white space around it. What was typed before the
   * question appeared is thrown away. @throws GuardError `approval-needed` when not interactive.
   */
  ask(question: string): Promise<string>;
  /** The same for a secret: what is typed does not show, and is returned as it was typed. */
  askSecret(question: string): Promise<string>;
}
