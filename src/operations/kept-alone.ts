import { planEdits } from '../clients/plan-edit.ts';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { textsIn } from '../model/json.ts';
import { isForServer, isHeader, ownName } from '../store/secret-record.ts';
import { type KeptSecret, listSecrets, readSecrets } from '../store/secrets.ts';
import type { ServerPlace } from '../store/server-place.ts';
import type { Releasing } from './release-plan.ts';

/**
 * The values of a server that pinfold alone would have held, by name: those that stand in none of the entries that come
 * back. One that cannot be read now counts as such: nobody can say that it stands elsewhere.
 *
 * @throws GuardError `file-unreadable`.
 */
export async function keptAlone(place: ServerPlace, releasing: readonly Releasing[], host: Host): Promise<readonly string[]> {
  const kept = (await listSecrets(place, host)).filter(({ name }) => isForServer(name) || isHeader(name));
  if (kept.length === 0) return [];
  const texts = await textsOf(
    releasing.filter(({ row }) => row.pin.name === place.name),
    host,
  );
  const alone: string[] = [];
  for (const one of kept) {
    const value = await keptValue(place, one, host);
    if (value === null || !texts.some((text) => text.includes(value))) alone.push(ownName(one.name));
  }
  return alone;
}

async function keptValue(place: ServerPlace, { name, purpose }: KeptSecret, host: Host): Promise<string | null> {
  try {
    return (await readSecrets(place, purpose, [name], host))[name] ?? null;
  } catch (cause) {
    if (cause instanceof GuardError) return null;
    throw cause;
  }
}

/** Every text in the entries as they come back. */
async function textsOf(releasing: readonly Releasing[], host: Host): Promise<readonly string[]> {
  const files = await planEdits(
    releasing.flatMap(({ edits }) => edits),
    host,
  );
  // Of several changes of one entry, the last says what stands there in the end.
  const entries = new Map(
    files.flatMap((file) => file.entries.map(({ target, value }) => [JSON.stringify([file.path, target.rawPath]), value] as const)),
  );
  return [...entries.values()].flatMap((value) => (value === null ? [] : textsIn(value)));
}
