import { clientById } from '../clients/index.ts';
import { placeholdersIn } from '../clients/interpolation.ts';
import { planEdit } from '../clients/plan-edit.ts';
import { entryValues } from '../clients/values.ts';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { hazardousName } from '../model/hazardous-environment.ts';
import { isPlaintextSecret, isReference } from '../model/plaintext-secret.ts';
import { isVariableName } from '../model/sandbox-profile.ts';
import { shellLine } from '../model/shell-line.ts';
import type { UnderstoodEntry } from './read-clients.ts';

/** What of an entry's values is secret as it stands. */
export interface PlainSecrets {
  /** Every variable, whether secret or not. */
  readonly env: Readonly<Record<string, string>>;
  /** Names of variables that are secret as they stand, and of headers. */
  readonly variables: readonly string[];
  readonly headers: readonly string[];
}

/** The same with the entry, as it is written. Values and text are the user's secrets. */
export interface SecretEntry extends PlainSecrets {
  readonly one: UnderstoodEntry;
  /** The entry as it is written; null when its file cannot be edited. */
  readonly text: string | null;
  /** Why its file cannot be edited; null when it can. */
  readonly refusal: { readonly why: string; readonly hint: string | null } | null;
}

/** The same for a move; null when the entry is gone, or is nothing that its client would start. Writes nothing. */
export async function secretEntry(one: UnderstoodEntry, also: readonly string[], host: Host): Promise<SecretEntry | null> {
  const found = await plainSecrets(one, also, host);
  return found === null ? null : { one, ...found, ...(await asWritten(one, host)) };
}

/**
 * What of an entry's values is secret as it stands; null as for `secretEntry`. `also`: variables that a person named,
 * whatever they look like.
 */
export async function plainSecrets(one: UnderstoodEntry, also: readonly string[], host: Host): Promise<PlainSecrets | null> {
  const values = await entryValues(one.found, host);
  if (values === null) return null;
  const { client } = one.entry;
  const secret = ([name, value]: readonly [string, string]) =>
    isLiteralIn(value, [client]) && (also.includes(name) || isPlaintextSecret(name, value));
  const names = (held: Readonly<Record<string, string>>) =>
    Object.entries(held)
      .filter(secret)
      .map(([name]) => name)
      .sort();
  return { env: values.env, variables: names(values.env), headers: names(values.headers) };
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
  /** Variable → value. */
  readonly values: Readonly<Record<string, string>>;
  /** Variable → why its value stays. */
  readonly left: Readonly<Record<string, string>>;
  /** Some stay because two entries hold different values. */
  readonly differ: boolean;
}

/**
 * The variables of all entries that start one pin, chosen or not: every start of the pin is given the same ones, so a
 * name that stands for different values in two of them is left, and both places are said.
 */
export function pinSecrets(chosen: readonly SecretEntry[], all: readonly SecretEntry[]): PinSecrets {
  const values: Record<string, string> = {};
  const left: Record<string, string> = {};
  let differ = false;
  for (const name of [...new Set(chosen.flatMap(({ variables }) => variables))].sort()) {
    const holders = all.filter(({ env }) => Object.hasOwn(env, name));
    const [first] = chosen.filter(({ variables }) => variables.includes(name));
    const value = first?.env[name] ?? '';
    const other = holders.find(({ env }) => env[name] !== value);
    if (!isKeepable(name)) left[name] = 'a variable that decides which code is loaded is not kept';
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
