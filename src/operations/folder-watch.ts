import { setTimeout } from 'node:timers/promises';
import { type WatchedNames, watchedFolders } from '../clients/watched-folders.ts';
import type { Host } from '../host/host.ts';
import { limits } from '../model/limits.ts';

/** The folders of all config files, watched; and the wait for the next change. */
export interface FolderWatch {
  /** Watches what is there now, and no longer what is gone. Returns how many folders have to be polled. */
  renew(): Promise<number>;
  /** Settles when something may have changed, after the writer had a moment to finish, or when it is time for a look; false when a signal came. */
  next(soon: boolean): Promise<boolean>;
  stop(): void;
}

/** Folders that tell nothing are polled; and everything is looked at now and then, because events get lost. */
export function folderWatch(request: { readonly projects: readonly string[]; readonly poll: boolean }, host: Host): FolderWatch {
  const watches = new Map<string, () => void>();
  const stop = new AbortController();
  let woken = new AbortController();
  let polled = 0;
  let wanted: ReadonlyMap<string, WatchedNames> = new Map();
  const ignore = host.processes.onSignal(() => stop.abort());
  const wake = () => woken.abort();
  return {
    async renew() {
      wanted = await wantedFolders(request, host);
      for (const [folder, close] of watches) {
        if (wanted.has(folder)) continue;
        close();
        watches.delete(folder);
      }
      polled = 0;
      for (const folder of wanted.keys()) {
        if (watches.has(folder)) continue;
        const told = (name: string | null) => {
          const names = wanted.get(folder);
          if (name === null) forget(folder);
          if (name === null || names === undefined || names === 'any' || names.has(name)) wake();
        };
        const close = request.poll || watches.size >= limits.watchMaxFolders ? null : host.files.watch(folder, told);
        if (close === null) polled += 1;
        else watches.set(folder, close);
      }
      return polled;
    },
    async next(soon) {
      const waitMs = soon || polled > 0 ? limits.watchPollMs : limits.watchSweepMs;
      await waited(waitMs, AbortSignal.any([woken.signal, stop.signal]));
      if (stop.signal.aborted) return false;
      const changed = woken.signal.aborted;
      woken = new AbortController();
      if (changed) await waited(limits.watchSettleMs, stop.signal);
      return !stop.signal.aborted;
    },
    stop() {
      ignore();
      for (const close of watches.values()) close();
      watches.clear();
    },
  };

  function forget(folder: string): void {
    watches.get(folder)?.();
    watches.delete(folder);
  }
}

async function wantedFolders(
  { projects }: { readonly projects: readonly string[] },
  host: Host,
): Promise<ReadonlyMap<string, WatchedNames>> {
  const wanted = new Map<string, WatchedNames>();
  for (const project of [null, ...projects]) {
    for (const [folder, names] of await watchedFolders({ project }, host)) {
      const before = wanted.get(folder) ?? new Set<string>();
      wanted.set(folder, before === 'any' || names === 'any' ? 'any' : new Set([...before, ...names]));
    }
  }
  return wanted;
}

async function waited(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
}
