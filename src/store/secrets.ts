import type { Host } from '../host/host.ts';
import type { KeychainRequest } from '../host/keychain.ts';
import { secretPurpose, wordsPurpose } from '../lockfile/pin-digest.ts';
import { type Digest, digestValue } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { Pin } from '../model/pin.ts';
import { printable } from '../model/printable.ts';
import type { KeptVariables } from '../model/ticket.ts';
import { isoTime } from '../model/time.ts';
import type { PlannedWrite } from './planned-write.ts';
import {
  isForServer,
  isLeaving,
  ownName,
  planRecord,
  readSecretRecord,
  type SecretItem,
  type SecretName,
  type SecretPlace,
  type SecretRecord,
  tokensName,
} from './secret-record.ts';
import { inPieces, requestsFor, secretMissing, whole } from './secret-values.ts';
import { type ServerPlace, serverFile } from './server-place.ts';
import { transact } from './transaction.ts';

/** What is known of a secret without its value. */
export interface KeptSecret {
  readonly name: SecretName;
  readonly where: SecretPlace;
  /** What it is for: it is handed out for nothing else. */
  readonly purpose: Digest;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** How often it was tried to take them back, for tokens that leave. */
  readonly tries: number;
}

export interface SecretsToKeep {
  readonly purpose: Digest;
  /** The same for words of a command line, where there are any. */
  readonly words?: Digest;
  /** The same for headers; default `purpose`. */
  readonly headers?: Digest;
  /** At least one character and at most `limits.secretMaxBytes` each. */
  readonly values: Readonly<Record<SecretName, string>>;
  /** `file`: not in the keychain, though there may be one. Default: in the keychain, in a file where there is none. */
  readonly where?: 'file';
  /** Tokens that are replaced are of another sign-in: they stay, as ones that leave, until they were taken back. */
  readonly endsSignIn?: boolean;
}

/** Secrets of one server, by name, sorted; empty = none. Asks no keychain. @throws GuardError `file-unreadable`. */
export async function listSecrets(place: ServerPlace, host: Host): Promise<readonly KeptSecret[]> {
  const { kept } = (await readSecretRecord(place, host)).record;
  return kept.map(({ name, purpose, at, item, tries = 0 }) => ({ name, purpose, at, tries, where: 'value' in item ? 'file' : 'keychain' }));
}

/** The variables and words that are kept for exactly this pin, by name, sorted. @throws GuardError `file-unreadable`. */
export async function keptForServer(place: ServerPlace, pin: Pin, host: Host): Promise<readonly KeptSecret[]> {
  const [purpose, words] = [secretPurpose(pin), wordsPurpose(pin)];
  return (await listSecrets(place, host)).filter((one) => isForServer(one.name) && one.purpose === (isWord(one.name) ? words : purpose));
}

/** What a ticket says of secrets with these names; undefined = there are none. */
export function keptOf(pin: Pin, names: readonly SecretName[]): KeptVariables | undefined {
  const variables = [...new Set(names.filter((name) => name.startsWith('env ')).map(ownName))].sort();
  const hasWords = names.some(isWord);
  if (variables.length === 0 && !hasWords) return undefined;
  return { purpose: secretPurpose(pin), names: variables, ...(hasWords ? { words: wordsPurpose(pin) } : {}) };
}

function isWord(name: SecretName): boolean {
  return name.startsWith('word ');
}

/**
 * The values that are kept under these names for exactly this purpose; a name that is not kept, or for something else, is
 * not in the result. Never an empty value.
 *
 * @throws GuardError `secret-missing` when the keychain is gone or lost one; `file-unreadable`.
 */
export async function readSecrets(
  place: ServerPlace,
  purpose: Digest,
  names: readonly SecretName[],
  host: Host,
): Promise<Readonly<Record<SecretName, string>>> {
  const { kept } = (await readSecretRecord(place, host)).record;
  const wanted = kept.filter((one) => one.purpose === purpose && names.includes(one.name));
  const inKeychain = wanted.flatMap(({ name, item }) => ('value' in item ? [] : [{ name, item }]));
  const answer = await host.keychain.ask(inKeychain.flatMap(({ item }) => requestsFor(item, 'get')));
  const [first] = inKeychain;
  if (answer.state !== 'done' && first !== undefined)
    throw secretMissing(place, first.name, `the keychain is not there: ${printable(answer.why)}`);
  const pieces = answer.state === 'done' ? [...answer.values] : [];
  const found = new Map(inKeychain.map(({ name, item }) => [name, whole(pieces.splice(0, item.pieces))]));
  return Object.fromEntries(
    wanted.map(({ name, item }) => {
      const value = 'value' in item ? item.value : (found.get(name) ?? null);
      if (value === null) throw secretMissing(place, name, 'the keychain does not hold it any more');
      return [name, value];
    }),
  );
}

/** Values that lie where they shall, and that nothing names before `plan`'s write is applied. */
export interface StagedSecrets {
  readonly where: SecretPlace;
  /** The write that makes them count, replacing what is kept under the same names; made again when a transaction is. */
  plan(): Promise<PlannedWrite>;
  /** Nothing will ever name them: they are taken away now, as far as the keychain lets. */
  abandon(): Promise<void>;
}

/**
 * Puts values where they shall lie, and reads them back, before anything else is changed: a process that is killed from
 * now on leaves values that are known to be loose, and `settleSecrets` takes them away.
 *
 * @throws GuardError `keychain-failed` when there is a keychain and it refuses; `usage` for a value that cannot be kept;
 *   `file-unwritable`, `file-unreadable`, `busy`.
 */
export async function stageSecrets(place: ServerPlace, keep: SecretsToKeep, host: Host): Promise<StagedSecrets> {
  const { values, where } = keep;
  const named = Object.entries(values) as [SecretName, string][];
  for (const [name, value] of named) assertKeepable(name, value);
  const at = isoTime(host.now());
  const items = where === 'file' ? null : await inKeychain(place, named, host);
  const mine = new Set(items?.map(({ account }) => account));
  return {
    where: items === null ? 'file' : 'keychain',
    async abandon() {
      if (mine.size === 0) return;
      const isMine = ({ account }: SecretRecord['loose'][number]) => mine.has(account);
      await update(
        place,
        (record) => ({ ...record, loose: record.loose.map((one) => (isMine(one) ? { ...one, sinceMs: 0 } : one)) }),
        host,
      );
      await settleSecrets(place, host);
    },
    async plan() {
      const { record, bytes } = await readSecretRecord(place, host);
      const added = named.map(([name, value], index) => ({
        name,
        purpose: purposeOf(name, keep),
        at,
        item: items?.[index] ?? { value },
      }));
      const replaced = record.kept.filter(({ name }) => Object.hasOwn(values, name));
      const leaving = keep.endsSignIn === true ? leavingOf(replaced, record) : [];
      return planRecord(
        place,
        bytes,
        {
          kept: [...record.kept.filter((one) => !replaced.includes(one)), ...leaving, ...added],
          loose: [...record.loose.filter(({ account }) => !mine.has(account)), ...(leaving.length > 0 ? [] : loosened(replaced))],
        },
        host,
      );
    },
  };
}

/** The text of an adopted entry belongs to that entry alone, whatever is pinned now: it must come back without a lock, too. */
export function entryPurpose(name: SecretName): Digest {
  return digestValue({ entry: name });
}

function purposeOf(name: SecretName, { purpose, words, headers }: SecretsToKeep): Digest {
  if (name.startsWith('entry ')) return entryPurpose(name);
  if (name.startsWith('header ')) return headers ?? purpose;
  if (!isWord(name)) return purpose;
  if (words === undefined) throw new TypeError('what words are for');
  return words;
}

async function inKeychain(
  place: ServerPlace,
  named: readonly (readonly [SecretName, string])[],
  host: Host,
): Promise<readonly Extract<SecretItem, { account: string }>[] | null> {
  const items = named.map(([name, value]) => ({
    account: `${place.scope}:${place.name} ${name} ${host.randomId().slice(0, 12)}`,
    pieces: inPieces(value).length,
  }));
  // Asked for something that is not there: where there is no keychain, nothing is written about one.
  const there = await host.keychain.ask(items.slice(0, 1).flatMap((item) => requestsFor(item, 'get')));
  if (there.state === 'none') return null;
  if (there.state === 'failed') throw failed(there.why);
  await update(
    place,
    (record) => ({ ...record, loose: [...record.loose, ...items.map((item) => ({ ...item, sinceMs: host.now() }))] }),
    host,
  );
  const sets = items.flatMap((item, index): KeychainRequest[] => {
    const pieces = inPieces(named[index]?.[1] ?? '');
    return requestsFor(item, 'get').map(({ account }, at) => ({ kind: 'set', account, value: pieces[at] ?? '' }));
  });
  const gets = items.flatMap((item) => requestsFor(item, 'get'));
  const answer = await host.keychain.ask([...sets, ...gets]);
  if (answer.state !== 'done') throw failed(answer.why);
  const back = answer.values.slice(sets.length);
  if (!sets.every((one, at) => 'value' in one && one.value === back[at])) throw failed('it gives back something else than it was given');
  return items;
}

/** Keeps values in one call, for what has no transaction of its own. @throws GuardError as `stageSecrets`. */
export async function saveSecrets(place: ServerPlace, keep: SecretsToKeep, host: Host): Promise<SecretPlace> {
  const staged = await stageSecrets(place, keep, host);
  await host.files.locked(serverFile('secrets', place, host), async () => transact([await staged.plan()], host));
  await settleSecrets(place, host);
  return staged.where;
}

/**
 * The write that forgets secrets of a server, for a transaction; `settleSecrets` afterwards takes the values away. Tokens
 * are handed out no more, and stay as ones that leave: who forgets them must take them back, or whoever comes next does.
 */
export async function planForget(place: ServerPlace, names: readonly SecretName[] | 'all', host: Host): Promise<PlannedWrite> {
  const { record, bytes } = await readSecretRecord(place, host);
  const going = record.kept.filter(({ name }) => (names === 'all' ? !isLeaving(name) : names.includes(name)));
  const kept = [...record.kept.filter((one) => !going.includes(one)), ...leavingOf(going, record)];
  const gone = going.filter(({ name }) => name !== tokensName);
  return planRecord(place, bytes, { kept, loose: [...record.loose, ...loosened(gone)] }, host);
}

/** Forgets secrets of a server and takes their values away. */
export async function removeSecrets(place: ServerPlace, names: readonly SecretName[] | 'all', host: Host): Promise<void> {
  await host.files.locked(serverFile('secrets', place, host), async () => transact([await planForget(place, names, host)], host));
  await settleSecrets(place, host);
}

/**
 * Takes out of the keychain what nothing names any more. What another process may just be keeping is left alone. A
 * keychain that is not there now is asked the next time; nothing is lost by waiting.
 */
export async function settleSecrets(place: ServerPlace, host: Host): Promise<void> {
  const old = ({ sinceMs }: SecretRecord['loose'][number]) => Math.abs(host.now() - sinceMs) > limits.transactionMaxMs;
  const going = (await readSecretRecord(place, host)).record.loose.filter(old);
  if (going.length === 0) return;
  const answer = await host.keychain.ask(going.flatMap((item) => requestsFor(item, 'remove')));
  if (answer.state !== 'done') return;
  const accounts = going.map(({ account }) => account);
  await update(place, (record) => ({ ...record, loose: record.loose.filter(({ account }) => !accounts.includes(account)) }), host);
}

/** Counts a try to take tokens back that leave, before it is made: who is killed in it again and again comes to an end. */
export async function countTry(place: ServerPlace, name: SecretName, host: Host): Promise<void> {
  const counted = (one: SecretRecord['kept'][number]) => (one.name === name ? { ...one, tries: (one.tries ?? 0) + 1 } : one);
  await update(place, (record) => ({ ...record, kept: record.kept.map(counted) }), host);
}

/** The tokens among these, under a name of their own; what they are for, and where they lie, stays. */
function leavingOf(going: SecretRecord['kept'], { kept }: SecretRecord): SecretRecord['kept'] {
  const free = (at: number): SecretName => (kept.some(({ name }) => name === `oauth leaving ${at}`) ? free(at + 1) : `oauth leaving ${at}`);
  return going.filter(({ name }) => name === tokensName).map((one) => ({ ...one, name: free(1) }));
}

async function update(place: ServerPlace, change: (record: SecretRecord) => SecretRecord, host: Host): Promise<void> {
  await host.files.locked(serverFile('secrets', place, host), async () => {
    const { record, bytes } = await readSecretRecord(place, host);
    await transact([planRecord(place, bytes, change(record), host)], host);
  });
}

/** Since for ever: nobody is keeping them at the moment. */
function loosened(kept: SecretRecord['kept']): SecretRecord['loose'] {
  return kept.flatMap(({ item }) => ('value' in item ? [] : [{ ...item, sinceMs: 0 }]));
}

function assertKeepable(name: SecretName, value: string): void {
  if (value !== '' && !value.includes('\0') && Buffer.byteLength(value) <= limits.secretMaxBytes) return;
  throw new GuardError('usage', `the value of ${printable(name)} cannot be kept`, {
    why: `it is empty, longer than ${limits.secretMaxBytes / 1024} KiB, or holds a NUL`,
    hint: 'give a value that a variable of the environment can have',
  });
}

function failed(why: string): GuardError {
  return new GuardError('keychain-failed', 'the keychain of this machine does not keep a secret', {
    why: printable(why),
    hint: 'unlock it and run the same command again; install, secrets move and secrets set take --file: a file that only you may read',
  });
}
