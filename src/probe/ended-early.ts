import { join } from 'node:path';
import { GuardError } from '../model/errors.ts';
import { printable } from '../model/printable.ts';
import type { StartedServer } from './request.ts';

/**
 * Why a server that ended before it was asked to probably did so, in its own last words, and what to try.
 * stderr is attacker-controlled; only dummy secrets can be in it.
 */
export function endedEarly(
  status: { readonly code: number | null; readonly signal: string | null },
  stderrTail: string,
  server: Pick<StartedServer, 'envNames' | 'scratch' | 'tree'>,
): GuardError {
  const ended = status.code === null ? `signal ${status.signal ?? 'unknown'}` : `exit code ${status.code}`;
  const words = withoutPlaces(stderrTail, server).trim().split('\n').slice(-5).join(' / ');
  return new GuardError('probe-failed', 'the server ended by itself', {
    why: words === '' ? `${ended}, and it said nothing` : `${ended}: ${printable(words)}`,
    hint: hintFrom(stderrTail, server.envNames),
  });
}

/** A text with words for folders that exist only while a server is probed. */
function withoutPlaces(text: string, { scratch, tree }: Pick<StartedServer, 'scratch' | 'tree'>): string {
  const places = [
    [tree, '<tree>'],
    [join(scratch, 'home'), '<home>'],
    [scratch, '<scratch>'],
  ] as const;
  return places.reduce((left, [folder, word]) => left.replaceAll(folder, word), text);
}

/** Names that look like settings and that a stack trace of Node itself also holds. */
const notSettings = /^(ERR_|NODE_|UV_|SIG|E[A-Z]+$)/;

function hintFrom(stderr: string, envNames: readonly string[]): string {
  const wanted = [...new Set(stderr.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g) ?? [])]
    .filter((name) => !notSettings.test(name) && !envNames.includes(name))
    .slice(0, 3);
  if (wanted.length > 0)
    return `it names ${wanted.join(', ')}: declare what it needs in its environment, or leave the probe out with --no-probe`;
  if (/usage|argument|option|required/i.test(stderr))
    return 'it seems to want arguments: give them after --, or leave the probe out with --no-probe';
  return 'leave the probe out with --no-probe';
}
