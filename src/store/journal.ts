import { isAbsolute } from 'node:path';
import { isObject, type JsonValue } from '../model/json.ts';
import { parseRecord } from './json-file.ts';
import type { PlannedWrite } from './planned-write.ts';

/** The intention of one transaction. */
export interface Journal {
  readonly pid: number;
  readonly hostname: string;
  /** Milliseconds since the epoch. */
  readonly startedMs: number;
  readonly writes: readonly PlannedWrite[];
}

/** The text of a journal; bytes as base64. Holds whole config files, so it is for this user's eyes only. */
export function printJournal(journal: Journal): string {
  const writes = journal.writes.map(({ path, before, after, mode }) => ({
    path,
    before: encode(before),
    after: encode(after),
    mode: mode ?? null,
  }));
  return `${JSON.stringify({ version: 1, pid: journal.pid, hostname: journal.hostname, startedMs: journal.startedMs, writes })}\n`;
}

function encode(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('base64');
}

/** The journal in a file's bytes; null = damaged. */
export function parseJournal(bytes: Uint8Array): Journal | null {
  const value = parseRecord(bytes);
  if (!isObject(value) || value['version'] !== 1) return null;
  const { pid, hostname, startedMs, writes } = value as { readonly [member: string]: JsonValue | undefined };
  if (typeof pid !== 'number' || typeof hostname !== 'string' || typeof startedMs !== 'number' || !Array.isArray(writes)) return null;
  const planned = writes.map(asWrite);
  return planned.every((write) => write !== null) ? { pid, hostname, startedMs, writes: planned } : null;
}

function asWrite(value: JsonValue): PlannedWrite | null {
  if (!isObject(value)) return null;
  const { path, before, after, mode } = value as { readonly [member: string]: JsonValue | undefined };
  if (typeof path !== 'string' || !isAbsolute(path) || !isEncoded(before) || !isEncoded(after)) return null;
  if (mode !== null && typeof mode !== 'number') return null;
  const write = { path, before: decode(before), after: decode(after) };
  return mode === null ? write : { ...write, mode };
}

function isEncoded(value: JsonValue | undefined): value is string | null {
  return value === null || typeof value === 'string';
}

function decode(text: string | null): Uint8Array | null {
  return text === null ? null : Buffer.from(text, 'base64');
}
