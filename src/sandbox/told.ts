import { isAbsolute, normalize } from 'node:path';
import type { Readable } from 'node:stream';
import type { Host } from '../host/host.ts';
import { isWithin } from '../model/path-style.ts';
import { isSandboxPort, type PinnedSandbox } from '../model/sandbox-profile.ts';
import { type Denial, readDenial } from './denials.ts';

/** A server can say anything any number of times; this many lines are looked at, of this length. */
const maxLines = 1_000;
const maxLineBytes = 8_192;

/**
 * Hears what a server says by `tell.cjs`, and tells of it what its sandbox kept from it: a file that it did not find and
 * that is there, a port that nobody outside reaches. All of it is the server's word. Reads to the end of the stream, and
 * settles then; never rejects.
 *
 * @param profile with absolute paths, links resolved
 */
export async function hearTold(told: Readable, profile: PinnedSandbox, host: Host, onDenial: (denial: Denial) => void): Promise<void> {
  let rest = '';
  let lines = 0;
  try {
    for await (const chunk of told) {
      if (lines >= maxLines) continue; // read on, so that nothing waits for us
      const parts = `${rest}${String(chunk)}`.split('\n');
      rest = parts.pop() ?? '';
      if (rest.length > maxLineBytes) lines = maxLines;
      for (const line of parts.slice(0, maxLines - lines)) {
        lines += 1;
        const denial = line.length > maxLineBytes ? null : await toldDenial(line, profile, host);
        if (denial !== null) onDenial(denial);
      }
    }
  } catch {
    // the pipe broke with the server
  }
}

async function toldDenial(line: string, profile: PinnedSandbox, host: Host): Promise<Denial | null> {
  const fact = factIn(line);
  if (fact === null) return null;
  if ('listen' in fact) {
    const port = String(fact.listen);
    return profile.listen?.includes(fact.listen) === true ? null : { kind: 'listen', target: port, why: '', allow: port };
  }
  const path = normalize(fact.read);
  const { home, config, data, managed } = host.places;
  // Never opened, and what lies there is nobody's business.
  if ([...profile.read, ...profile.write, config, data, managed].some((folder) => isWithin(path, folder))) return null;
  const stat = await host.files.stat(path).catch(() => null);
  return stat === null ? null : readDenial(path, stat.kind === 'directory' ? 'directory' : 'file', home);
}

function factIn(line: string): { readonly read: string } | { readonly listen: number } | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  if ('listen' in value) return isSandboxPort(value.listen) ? { listen: value.listen } : null;
  return 'read' in value && typeof value.read === 'string' && isAbsolute(value.read) && !value.read.includes('\0')
    ? { read: value.read }
    : null;
}
