import type { Host } from '../host/host.ts';
import { type Digest, digestValue } from '../model/digest.ts';
import type { SecretName } from './secret-record.ts';
import { listSecrets, readSecrets, removeSecrets, type StagedSecrets, settleSecrets, stageSecrets } from './secrets.ts';
import type { ServerPlace } from './server-place.ts';

/** What a remote server is sent beside its messages. Values are secrets. */
export interface RemoteHeaders {
  /** The address that they were given for. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What headers are for: this address. */
export function headersPurpose(url: string): Digest {
  return digestValue({ kind: 'headers', url });
}

function nameOf(header: string): SecretName {
  return `header ${header}`;
}

/** Puts headers where secrets lie, before the transaction that makes them count. @throws GuardError as `stageSecrets`. */
export function stageHeaders(place: ServerPlace, { url, headers }: RemoteHeaders, host: Host, where?: 'file'): Promise<StagedSecrets> {
  const values = Object.fromEntries(Object.entries(headers).map(([header, value]) => [nameOf(header), value]));
  return stageSecrets(place, { purpose: headersPurpose(url), values, ...(where === undefined ? {} : { where }) }, host);
}

/** After the transaction: headers beside these go (null = it failed, and nothing changed), and what lies loose is taken away. */
export async function settleHeaders(place: ServerPlace, staying: readonly string[] | null, host: Host): Promise<void> {
  if (staying === null) return settleSecrets(place, host);
  const names = (await listSecrets(place, host)).map(({ name }) => name).filter((name) => name.startsWith('header '));
  const going = names.filter((name) => !staying.map(nameOf).includes(name));
  await (going.length > 0 ? removeSecrets(place, going, host) : settleSecrets(place, host));
}

/**
 * The headers that were given for exactly this address; empty = none were. What was given for another one is never
 * handed out, whatever is pinned under the name now.
 *
 * @throws GuardError `secret-missing` when the keychain is gone; `file-unreadable` when the record is damaged, or others
 *   may read or write it.
 */
export async function readHeadersFor(place: ServerPlace, url: string, host: Host): Promise<Readonly<Record<string, string>>> {
  const purpose = headersPurpose(url);
  const names = (await listSecrets(place, host)).flatMap((kept) =>
    kept.purpose === purpose && kept.name.startsWith('header ') ? [kept.name] : [],
  );
  const values = await readSecrets(place, purpose, names, host);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name.slice('header '.length), value]));
}
