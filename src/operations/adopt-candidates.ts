import { clientById } from '../clients/index.ts';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import type { LockScope } from '../model/pin.ts';
import { type Adoptable, adoptable, type NotAdoptable } from './adoptable.ts';
import { readClients, type UnderstoodEntry } from './read-clients.ts';

/** Which entries are meant. */
export interface EntryChoice {
  /** Names of entries, or of the pins that guarded entries start; empty = all. */
  readonly names: readonly string[];
  /** Client ids; null = all. */
  readonly clients: readonly string[] | null;
  /** Whose lock; null = both. */
  readonly scope: LockScope | null;
  /** Absolute path; null = none. */
  readonly project: string | null;
}

export interface Considered {
  readonly one: UnderstoodEntry;
  readonly verdict: Adoptable | NotAdoptable;
}

/**
 * Every chosen entry with what can be done about it, each entry of a file once, in table order.
 *
 * @throws GuardError `client-not-found`; `entry-not-found` when a name is nobody's.
 */
export async function considered(choice: EntryChoice, host: Host): Promise<readonly Considered[]> {
  const { entries } = await readClients({ client: null, project: choice.project }, host);
  const result: Considered[] = [];
  for (const [one, ...alike] of await byPlace(chosen(entries, choice), host)) {
    if (one !== undefined) result.push({ one, verdict: await adoptable(one, alike, host) });
  }
  return result;
}

/** The entries that are meant. @throws GuardError `client-not-found`, `entry-not-found`. */
export function chosen(entries: readonly UnderstoodEntry[], choice: EntryChoice): readonly UnderstoodEntry[] {
  for (const id of choice.clients ?? []) clientById(id);
  const here = entries.filter(({ entry }) => {
    const scope = entry.scope === 'project' ? 'project' : 'user';
    return (choice.clients === null || choice.clients.includes(entry.client)) && (choice.scope === null || choice.scope === scope);
  });
  const isNamed = (name: string, { entry, pin }: UnderstoodEntry) => entry.name === name || pin?.name === name;
  const unknown = choice.names.find((name) => !here.some((one) => isNamed(name, one)));
  if (unknown !== undefined) {
    throw new GuardError(
      'entry-not-found',
      `${choice.clients?.join(' and ') ?? 'no client'} has ${choice.clients === null ? 'a' : 'no'} server named \`${unknown}\``,
      {
        why: 'names are compared as they are written',
        hint: 'pinfold list',
      },
    );
  }
  return choice.names.length === 0 ? here : here.filter((one) => choice.names.some((name) => isNamed(name, one)));
}

/** Several clients may read one file, or one file under two names: its entries are there once. */
export async function byPlace(entries: readonly UnderstoodEntry[], host: Host): Promise<readonly (readonly UnderstoodEntry[])[]> {
  const places = new Map<string, UnderstoodEntry[]>();
  for (const one of entries) {
    const file = await host.files.realPath(one.entry.file).catch(() => one.entry.file);
    const key = JSON.stringify([file, one.entry.rawPath]);
    places.set(key, [...(places.get(key) ?? []), one]);
  }
  // One that may be written speaks for the others.
  return [...places.values()].map((same) => same.toSorted((a, b) => Number(b.found.writable) - Number(a.found.writable)));
}
