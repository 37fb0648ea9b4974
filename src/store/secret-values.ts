import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { printable } from '../model/printable.ts';
import { shellLine } from '../model/shell-line.ts';
import { isForServer, ownName, type SecretName } from './secret-record.ts';
import type { ServerPlace } from './server-place.ts';

/** A value as the items of a keychain hold it; at least one. */
export function inPieces(value: string): readonly string[] {
  const pieces: string[] = [];
  // By code points: half of one is no text.
  let piece = '';
  for (const char of value) {
    if (piece.length + char.length > limits.keychainItemMaxChars) {
      pieces.push(piece);
      piece = '';
    }
    piece += char;
  }
  return [...pieces, piece];
}

/** The value of its pieces; null = one of them is missing. */
export function whole(pieces: readonly (string | null)[]): string | null {
  const value = pieces.includes(null) ? '' : pieces.join('');
  return value === '' ? null : value;
}

/** One request for each piece of a value. */
export function requestsFor<Kind extends 'get' | 'remove'>(
  { account, pieces }: { readonly account: string; readonly pieces: number },
  kind: Kind,
): readonly { readonly kind: Kind; readonly account: string }[] {
  return Array.from({ length: pieces }, (_, at) => ({ kind, account: at === 0 ? account : `${account} #${at + 1}` }));
}

/** A secret that is known to be kept, and cannot be had. */
export function secretMissing({ name: server, scope }: ServerPlace, name: SecretName, why: string): GuardError {
  const own = ownName(name);
  const set = shellLine(['pinfold', 'secrets', 'set', ...(scope === 'project' ? ['--scope', 'project'] : []), server, own]);
  const what = isForServer(name) ? `the secret ${printable(own)} of \`${server}\`` : `a secret of \`${server}\``;
  return new GuardError('secret-missing', `${what} cannot be had`, {
    why,
    hint: isForServer(name) ? `unlock the keychain, or give it again: ${set}` : 'unlock the keychain, then run the same command again',
  });
}
