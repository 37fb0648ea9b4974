import type { Host } from '../host/host.ts';
import { type Finding, finding } from '../model/finding.ts';
import type { Pin } from '../model/pin.ts';
import { tilde } from '../model/tilde.ts';
import { ownName, type SecretName } from '../store/secret-record.ts';
import type { UnderstoodEntry } from './read-clients.ts';
import { plainSecrets } from './secrets-plan.ts';

/** Variables, headers and words of an entry that are secret as they stand: a finding that names them; empty = none. */
export async function secretFindings(one: UnderstoodEntry, pin: Pin | null, host: Host): Promise<readonly Finding[]> {
  const found = await plainSecrets(one, { also: [], pin }, host);
  const shown = (name: SecretName) => (found?.options[name] ? `${ownName(name)} (${found.options[name]})` : ownName(name));
  const names = found === null ? [] : [...found.plain.map(shown), ...found.headers];
  if (names.length === 0) return [];
  const { client, file, name } = one.entry;
  return [finding('entry-secret', `${client}: ${name}`, { client, names, file: tilde(file, host.places.home) })];
}
