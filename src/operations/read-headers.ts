import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';

/** Headers that the transport sets itself, or that would change whom a message is for. */
const own = /^(?:accept|accept-encoding|connection|content-.*|cookie|host|last-event-id|mcp-.*|te|trailer|transfer-encoding|upgrade)$/;
const valueMaxBytes = 16 * 1024;

/** True for a header, name in lower case, that can go beside the messages of a server. */
export function canBeSent(name: string, value: string): boolean {
  return /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name) && !own.test(name) && isLine(value);
}

function isLine(value: string): boolean {
  return /^[\x20-\x7e]*$/.test(value) && value.length <= valueMaxBytes;
}

/**
 * The headers that a person gives for a remote server, names in lower case. `NAME=VARIABLE` takes the value out of that
 * environment variable, `NAME=-` reads it from standard input: a value on a command line is seen by every process.
 *
 * @throws GuardError `usage`; no message holds a value.
 */
export async function readHeaders(pairs: readonly string[], host: Host): Promise<Readonly<Record<string, string>>> {
  const headers = new Map<string, string>();
  for (const pair of pairs) {
    const [, name = '', source = ''] = /^([A-Za-z0-9!#$%&'*+.^_`|~-]+)=(-|[A-Za-z_][A-Za-z0-9_]*)$/.exec(pair) ?? [];
    if (name === '')
      throw usage(
        '--header takes NAME=VARIABLE or NAME=-',
        'the value itself does not belong on a command line, where every process sees it',
      );
    const lower = name.toLowerCase();
    if (own.test(lower)) throw usage(`--header cannot set ${lower}`, 'the transport sets it');
    if (headers.has(lower)) throw usage(`--header sets ${lower} twice`, 'one of the two');
    headers.set(lower, valueIn(lower, source === '-' ? await firstLine(host) : host.env[source], source));
  }
  return Object.fromEntries(headers);
}

/**
 * A client that somebody registered at an authorization server. `secret` names where its secret is: an environment
 * variable, or `-` for standard input. null = none was given.
 *
 * @throws GuardError `usage`; no message holds a value.
 */
export async function readClient(
  given: { readonly id: string | null; readonly secret: string | null },
  host: Host,
): Promise<{ readonly id: string; readonly secret: string | null } | null> {
  const { id, secret } = given;
  if (id === null) {
    if (secret === null) return null;
    throw new GuardError('usage', '--client-secret is the secret of a --client-id', {
      why: 'a secret without a client belongs to nobody',
      hint: '--client-id ID --client-secret VARIABLE',
    });
  }
  if (secret === null) return { id, secret: null };
  if (!/^(?:-|[A-Za-z_][A-Za-z0-9_]*)$/.test(secret))
    throw new GuardError('usage', '--client-secret takes the name of a variable, or -', {
      why: 'the value itself does not belong on a command line, where every process sees it',
      hint: '--client-secret VARIABLE',
    });
  return { id, secret: valueIn('the client secret', secret === '-' ? await firstLine(host) : host.env[secret], secret) };
}

function valueIn(name: string, value: string | undefined, source: string): string {
  const where = source === '-' ? 'standard input' : `the variable ${source}`;
  if (value === undefined || value.trim() === '') throw usage(`there is no value for ${name}`, `${where} is empty`);
  if (!isLine(value)) throw usage(`the value for ${name} cannot be sent`, `${where} holds more than one line of plain text`);
  return value.trim();
}

async function firstLine({ terminal }: Host): Promise<string> {
  if (terminal.interactive) return terminal.ask('its value: ');
  let text = '';
  for await (const chunk of terminal.stdin) {
    text += String(chunk);
    if (text.length > valueMaxBytes) break;
  }
  return text.trim();
}

function usage(what: string, why: string): GuardError {
  return new GuardError('usage', what, {
    why,
    hint: 'for example: --header Authorization=MY_TOKEN_HEADER, with MY_TOKEN_HEADER in the environment',
  });
}
