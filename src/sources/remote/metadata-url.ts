import type { HttpReach } from '../../host/http.ts';
import { printable } from '../../model/printable.ts';
import { isLoopbackName } from './url.ts';

/** An address that a server named, as it may be asked. */
export interface NamedUrl {
  readonly url: URL;
  /** `named` on the very host that the person named; anything else must be public. */
  readonly reach: HttpReach;
}

/**
 * An address out of a server's metadata, or why it must not be used: https only, no credentials, no fragment. Where the
 * server itself runs on this machine, its own host may be asked without encryption too. Whether a name leads into a
 * private network is judged when it is connected to.
 *
 * @param base the address that the person named
 */
export function metadataUrl(text: unknown, base: URL): NamedUrl | string {
  if (typeof text !== 'string' || text.length > 2_048 || !URL.canParse(text)) return 'it is no URL';
  const url = new URL(text);
  const shown = printable(text, { maxLength: 100 });
  const sameHost = url.hostname === base.hostname;
  const plain = url.protocol === 'http:' && sameHost && isLoopbackName(url.hostname);
  if (url.protocol !== 'https:' && !plain) return `${shown} is not https`;
  if (url.username !== '' || url.password !== '') return 'there are credentials in it';
  if (url.hash !== '') return `${shown} has a fragment`;
  if (isLoopbackName(url.hostname) && !isLoopbackName(base.hostname)) return `${shown} is this machine`;
  return { url, reach: sameHost ? 'named' : 'public' };
}
