import { placeholdersIn, type Syntax } from '../clients/interpolation.ts';
import { entryMembers, entryValues } from '../clients/values.ts';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import type { RemoteReference } from '../model/reference.ts';
import { shellLine } from '../model/shell-line.ts';
import { parseRemoteUrl } from '../sources/remote/url.ts';
import type { UnderstoodEntry } from './read-clients.ts';
import { canBeSent } from './read-headers.ts';

/** An entry of a server elsewhere as the bridge can take it over. */
export interface RemoteEntry {
  readonly kind: 'remote';
  readonly reference: RemoteReference;
  /** Lower-case names. Values are secrets: they move out of the client's file. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The remote server that an entry calls, or why the guard cannot stand in front of it. */
export async function remoteEntry(
  { entry, found }: UnderstoodEntry,
  syntaxes: readonly Syntax[],
  host: Host,
): Promise<RemoteEntry | { readonly why: string; readonly hint: string | null }> {
  const url = entry.url ?? '';
  if (entry.transport === 'ws') return { why: 'it is called over a WebSocket, which no specification of MCP knows', hint: null };
  if (placeholdersIn(url, syntaxes).length > 0)
    return { why: 'its address is filled in by its client', hint: install('https://…', entry.name) };
  const reference = addressOf(url);
  if ('why' in reference) return reference;
  // A program of its client makes them anew each time: nobody else can.
  if ((await entryMembers(found, host)).includes('headersHelper'))
    return { why: 'its headers come from a program of its client', hint: null };
  const values = await entryValues(found, host);
  const headers = Object.entries(values?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  const open = headers.find(([, value]) => placeholdersIn(value, syntaxes).length > 0);
  if (open !== undefined)
    return {
      why: `its header ${open[0]} is filled in by its client`,
      hint: `${install(reference.url, entry.name)} --header ${open[0]}=VARIABLE`,
    };
  const unfit = headers.find(([name, value]) => !canBeSent(name, value));
  if (unfit !== undefined) return { why: `its header ${unfit[0]} is not one that the guard can send`, hint: null };
  return { kind: 'remote', reference, headers: Object.fromEntries(headers) };
}

function install(url: string, name: string): string {
  return shellLine(['pinfold', 'install', '--name', name, url]);
}

function addressOf(url: string): RemoteReference | { readonly why: string; readonly hint: string | null } {
  try {
    return parseRemoteUrl(url);
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    return { why: cause.why ?? cause.message, hint: cause.hint ?? null };
  }
}
