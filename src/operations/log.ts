import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import type { LedgerCheck, LedgerEntry } from '../model/ledger.ts';
import { sinceMs } from '../model/time.ts';
import { readLedger } from '../store/ledger-read.ts';

export interface LogRequest {
  /** Name of a pin; events of both scopes, and those about an entry of that name. null = all. */
  readonly server: string | null;
  /** As `sinceMs` takes it; null = all that is kept. */
  readonly since: string | null;
  /** The newest so many; null = all. */
  readonly limit: number | null;
}

export interface Log {
  /** Oldest first. */
  readonly entries: readonly LedgerEntry[];
  /** Events that were asked for and are older than the `limit` newest. */
  readonly leftOut: number;
  /** Of the whole ledger, whatever was asked for. */
  readonly check: LedgerCheck;
}

/** What happened: launches, refusals, words withheld, approvals. @throws GuardError `usage`; as `readLedger`. */
export async function log(request: LogRequest, host: Host): Promise<Log> {
  const from = request.since === null ? null : sinceMs(request.since, host.now());
  if (request.since !== null && from === null)
    throw new GuardError('usage', `\`${request.since}\` is no time`, {
      why: 'it is neither an age nor a date',
      hint: 'pinfold log --since 7d',
    });
  const { entries, check } = await readLedger(host);
  const asked = entries.filter((entry) => concerns(entry, request.server) && isSince(entry.at, from, host.now()));
  const shown = request.limit === null ? asked : asked.slice(-request.limit);
  return { entries: shown, leftOut: asked.length - shown.length, check };
}

function concerns({ server, detail }: LedgerEntry, name: string | null): boolean {
  return name === null || server === `user:${name}` || server === `project:${name}` || server === name || detail['name'] === name;
}

function isSince(at: string, fromMs: number | null, nowMs: number): boolean {
  // A time that cannot be read is shown rather than hidden.
  return fromMs === null || (sinceMs(at, nowMs) ?? Number.POSITIVE_INFINITY) >= fromMs;
}
