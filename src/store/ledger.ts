import { basename, dirname, join } from 'node:path';
import type { Host } from '../host/host.ts';
import { type Digest, digestBytes } from '../model/digest.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { LedgerEvent } from '../model/ledger.ts';
import { limits } from '../model/limits.ts';
import { printable } from '../model/printable.ts';
import { isoTime } from '../model/time.ts';
import { withoutSecrets } from './without-secrets.ts';

/** Absolute path of the event log: one JSON object per line, oldest first. Older lines lie in `ledgerFiles`. */
export function ledgerPath(host: Host): string {
  return join(host.places.data, 'ledger.jsonl');
}

/** Absolute paths of the parts of the ledger that exist, oldest lines first; the last one is `ledgerPath`, if it is there. */
export async function ledgerFiles(host: Host): Promise<readonly string[]> {
  const path = ledgerPath(host);
  const names = await host.files.list(dirname(path));
  const rotated = names.filter((name) => rotatedName.test(name)).sort();
  return [...rotated, ...names.filter((name) => name === basename(path))].map((name) => join(dirname(path), name));
}

const rotatedName = /^ledger\.\d{6}\.jsonl$/;

/**
 * Appends one event in one write, so that lines of many processes do not mix, chained to the line that is the last one
 * now. Takes no lock: two processes that write at the same moment name the same line, and none waits for another.
 * Returns false when it could not be written: a full or read-only disk never stops a session. Values of the process's
 * environment are replaced by their names wherever they appear, and an event over `limits.ledgerLineMaxBytes` keeps its
 * name and loses its detail.
 */
export async function appendLedger(event: LedgerEvent, host: Host): Promise<boolean> {
  const path = ledgerPath(host);
  try {
    let last = await lastLine(path, host);
    if (last !== null && last.size >= limits.ledgerFileMaxBytes) {
      await rotate(host);
      last = await lastLine(path, host);
    }
    const prev = last ?? (await lastRotated(host));
    // Half a line of a disk that was full must not become the beginning of this one.
    await host.files.append(path, `${last?.torn === true ? '\n' : ''}${lineOf(event, prev?.digest ?? null, host)}`);
    return true;
  } catch {
    return false;
  }
}

function lineOf(event: LedgerEvent, prev: Digest | null, host: Host): string {
  const at = isoTime(host.now());
  // Secrets first: a capped text could end in half of one, which nothing would recognise.
  const detail = mapText(withoutSecrets(event.detail, host.env), (text) => printable(text));
  const line = JSON.stringify({ at, event: event.event, server: event.server, detail, prev });
  const bytes = Buffer.byteLength(line);
  if (bytes <= limits.ledgerLineMaxBytes) return `${line}\n`;
  return `${JSON.stringify({ at, event: event.event, server: event.server, detail: { leftOutBytes: bytes }, prev })}\n`;
}

function mapText(value: JsonObject, map: (text: string) => string): JsonObject {
  const inner = (found: JsonValue): JsonValue => {
    if (typeof found === 'string') return map(found);
    if (Array.isArray(found)) return found.map((item: JsonValue) => inner(item));
    return isObject(found) ? mapText(found, map) : found;
  };
  return Object.fromEntries(Object.entries(value).map(([member, found]) => [map(member), inner(found)]));
}

interface LastLine {
  /** null = it is longer than a line of ours can be. */
  readonly digest: Digest | null;
  /** It does not end. */
  readonly torn: boolean;
  /** Of the whole file, in bytes. */
  readonly size: number;
}

/** The last line of a file; null = there is none. */
async function lastLine(path: string, host: Host): Promise<LastLine | null> {
  const tail = await host.files.readTail(path, limits.ledgerLineMaxBytes + 2);
  if (tail === null || tail.bytes.length === 0) return null;
  const bytes = Buffer.from(tail.bytes);
  const torn = bytes.at(-1) !== newline;
  const end = torn ? bytes.length : bytes.length - 1;
  const before = bytes.subarray(0, end).lastIndexOf(newline);
  const whole = before !== -1 || tail.size === bytes.length;
  return { digest: whole ? digestBytes(bytes.subarray(before + 1, end)) : null, torn, size: tail.size };
}

const newline = 0x0a;

async function lastRotated(host: Host): Promise<LastLine | null> {
  const older = (await ledgerFiles(host)).filter((path) => path !== ledgerPath(host)).at(-1);
  return older === undefined ? null : lastLine(older, host);
}

/** Gives the full file a number, unless another process did so first, and lets the oldest go. */
async function rotate(host: Host): Promise<void> {
  const path = ledgerPath(host);
  await host.files.locked(path, async () => {
    if (((await host.files.stat(path))?.size ?? 0) < limits.ledgerFileMaxBytes) return;
    const older = (await ledgerFiles(host)).filter((file) => file !== path);
    const next = Number(/\d{6}/.exec(basename(older.at(-1) ?? ''))?.[0] ?? 0) + 1;
    await host.files.rename(path, join(dirname(path), `ledger.${String(next).padStart(6, '0')}.jsonl`));
    for (const file of older.slice(0, Math.max(0, older.length + 1 - limits.ledgerFilesKept))) await host.files.remove(file);
  });
}
