import { connectRemote } from '../gate/http/remote-child.ts';
import type { Child, Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { authorizationDrift, takesSignIn } from '../model/remote.ts';
import { shellLine } from '../model/shell-line.ts';
import type { RemoteTicket } from '../model/ticket.ts';
import { readAuthorization } from '../sources/remote/authorization.ts';
import { readHeadersFor } from '../store/remote-headers.ts';
import type { ServerPlace } from '../store/server-place.ts';
import { scopeOption } from './command-line.ts';
import { tokenOf } from './sign-in-token.ts';
import { greetAsStranger } from './stranger.ts';

/**
 * A pinned server elsewhere, ready to be spoken to. Where it was approved together with who lets clients in, that is
 * asked again first, without any secret, and must be the same.
 *
 * @throws GuardError `sign-in-needed`, `authorization-changed`, `server-unreachable`, `address-refused`, `file-unreadable`.
 */
export async function connectPinned(ticket: RemoteTicket, place: ServerPlace, notice: (text: string) => void, host: Host): Promise<Child> {
  const { name } = ticket;
  const { url, transport, headerNames, authorization } = ticket.launch;
  const headers = await readHeadersFor(place, url, host);
  const missing = headerNames.filter((header) => !Object.hasOwn(headers, header));
  if (missing.length > 0) {
    const given = missing.flatMap((header) => ['--header', `${header}=VARIABLE`]);
    throw new GuardError('sign-in-needed', `there is no secret for \`${name}\` on this machine`, {
      why: `it is sent the headers ${missing.join(', ')}, and nobody gave them here`,
      hint: shellLine(['pinfold', 'install', ...scopeOption(ticket.scope), '--name', name, ...given, url]),
    });
  }
  if (authorization.servers.length > 0) {
    const greeting = await greetAsStranger(url, authorization, host);
    if (greeting.kind === 'talks' && authorization.status !== 'oauth-calls')
      notice(`pinfold: ${name}: it lets anybody in now, and was approved as one that wants to know who asks`);
    if (greeting.kind === 'refuses' || authorization.status === 'oauth-calls') {
      const found = await readAuthorization(url, greeting, host);
      const drift = found.invalid ?? authorizationDrift(authorization, found.authorization);
      if (drift !== null)
        throw new GuardError('authorization-changed', `who lets clients in to \`${name}\` is not what was approved`, {
          why: drift,
          hint: shellLine(['pinfold', 'remove', ...scopeOption(ticket.scope), name]),
        });
    }
  }
  const token = takesSignIn(authorization) ? await tokenOf({ place, url, authorization }, host) : null;
  // Only what is pinned by name is sent.
  const sent = Object.fromEntries(headerNames.map((header) => [header, headers[header] ?? '']));
  const again = [
    'pinfold',
    'install',
    ...scopeOption(ticket.scope),
    '--name',
    name,
    ...headerNames.flatMap((header) => ['--header', `${header}=VARIABLE`]),
    url,
  ];
  const other = `that is not how it was approved; hint: ${shellLine(again)}`;
  return connectRemote({ url, transport, headers: sent, ...(token === null ? {} : { token }) }, host.http, (text, code) =>
    notice(`pinfold: ${name}: ${text}${code === 'sign-in-needed' && token === null ? `; ${other}` : ''}`),
  );
}
