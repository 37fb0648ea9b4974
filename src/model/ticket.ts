import type { GateMode } from './decision.ts';
import type { Digest } from './digest.ts';
import type { JsonObject } from './json.ts';
import type { ManifestPin } from './manifest.ts';
import type { LockScope, PinnedWord } from './pin.ts';
import type { RemoteAuthorization, RemoteTransport } from './remote.ts';
import type { PinnedSandbox } from './sandbox-profile.ts';

/** What is kept for a server on this machine, and given to it at every start: variables, words of its command line, or both. */
export interface KeptVariables {
  /** What they were given for: a server that took its place under the same name gets none of them. */
  readonly purpose: Digest;
  /** Names of variables, sorted. */
  readonly names: readonly string[];
  /** What words of the command line were given for: which ones, the entry says. Absent = none are kept. */
  readonly words?: Digest;
}

/** The tree that a launch is made from. */
export interface SealedPlace {
  /** Absolute path of the tree. */
  readonly path: string;
  /** Absolute path of its sealed index, and the digest of the index file's bytes. */
  readonly index: string;
  readonly indexDigest: Digest;
  /** Over paths, modes and hashes only: what the tree must hold even when its index is lost or of another machine. */
  readonly contentDigest: Digest;
}

interface TicketBase {
  readonly version: 1;
  readonly name: string;
  readonly scope: LockScope;
  /** Absolute path of the lock that the pin lives in, and the digest of the pin's canonical form. */
  readonly lockPath: string;
  readonly pinDigest: Digest;
  /** `pkg:npm/…@version`, for messages. */
  readonly label: string;
  /** `first-use`: pin what the first launch shows. `refused`: never start (pin blocked or revoked). */
  readonly state: 'pinned' | 'first-use' | 'refused';
  readonly mode: GateMode;
  readonly manifest: ManifestPin | null;
  /** `<kind>/<name>` → the template form of items whose text names its surroundings; also `instructions`. */
  readonly templates: Readonly<Record<string, JsonObject | string>>;
  /** Hosts that a person may be sent to, one list per policy that names some. Absent = no policy does. */
  readonly elicitationHosts?: readonly (readonly string[])[];
  /** Policy files that the decision rests on: digest of their bytes, null = there was no such file. */
  readonly policy: readonly { readonly path: string; readonly digest: Digest | null }[];
  /** Absent = nothing is kept for it. */
  readonly kept?: KeptVariables;
}

export interface TreeTicket extends TicketBase {
  readonly tree: SealedPlace;
  /** As in the pin; absent = it is not contained. */
  readonly sandbox?: PinnedSandbox;
  readonly launch: {
    /** Absolute path of the recorded runtime; the launcher falls back to its own when this one is gone. */
    readonly runtime: string;
    /** POSIX, relative to the tree. */
    readonly entry: string;
    /** Templates as in the pin. */
    readonly args: readonly PinnedWord[];
    readonly cwd: string | null;
  };
}

export interface CommandTicket extends TicketBase {
  readonly tree: null;
  readonly launch: {
    /** Templates as in the pin. */
    readonly command: PinnedWord;
    readonly args: readonly PinnedWord[];
    readonly cwd: null;
  };
}

export interface RemoteTicket extends TicketBase {
  readonly tree: null;
  readonly launch: {
    readonly url: string;
    readonly transport: RemoteTransport;
    readonly headerNames: readonly string[];
    /** As pinned: compared with what the server says before anything else is asked, where it names servers. */
    readonly authorization: RemoteAuthorization;
  };
}

/**
 * All that `run` needs, in one small file, written at approval. Everything in it is derived from the lock and the
 * store; it exists so that the launch path parses one file and imports no schema library. `tree` and `launch` tell which it is.
 */
export type Ticket = TreeTicket | CommandTicket | RemoteTicket;

/** True for the ticket of a server elsewhere. */
export function isRemoteTicket(ticket: Ticket): ticket is RemoteTicket {
  return 'url' in ticket.launch;
}
