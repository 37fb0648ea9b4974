import { GuardError } from '../../model/errors.ts';
import { printable } from '../../model/printable.ts';
import type { RemoteReference } from '../../model/reference.ts';
import { secretSpans } from '../../model/secret-spans.ts';

/** The one word that is an address, as it was typed; null = it names something else. Pages of code hosts and tarballs are no servers. */
export function remoteWord(words: readonly string[]): string | null {
  const [word = '', ...more] = words;
  return more.length === 0 && /^https?:/i.test(word) && !packagePage.test(word) ? word : null;
}

const packagePage = /^https?:\/\/(?:www\.)?(?:github|gitlab)\.com\/|^https?:.*\.tgz$/i;

/**
 * The address of a remote server. `http` only on this machine; no credentials in it, because the address is pinned and
 * shown; no fragment, which no server ever sees.
 *
 * @throws GuardError `reference-not-understood` (no such address), `address-refused` (one that must not be used).
 */
export function parseRemoteUrl(text: string): RemoteReference {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw new GuardError('reference-not-understood', `\`${printable(text, { maxLength: 120 })}\` is no address of a remote server`, {
      why: 'it is not an http or https URL',
      hint: 'pinfold info https://host/mcp',
    });
  if (url.username !== '' || url.password !== '' || (secretSpans([text])[0] ?? []).length > 0)
    throw refused(
      url,
      'it carries something like a key, and an address is pinned and shown',
      'give it as a header: --header Authorization=VARIABLE',
    );
  if (url.hash !== '' || text.includes('#')) throw refused(url, 'it has a fragment, which no server sees', 'leave out what follows the #');
  if (url.protocol === 'http:' && !isLoopbackName(url.hostname))
    throw refused(url, 'without encryption anybody on the way could answer for it', `pinfold info https://${url.host}${url.pathname}`);
  return { source: 'remote', name: `${url.host}${url.pathname.replace(/\/$/, '')}`, url: url.href };
}

/** A short name for a remote server: `https://mcp.linear.app/sse` → `linear`. For `proposeName`. */
export function nameFromUrl(url: string): string {
  const { hostname } = new URL(url);
  if (/^[\d.]+$|^\[/.test(hostname)) return 'remote';
  const labels = hostname.split('.').filter((label, at, all) => !(at < all.length - 1 && /^(?:mcp|www|api|app|server)$/.test(label)));
  return labels[0] ?? hostname;
}

/** True for the names that mean this machine by themselves, as `URL.hostname` writes them. */
export function isLoopbackName(hostname: string): boolean {
  return /^(?:.+\.)?localhost$|^\[::1\]$|^127(?:\.\d+){3}$/.test(hostname);
}

function refused(url: URL, why: string, hint: string): GuardError {
  const shown = printable(`${url.protocol}//${url.host}${url.pathname}`, { maxLength: 120 });
  return new GuardError('address-refused', `\`${shown}\` is not asked`, { why, hint });
}
