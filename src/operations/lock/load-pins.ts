import type { Host } from '../../host/host.ts';
import type { ReadableManifest } from '../../lockfile/manifest-file.ts';
import type { Closure } from '../../model/artifact.ts';
import { GuardError } from '../../model/errors.ts';
import type { Pin } from '../../model/pin.ts';
import { type Home, type LockFile, readClosure, readManifest } from '../../store/home.ts';

/** A pin of a lock with what belongs to it, each compared with the digests in the lock. */
export interface LoadedPin {
  readonly name: string;
  readonly pin: Pin;
  readonly readable: ReadableManifest | null;
  /** null where there are no pinned bytes. */
  readonly closure: Closure | null;
}

/** Every pin of a lock, sorted by name. @throws GuardError `lock-invalid`: a pin without its closure or manifest, or that does not fit them */
export async function loadPins(home: Home, { lock }: LockFile, host: Host): Promise<readonly LoadedPin[]> {
  const loaded: LoadedPin[] = [];
  for (const [name, pin] of Object.entries(lock.pins)) {
    const closure = await readClosure(home, lock, name, host);
    const readable = await readManifest(home, lock, name, host);
    if ((closure === null && pin.closure !== null) || (pin.manifest !== null && readable === null)) {
      throw new GuardError('lock-invalid', `the lock pins \`${name}\`, but the words or packages behind it are missing`, {
        why: `closures/${name}.json and manifests/${name}.json belong to the lock`,
        hint: 'ask whoever committed the lock to commit the whole .pinfold folder',
      });
    }
    loaded.push({ name, pin, readable, closure });
  }
  return loaded;
}
