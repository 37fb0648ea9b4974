import type { View } from './state.ts';

/** A request that waits for its answer. */
export interface Expected {
  readonly method: string;
  /** The pages before this one; null unless a listing. */
  readonly run: ListRun | null;
  /** The request itself asked for log messages (2026-07-28). */
  readonly wantsLog: boolean;
  /** The request is an `initialize` whose client lets its person open addresses (2025-11-25). */
  readonly opensLinks: boolean;
  /** The `ui://` resource whose content is read; null = none. */
  readonly ui: string | null;
  /** What the answer is held to; null = the server asked. */
  readonly view: View | null;
}

/** One walk through the pages of a list. */
export interface ListRun {
  /** False when its first page was not seen here: such a run never completes a first use. */
  readonly fromStart: boolean;
  readonly pages: number;
  readonly items: number;
  readonly bytes: number;
  readonly names: ReadonlySet<string>;
}

export const newRun: ListRun = { fromStart: true, pages: 0, items: 0, bytes: 0, names: new Set() };

/** What a request of the server is remembered with, beside its method. */
export const asksNothing = { run: null, wantsLog: false, opensLinks: false, ui: null, view: null } as const;
