import { clientById } from '../clients/index.ts';
import { placeholdersIn } from '../clients/interpolation.ts';
import { planEdit } from '../clients/plan-edit.ts';
import { entryValues } from '../clients/values.ts';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { markedWord, type OpenWord, openWords, pinWord } from '../model/filled.ts';
import { hazardousName } from '../model/hazardous-environment.ts';
import { isRemotePin, type Pin } from '../model/pin.ts';
import { isPlaintextSecret, isReference } from '../model/plaintext-secret.ts';
import { isVariableName } from '../model/sandbox-profile.ts';
import { secretSpans } from '../model/secret-spans.ts';
import { isSecretWord, optionOf, wordName } from '../model/secret-word.ts';
import { shellLine } from '../model/shell-line.ts';
import { ownName, type SecretName } from '../store/secret-record.ts';
import type { UnderstoodEntry } from './read-clients.ts';
import { canBeSent } from './read-headers.ts';

/** What of an entry's values is secret as it stands. */
export interface PlainSecrets {
  /** Every variable, every word of the command line that a pin leaves open or would, and headers that it is sent: secret or not. */
  readonly held: Readonly<Record<SecretName, string>>;
  /** Those that are secret as they stand, sorted. */
  readonly plain: readonly SecretName[];
  /** Names of headers that are, and that nothing could send in the entry's place. */
  readonly headers: readonly string[];
  /** The options that words belong to, for people: `--api-key`; empty = none. */
  readonly options: Readonly<Record<SecretName, string>>;
}

/** The same with the entry, as it is written. Values and text are the user's secrets. */
export interface SecretEntry extends PlainSecrets {
  readonly one: UnderstoodEntry;
  /** The entry as it is written; null when its file cannot be edited. */
  readonly text: string | null;
  /** Why its file cannot be edited; null when it can. */
  readonly refusal: { readonly why: string; readonly hint: string | null } | null;
}

/** What is looked for in an entry. */
export interface SecretSearch {
  /** Variables and words that a person named, whatever they look like. */
  readonly also: readonly string[];
  /** The pin that the entry starts; null = none, or it cannot be read. */
  readonly pin: Pin | null;
}

/** The same for a move; null when the entry is gone, or is nothing that its client would start. Writes nothing. */
export async function secretEntry(one: UnderstoodEntry, search: SecretSearch, host: Host): Promise<SecretEntry | null> {
  const found = await plainSecrets(one, search, host);
  return found === null ? null : { one, ...found, ...(await asWritten(one, host)) };
}

/** What of an entry's values is secret as it stands; null as for `secretEntry`. */
export async function plainSecrets(one: UnderstoodEntry, { also, pin }: SecretSearch, host: Host): Promise<PlainSecrets | null> {
  const values = await entryValues(one.found, host);
  if (values === null) return null;
  const { client } = one.entry;
  const secret = ([name, value]: readonly [string, string]) =>
    isLiteralIn(value, [client]) && (also.includes(name) || isPlaintextSecret(name, value));
  const variables = Object.entries(values.env).filter(secret);
  const headers = Object.entries(values.headers).filter(secret);
  const sent = pin !== null && isRemotePin(pin) ? pin.launch.headerNames : [];
  // All of them or none: an entry that starts the guard keeps no header beside those that are taken out.
  const isSent = headers.every(([name, value]) => sent.includes(name.toLowerCase()) && canBeSent(name.toLowerCase(), value));
  const taken = isSent ? headers.map(([name, value]) => [`header ${name.toLowerCase()}` satisfies SecretName, value] as const) : [];
  const surroundings = { home: host.places.home };
  const words = wordsOf(one, pin, host);
  const isPlain = ({ open, value }: HeldWord) =>
    isLiteralIn(value, [client]) && (also.includes(wordName(open)) || isSecretWord(open, value, surroundings));
  const nameOf = ({ open }: HeldWord): SecretName => `word ${wordName(open)}`;
  return {
    held: Object.fromEntries([
      ...Object.entries(values.env).map(([name, value]) => [`env ${name}`, value]),
      ...words.map((word) => [nameOf(word), word.value]),
      ...taken,
    ]),
    plain: [
      ...variables.map(([name]): SecretName => `env ${name}`),
      ...words.filter(isPlain).map(nameOf),
      ...taken.map(([name]) => name),
    ].sort(),
    headers: isSent ? [] : headers.map(([name]) => name).sort(),
    options: Object.fromEntries(words.map((word) => [nameOf(word), optionOf(word.open) ?? ''])),
  };
}

/** A word of a command line, and what an entry says for it. */
interface HeldWord {
  readonly open: OpenWord;
  readonly value: string;
}

/**
 * The words that a guarded entry hands on, without those that are kept already; of every other entry those that would be
 * left open behind the guard. Empty also for an entry that does not fit its pin: `audit` tells that.
 */
function wordsOf({ entry, pin: start, startsLauncher }: UnderstoodEntry, pin: Pin | null, host: Host): readonly HeldWord[] {
  const surroundings = { home: host.places.home };
  if (start !== null) {
    const open = pin === null ? [] : openWords(pin.launch);
    if (open.length !== start.values.length) return [];
    return open.flatMap((one, at): HeldWord[] => {
      const value = start.values[at] ?? '';
      return value === markedWord(one.word, surroundings) ? [] : [{ open: one, value }];
    });
  }
  if (startsLauncher || entry.command === null) return [];
  const words = [entry.command, ...entry.args];
  const spans = secretSpans(words);
  const [command = '', ...args] = words.map((word, at) => pinWord(word, spans[at] ?? [], surroundings));
  return openWords({ command, args }).map((open) => ({ open, value: words[open.place] ?? '' }));
}

/** True for a value that is a secret as it stands in an entry of one of these clients. */
export function isSecretAsWritten(name: string, value: string, clients: readonly string[]): boolean {
  return isPlaintextSecret(name, value) && isLiteralIn(value, clients);
}

/** True for a variable that may be kept: one that decides which code is loaded is for everybody to see. */
export function isKeepable(name: string): boolean {
  return isVariableName(name) && hazardousName([name]) === undefined;
}

/** True for a value that one of these clients hands on as it stands: it says no other place, and has nothing to fill in. */
export function isLiteralIn(value: string, clients: readonly string[]): boolean {
  const literal = (client: string) => placeholdersIn(value, clientById(client).interpolation).length === 0;
  return value !== '' && !isReference(value) && clients.some(literal);
}

async function asWritten(one: UnderstoodEntry, host: Host): Promise<Pick<SecretEntry, 'text' | 'refusal'>> {
  try {
    return { text: (await planEdit(one.found, { kind: 'environment', values: {} }, host)).entryBefore, refusal: null };
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    return { text: null, refusal: { why: cause.why ?? cause.message, hint: cause.hint ?? null } };
  }
}

/** What is moved for one pin, and what stays. Values are secrets. */
export interface PinSecrets {
  readonly values: Readonly<Record<SecretName, string>>;
  /** Why a value stays. */
  readonly left: Readonly<Record<SecretName, string>>;
  /** Some stay because two entries hold different values. */
  readonly differ: boolean;
}

/**
 * The secrets of all entries that start one pin, chosen or not: every start of the pin is given the same ones, so a
 * name that stands for different values in two of them is left, and both places are said.
 */
export function pinSecrets(chosen: readonly SecretEntry[], all: readonly SecretEntry[]): PinSecrets {
  const values: Record<SecretName, string> = {};
  const left: Record<SecretName, string> = {};
  let differ = false;
  for (const name of [...new Set(chosen.flatMap(({ plain }) => plain))].sort()) {
    const holders = all.filter(({ held }) => Object.hasOwn(held, name));
    const [first] = chosen.filter(({ plain }) => plain.includes(name));
    const value = first?.held[name] ?? '';
    const other = holders.find(({ held }) => held[name] !== value);
    if (name.startsWith('env ') && !isKeepable(ownName(name))) left[name] = 'a variable that decides which code is loaded is not kept';
    else if (other !== undefined && first !== undefined) {
      differ = true;
      left[name] = `${placeOf(first)} and ${placeOf(other)} hold different values`;
    } else values[name] = value;
  }
  return { values, left, differ };
}

function placeOf({ one: { entry } }: SecretEntry): string {
  return `${entry.client} (${entry.file})`;
}

/** What to do first about an entry that holds secrets and is not behind the guard. */
export function adoptCommand({ entry }: UnderstoodEntry): string {
  return shellLine(['pinfold', 'adopt', '--client', entry.client, ...(entry.name.startsWith('-') ? ['--'] : []), entry.name]);
}
