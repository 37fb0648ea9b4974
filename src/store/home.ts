import { dirname, join } from 'node:path';
import type { Host } from '../host/host.ts';
import { parseClosureFile, printClosureFile } from '../lockfile/closure-file.ts';
import { emptyLock, type Lock, pinOf } from '../lockfile/lock.ts';
import { parseManifestFile, printManifestFile, type ReadableManifest } from '../lockfile/manifest-file.ts';
import { isPinName } from '../lockfile/names.ts';
import { parseLock } from '../lockfile/parse.ts';
import { printLock } from '../lockfile/print.ts';
import type { Closure } from '../model/artifact.ts';
import { type Digest, digestBytes } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { LockScope } from '../model/pin.ts';
import type { PlannedWrite } from './planned-write.ts';
import { readOptional, utf8 } from './read-optional.ts';

export { findProject } from './find-project.ts';

/** Where the lock of a scope and what belongs to it lie. */
export interface Home {
  readonly scope: LockScope;
  /** Absolute: the config folder, or `<project>/.pinfold`. */
  readonly folder: string;
  /** Real path of the project's folder; null for user scope. */
  readonly project: string | null;
}

/** The home of user scope. */
export function userHome(host: Host): Home {
  return { scope: 'user', folder: host.places.config, project: null };
}

/** The home of a project. */
export async function projectHome(project: string, host: Host): Promise<Home> {
  const real = await host.files.realPath(project);
  return { scope: 'project', folder: join(real, '.pinfold'), project: real };
}

/** Absolute path of the lock of a home. */
export function lockPath(home: Home): string {
  return join(home.folder, 'lock.json');
}

/** A lock with the bytes it was read from. */
export interface LockFile {
  readonly lock: Lock;
  /** null = there is no file yet, and the lock is empty. */
  readonly bytes: Uint8Array | null;
  /** Of the bytes; what `trust` is about. null = no file. */
  readonly digest: Digest | null;
}

/** The lock of a home. @throws GuardError `lock-invalid`, `lock-too-new`, `file-unreadable`, `file-too-large`. */
export async function readLock(home: Home, host: Host): Promise<LockFile> {
  await assertNoLinks(home, lockPath(home), host);
  const bytes = await readOptional(lockPath(home), limits.lockMaxBytes, host);
  if (bytes === null) return { lock: emptyLock, bytes, digest: null };
  return { lock: parsed(textOf(bytes, lockPath(home)), lockPath(home)), bytes, digest: digestBytes(bytes) };
}

/** Which of the locks it is that cannot be read is half of the message. */
function parsed(text: string, path: string): Lock {
  try {
    return parseLock(text);
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    const { code, message, why, hint } = cause;
    const details = { ...(why === undefined ? {} : { why }), ...(hint === undefined ? {} : { hint }), cause };
    throw new GuardError(code, message.replace(/^lock\.json\b/, path), details);
  }
}

/**
 * A repository may bring `.pinfold/manifests/x.json` as a link to a file of the user, which a write would then replace.
 * In user scope links are the user's own (dotfile managers).
 */
export async function assertNoLinks(home: Home, path: string, host: Host): Promise<void> {
  if (home.project === null) return;
  for (let at = path; at !== home.project && at !== dirname(at); at = dirname(at)) {
    if ((await host.files.stat(at))?.kind === 'symlink') {
      throw new GuardError('file-unreadable', `${at} is a link`, {
        why: "a project's lock may not lead out of the project",
        hint: `rm ${at}`,
      });
    }
  }
}

function textOf(bytes: Uint8Array, path: string): string {
  const text = utf8(bytes);
  if (text === null) throw new GuardError('lock-invalid', `${path} is damaged`, { why: 'it is not valid UTF-8' });
  return text;
}

/** The readable manifest of a pin, compared with it. null = the pin has none, or its file is missing. @throws GuardError `lock-invalid`. */
export async function readManifest(home: Home, lock: Lock, name: string, host: Host): Promise<ReadableManifest | null> {
  const pin = pinOf(lock, name)?.manifest ?? null;
  const path = recordPath(home, 'manifests', name);
  await assertNoLinks(home, path, host);
  const bytes = pin === null ? null : await readOptional(path, limits.lockMaxBytes, host);
  return pin === null || bytes === null ? null : parseManifestFile(textOf(bytes, path), name, pin);
}

/** The closure of a pin, compared with it. null = no such pin, one without pinned bytes, or its file is missing. @throws GuardError `lock-invalid`. */
export async function readClosure(home: Home, lock: Lock, name: string, host: Host): Promise<Closure | null> {
  const pinned = pinOf(lock, name)?.closure ?? null;
  const path = recordPath(home, 'closures', name);
  await assertNoLinks(home, path, host);
  const bytes = pinned === null ? null : await readOptional(path, limits.lockMaxBytes, host);
  return pinned === null || bytes === null ? null : parseClosureFile(textOf(bytes, path), name, pinned.digest);
}

/** Absolute path of `manifests/<name>.json` or `closures/<name>.json`. */
function recordPath(home: Home, record: 'manifests' | 'closures', name: string): string {
  if (!isPinName(name)) throw new TypeError(`not the name of a pin: ${name}`); // it becomes a path
  return join(home.folder, record, `${name}.json`);
}

/** The write that makes a home's lock say this; the same bytes when nothing changed. */
export function planLock(home: Home, before: LockFile, after: Lock): PlannedWrite {
  return { path: lockPath(home), before: before.bytes, after: Buffer.from(printLock(after)), mode: modeOf(home) };
}

/** The write of a pin's readable manifest; null removes it. */
export async function planManifest(home: Home, name: string, manifest: ReadableManifest | null, host: Host): Promise<PlannedWrite> {
  return planRecord(home, 'manifests', name, manifest === null ? null : printManifestFile(manifest), host);
}

/** The write of a pin's closure; null removes it. */
export async function planClosure(home: Home, name: string, closure: Closure | null, host: Host): Promise<PlannedWrite> {
  return planRecord(home, 'closures', name, closure === null ? null : printClosureFile(closure), host);
}

async function planRecord(
  home: Home,
  record: 'manifests' | 'closures',
  name: string,
  text: string | null,
  host: Host,
): Promise<PlannedWrite> {
  const path = recordPath(home, record, name);
  await assertNoLinks(home, path, host);
  const before = await readOptional(path, limits.lockMaxBytes, host);
  return { path, before, after: text === null ? null : Buffer.from(text), mode: modeOf(home) };
}

/** A project's files are for everybody who works on it. */
function modeOf(home: Home): number {
  return home.scope === 'project' ? 0o644 : 0o600;
}
