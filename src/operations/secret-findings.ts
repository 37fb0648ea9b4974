import type { Host } from '../host/host.ts';
import { type Finding, finding } from '../model/finding.ts';
import { tilde } from '../model/tilde.ts';
import type { UnderstoodEntry } from './read-clients.ts';
import { plainSecrets } from './secrets-plan.ts';

/** Variables and headers of an entry whose values are secret as they stand: a finding that names them; empty = none. */
export async function secretFindings(one: UnderstoodEntry, host: Host): Promise<readonly Finding[]> {
  if (one.entry.envNames.length + one.entry.headerNames.length === 0) return [];
  const found = await plainSecrets(one, [], host);
  const names = found === null ? [] : [...found.variables, ...found.headers];
  if (names.length === 0) return [];
  const { client, file, name } = one.entry;
  return [finding('entry-secret', `${client}: ${name}`, { client, names, file: tilde(file, host.places.home) })];
}
