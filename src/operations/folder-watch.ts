import { basename } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type WatchedNames, watchedFolders } from '../clients/watched-folders.ts';
import type { Host } from '../host/host.ts';
import { limits } from '../model/limits.ts';

/**
 * What may have changed. `files`: the content of known files, and nothing else. `folders`: also which files there are.
 * `stopped`: a signal came.
 */
export type News = 'files' | 'folders' | 'stopped';

/** The folders of all config files, watched; and the wait for the next change. */
export interface FolderWatch {
  /** Watches what is there now, and no longer what is gone. Returns how many folders have to be polled. */
  renew(): Promise<number>;
  /** Settles when something may have changed, after the writer had a moment to finish, or when it is time for a look. */
  next(soon: boolean): Promise<News>;
  stop(): void;
}

/** Folders that tell nothing are polled; and everything is looked at now and then, because events get lost. */
export function folderWatch(request: { readonly projects: readonly string[]; readonly poll: boolean }, host: Host): FolderWatch {
  const watches = new Map<string, () => void>();
  const stop = new AbortController();
  let woken = new AbortController();
  let polled = 0;
  let news: News = 'files';
  let wanted: ReadonlyMap<string, WatchedNames> = new Map();
  const ignore = host.processes.onSignal(() => stop.abort());
  const wake = (about: 'file' | 'way') => {
    if (about === 'way') news = 'folders';
    woken.abort();
  };
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
          // A folder that goes, or is moved, tells its own name; one that comes in its place is another one.
          const gone = name === null || name === basename(folder);
          if (gone) forget(folder);
          const names = wanted.get(folder);
          const about = gone || names === undefined || names === 'any' ? 'way' : names.get(name);
          if (about !== undefined) wake(about);
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
      if (stop.signal.aborted) return 'stopped';
      if (woken.signal.aborted) await waited(limits.watchSettleMs, stop.signal);
      // Nobody told anything: it was time for a look, at everything.
      const told = woken.signal.aborted ? news : 'folders';
      [woken, news] = [new AbortController(), 'files'];
      return stop.signal.aborted ? 'stopped' : told;
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
      wanted.set(folder, together(wanted.get(folder), names));
    }
  }
  return wanted;
}

function together(one: WatchedNames | undefined, other: WatchedNames): WatchedNames {
  if (one === undefined) return other;
  if (one === 'any' || other === 'any') return 'any';
  const names = new Map(one);
  for (const [name, about] of other) names.set(name, names.get(name) === 'way' ? 'way' : about);
  return names;
}

async function waited(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
}
