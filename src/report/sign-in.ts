import { printable } from '../model/printable.ts';
import type { LoggedIn, LoggedOut } from '../model/remote-results.ts';
import type { EndedSignIn } from '../model/sign-in.ts';
import { hang } from './layout.ts';
import type { Style } from './style.ts';

/** What a person has to do. The link stands alone on its line, whole, so that a terminal can open it. */
export function signInLinkText(
  given: {
    readonly link: string;
    readonly issuer: string;
    readonly scopes: readonly string[];
    readonly unapproved: readonly string[];
  },
  style: Style,
): string {
  const { link, issuer, scopes, unapproved } = given;
  return [
    hang('', `sign in at ${printable(new URL(issuer).host, { maxLength: 200 })}; open this in your browser:`, style.columns),
    `  ${[...link].every((character) => character >= '!' && character <= '~') ? link : printable(link, { maxLength: link.length })}`,
    ...(scopes.length === 0 ? [] : [hang('', `it asks for: ${named(scopes)}`, style.columns)]),
    ...(unapproved.length === 0 ? [] : [hang('', `not asked for, because nobody approved it: ${named(unapproved)}`, style.columns)]),
    'this waits until you are back; Ctrl-C ends it',
  ].join('\n');
}

function named(scopes: readonly string[]): string {
  const shown = scopes.slice(0, 20).map((scope) => printable(scope));
  return [...shown, ...(scopes.length > 20 ? [`and ${scopes.length - 20} more`] : [])].join(', ');
}

export function loggedInText({ name, issuer, renewable, kept, replaced }: LoggedIn, style: Style): string {
  return [
    `${style.green('signed in')} to \`${printable(name)}\` at ${printable(new URL(issuer).host, { maxLength: 200 })}`,
    keptText(kept),
    renewable ? 'it is renewed by itself' : 'it cannot be renewed: when it runs out, sign in again',
    ...(replaced === null ? [] : [endedText(replaced, 'the sign-in before it', style)]),
    `restart the client to use it; undo with: pinfold logout ${printable(name)}`,
  ].join('\n');
}

/** Where secrets of a remote server lie. `what`: the words for them. */
export function keptText(kept: LoggedIn['kept'], what: 'what it is sent' | 'headers' | 'some headers' = 'what it is sent'): string {
  const verb = what === 'what it is sent' ? 'is' : 'are';
  return kept === 'keychain'
    ? `${what} ${verb} kept in the keychain of this machine`
    : `${what} ${verb} kept in a file that only you may read: there is no keychain here`;
}

export function loggedOutText({ name, issuer, revocation, again }: LoggedOut, style: Style): string {
  if (revocation === null) return `nobody was signed in to \`${printable(name)}\` here`;
  const ended = { issuer, revocation, again };
  if (revocation.outcome === 'revoked') return `signed out of \`${printable(name)}\` here and at ${giver(ended)}`;
  return [`signed out of \`${printable(name)}\` here; what it was given may be good there until it runs out`, ...left(ended, style)].join(
    '\n',
  );
}

/** A sign-in that went with something else. `which`: the words for it. */
export function endedText(ended: EndedSignIn, which: string, style: Style): string {
  if (ended.revocation.outcome === 'revoked') return `${which} was taken back at ${giver(ended)}`;
  return [`${which} is used no more here; what it was given may be good there until it runs out`, ...left(ended, style)].join('\n');
}

function giver({ issuer }: EndedSignIn): string {
  return issuer === null ? 'the server' : printable(new URL(issuer).host, { maxLength: 200 });
}

/** What earlier commands could not take back, and this one tried to. */
export function takenBackText(ended: readonly (EndedSignIn & { readonly place: { readonly name: string } })[], style: Style): string {
  return ended.map(({ place, ...one }) => endedText(one, `an earlier sign-in to \`${printable(place.name)}\``, style)).join('\n');
}

/** Why tokens may still be good, and what can be done about it. */
function left(ended: EndedSignIn, style: Style): readonly string[] {
  const own = `end it in your account at ${giver(ended)}, where connected apps are listed (this one is called pinfold)`;
  const next = ended.again
    ? 'it is kept to be taken back alone: pinfold logout, or the next install, login or remove, tries again; or'
    : '';
  return [why(ended, style), hang('  hint: ', `${next} ${own}`.trim(), style.columns)];
}

function why(ended: EndedSignIn, style: Style): string {
  const at = giver(ended);
  const what = {
    revoked: `${at} took it back`,
    'not-offered': `${at} offers no way to take it back`,
    refused: `${at} did not take it back`,
    unavailable: `${at} could not be asked to take it back`,
    'not-tried': `${at} was not asked to take it back`,
  }[ended.revocation.outcome];
  const reason = ended.revocation.why;
  return hang('  why: ', printable(reason === null ? what : `${what} (${reason})`, { maxLength: 400 }), style.columns);
}
