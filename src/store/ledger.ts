import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { printable } from '../model/printable.ts';
import { isoTime } from '../model/time.ts';
import { readOptional, utf8 } from './read-optional.ts';
import { withoutSecrets } from './without-secrets.ts';

/** What is worth remembering. Names are permanent: `status` and other programs search for them. */
export const ledgerEvents = [
  'launched',
  'ended',
  'refused',
  'withheld',
  'passed-unpinned',
  'first-use',
  'tree-changed',
  'installed',
  'updated',
  'approved',
  'removed',
  'trusted',
  'pruned',
  'recovered',
  'enabled',
  'disabled',
  'synced',
  'restored',
  'exec-refused',
  'exec-approved',
  'adopted',
  'released',
  'quarantined',
  'reviewed',
  'blocked',
  'unblocked',
] as const;
export type LedgerEventName = (typeof ledgerEvents)[number];

export interface LedgerEvent {
  readonly event: LedgerEventName;
  /** The server, `user:<name>` or `project:<name>`; null when it is about none. */
  readonly server: string | null;
  /** Facts, never values of environment variables or headers. May hold attacker-controlled text. */
  readonly detail: JsonObject;
}

/** A line of the ledger. */
export interface LedgerEntry extends LedgerEvent {
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Absolute path of the event log: one JSON object per line, oldest first. */
export function ledgerPath(host: Host): string {
  return join(host.places.data, 'ledger.jsonl');
}

/**
 * Appends one event in one write, so that lines of many processes do not mix. Returns false when it could not be
 * written: a full or read-only disk never stops a session. Values of the process's environment are replaced by their
 * names wherever they appear, and an event over `limits.ledgerLineMaxBytes` keeps its name and loses its detail.
 */
export async function appendLedger(event: LedgerEvent, host: Host): Promise<boolean> {
  try {
    await host.files.append(ledgerPath(host), lineOf(event, host));
    return true;
  } catch {
    return false;
  }
}

function lineOf(event: LedgerEvent, host: Host): string {
  const at = isoTime(host.now());
  // Secrets first: a capped text could end in half of one, which nothing would recognise.
  const detail = mapText(withoutSecrets(event.detail, host.env), (text) => printable(text));
  const line = JSON.stringify({ at, event: event.event, server: event.server, detail });
  const bytes = Buffer.byteLength(line);
  if (bytes <= limits.ledgerLineMaxBytes) return `${line}\n`;
  return `${JSON.stringify({ at, event: event.event, server: event.server, detail: { leftOutBytes: bytes } })}\n`;
}

function mapText(value: JsonObject, map: (text: string) => string): JsonObject {
  const inner = (found: JsonValue): JsonValue => {
    if (typeof found === 'string') return map(found);
    if (Array.isArray(found)) return found.map((item: JsonValue) => inner(item));
    return isObject(found) ? mapText(found, map) : found;
  };
  return Object.fromEntries(Object.entries(value).map(([member, found]) => [map(member), inner(found)]));
}

/** The events, oldest first, and how many lines were damaged (a disk that filled up while one was written). */
export async function readLedger(host: Host): Promise<{ readonly entries: readonly LedgerEntry[]; readonly damaged: number }> {
  const bytes = await readOptional(ledgerPath(host), limits.ledgerMaxBytes, host);
  const lines = (bytes === null ? '' : (utf8(bytes) ?? Buffer.from(bytes).toString('latin1'))).split('\n').filter((line) => line !== '');
  const entries = lines.map(parseLine).filter((entry) => entry !== null);
  return { entries, damaged: lines.length - entries.length };
}

function parseLine(line: string): LedgerEntry | null {
  let value: JsonValue;
  try {
    value = JSON.parse(line) as JsonValue;
  } catch {
    return null;
  }
  if (!isObject(value)) return null;
  const { at, event, server, detail } = value as { readonly [member: string]: JsonValue | undefined };
  const name = ledgerEvents.find((known) => known === event);
  if (name === undefined || typeof at !== 'string' || !isObject(detail)) return null;
  if (server !== null && typeof server !== 'string') return null;
  return { at, event: name, server, detail };
}
