import type { PlannedChange } from '../clients/plan-edit.ts';
import type { Host } from '../host/host.ts';
import { secretPurpose } from '../lockfile/pin-digest.ts';
import type { Pin } from '../model/pin.ts';
import type { SecretName } from '../store/secret-record.ts';
import { keptVariables, type StagedSecrets, settleSecrets, stageSecrets } from '../store/secrets.ts';
import type { ServerPlace } from '../store/server-place.ts';
import type { ChosenPlace } from './install-places.ts';
import { isKeepable, isLiteralIn, isSecretAsWritten } from './secrets-plan.ts';

type Values = Readonly<Record<string, string>>;

/** Where the variables of an install go. */
export interface InstallVariables {
  /** Into the entries, as they are. */
  readonly plain: Values;
  /** Into the keychain, and into no file of a client: secrets. */
  readonly secret: Values;
}

/**
 * What `secrets move` would take out again never goes in. A variable that is kept for the pin already is kept again,
 * whatever it looks like now: what is kept counts over the entry, so that a new value there would be given to nobody.
 *
 * @throws GuardError `file-unreadable`.
 */
export async function sortVariables(
  env: Values,
  { clients, taken, place }: { readonly clients: readonly string[]; readonly taken: Pin | null; readonly place: ServerPlace },
  host: Host,
): Promise<InstallVariables> {
  const known = taken === null ? [] : ((await keptVariables(place, secretPurpose(taken), host))?.names ?? []);
  const isSecret = ([name, value]: readonly [string, string]) =>
    isKeepable(name) && (isSecretAsWritten(name, value, clients) || (known.includes(name) && isLiteralIn(value, clients)));
  const all = Object.entries(env);
  return {
    plain: Object.fromEntries(all.filter((one) => !isSecret(one))),
    secret: Object.fromEntries(all.filter(isSecret)),
  };
}

/** Takes what is kept from now on out of an entry that is replaced: its older value would stay there for ever. */
export function withoutOlderValues({ target, action, envNames }: ChosenPlace, secret: Values): readonly PlannedChange[] {
  const old = action === 'replace' ? envNames.filter((name) => Object.hasOwn(secret, name)) : [];
  if (old.length === 0) return [];
  return [{ target, change: { kind: 'environment', values: Object.fromEntries(old.map((name) => [name, null])) } }];
}

/**
 * Keeps the secrets, and reads them back, before `commit` changes anything that could name them: a process that is killed
 * in between leaves a value in the keychain that nothing names, and no entry. Returns where they lie; null = there are none.
 *
 * @throws GuardError as `stageSecrets` and `commit`; what was kept is then taken away again.
 */
export async function keepingVariables(
  pin: Pin,
  { place, secret, inFile }: { readonly place: ServerPlace; readonly secret: Values; readonly inFile: boolean },
  commit: (staged: StagedSecrets | null) => Promise<void>,
  host: Host,
): Promise<StagedSecrets['where'] | null> {
  if (Object.keys(secret).length === 0) {
    await commit(null);
    return null;
  }
  const values = Object.fromEntries(Object.entries(secret).map(([name, value]) => [`env ${name}` satisfies SecretName, value]));
  const staged = await stageSecrets(place, { purpose: secretPurpose(pin), values, ...(inFile ? { where: 'file' } : {}) }, host);
  try {
    await commit(staged);
  } catch (cause) {
    await staged.abandon();
    throw cause;
  }
  await settleSecrets(place, host);
  return staged.where;
}
