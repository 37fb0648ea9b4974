import type { Host } from '../host/host.ts';
import type { ProblemCode } from '../model/client-entry.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { Surroundings } from './client.ts';
import { type ConfigText, decodeConfig } from './config-text.ts';

/** What the caller may say about where to look; everything left out is the host's own. */
export interface ReadOptions {
  /** Id of one client; all when left out. */
  readonly client?: string;
  readonly project?: string | null;
  readonly places?: Surroundings['places'];
  readonly platform?: Surroundings['platform'];
  readonly env?: Surroundings['env'];
  /** Exactly these files, each read as the client's, wherever it lies; all known places when left out. */
  readonly only?: readonly { readonly client: string; readonly path: string }[];
}

/** A config file as read from disk: absent, in the way, or its text. */
export type FoundConfig =
  | { readonly state: 'absent' }
  | { readonly state: 'broken'; readonly code: ProblemCode; readonly message: string }
  | { readonly state: 'read'; readonly bytes: Uint8Array; readonly text: ConfigText };

/** Where adapters look, from the options and the host. A foreign home gets none of this process's variables. */
export function surroundingsOf(options: ReadOptions, host: Host): Surroundings {
  return {
    places: options.places ?? host.places,
    platform: options.platform ?? host.machine.platform,
    env: options.env ?? (options.places === undefined ? host.env : {}),
    project: options.project ?? null,
  };
}

/** Reads one file; what is wrong with it is an answer, not an error. */
export async function readConfig(path: string, host: Host, maxBytes: number = limits.configMaxBytes): Promise<FoundConfig> {
  try {
    return foundIn(await host.files.readBytes(path, maxBytes));
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    if (cause.code === 'file-not-found') return absentOrDangling(path, host);
    const message = cause.why ?? cause.message;
    if (cause.code === 'file-too-large') return { state: 'broken', code: 'too-large', message };
    return { state: 'broken', code: (await isOddKind(path, host)) ? 'not-a-file' : 'unreadable', message };
  }
}

/** The same for bytes that are at hand. */
export function foundIn(bytes: Uint8Array): FoundConfig {
  return { state: 'read', bytes, text: decodeConfig(bytes) };
}

async function absentOrDangling(path: string, host: Host): Promise<FoundConfig> {
  const found = await host.files.stat(path);
  if (found === null) return { state: 'absent' };
  return { state: 'broken', code: 'unreadable', message: 'it is a symbolic link to nothing' };
}

async function isOddKind(path: string, host: Host): Promise<boolean> {
  try {
    const found = await host.files.stat(await host.files.realPath(path));
    return found !== null && found.kind !== 'file';
  } catch (cause) {
    if (cause instanceof GuardError) return false;
    throw cause;
  }
}
