import { basename } from 'node:path';
import type { Host } from '../host/host.ts';
import { type Digest, digestBytes } from '../model/digest.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { type LedgerCheck, type LedgerEntry, ledgerEvents } from '../model/ledger.ts';
import { limits } from '../model/limits.ts';
import { ledgerFiles } from './ledger.ts';
import { readOptional } from './read-optional.ts';

/** The events, oldest first, and whether they are all that was written. */
export interface Ledger {
  readonly entries: readonly LedgerEntry[];
  readonly check: LedgerCheck;
}

/**
 * Reads the whole ledger. Whoever may write the file can write it anew from its first line: what the chain shows is damage
 * and a line that was taken out, changed or put between. @throws GuardError `file-unreadable`, `file-too-large`.
 */
export async function readLedger(host: Host): Promise<Ledger> {
  const entries: LedgerEntry[] = [];
  const breaks: LedgerCheck['breaks'][number][] = [];
  const seen = new Set<Digest>();
  const named = new Set<Digest>();
  const files = await ledgerFiles(host);
  let [lines, damaged] = [0, 0];
  let last: Digest | null = null;
  for (const file of files) {
    const bytes = await readOptional(file, limits.ledgerFileMaxBytes * 2, host);
    for (const [at, line] of linesOf(bytes ?? new Uint8Array()).entries()) {
      const first = lines === 0;
      lines += 1;
      last = digestBytes(line);
      const entry = parseLine(line);
      if (entry === null) damaged += 1;
      else {
        entries.push(entry);
        if (entry.prev !== null) named.add(entry.prev);
        // Several may name nothing: all that were written at once when there was nothing yet to name.
        const known = entry.prev === null ? entries[0]?.prev === null : first || seen.has(entry.prev);
        if (!known) breaks.push({ file: basename(file), line: at + 1, at: entry.at });
      }
      seen.add(last);
    }
  }
  const unnamed = [...seen].filter((digest) => digest !== last && !named.has(digest)).length;
  const rotated = (entries[0]?.prev ?? null) !== null;
  return { entries, check: { lines, damaged, breaks, unnamed, rotated } };
}

/** The bytes of every line, without its end; empty lines are none. */
function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(0x0a, start);
    const end = found === -1 ? bytes.length : found;
    if (end > start) lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

function parseLine(line: Uint8Array): LedgerEntry | null {
  let value: JsonValue;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line)) as JsonValue;
  } catch {
    return null;
  }
  if (!isObject(value)) return null;
  const { at, event, server, detail, prev } = value as { readonly [member: string]: JsonValue | undefined };
  const name = ledgerEvents.find((known) => known === event);
  if (name === undefined || typeof at !== 'string' || !isObject(detail)) return null;
  if (server !== null && typeof server !== 'string') return null;
  if (prev !== null && typeof prev !== 'string') return null;
  return { at, event: name, server, detail, prev: prev as Digest | null };
}
