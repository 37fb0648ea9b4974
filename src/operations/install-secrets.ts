import type { PlannedChange } from '../clients/plan-edit.ts';
import type { Host } from '../host/host.ts';
import { secretPurpose, wordsPurpose } from '../lockfile/pin-digest.ts';
import { example, isOpen, markedWord, openWords, pinWord, withoutSpans } from '../model/filled.ts';
import type { Pin, PinnedWord } from '../model/pin.ts';
import { secretSpans } from '../model/secret-spans.ts';
import { isSecretWord, wordName } from '../model/secret-word.ts';
import { toTemplate } from '../model/surroundings.ts';
import type { SecretName } from '../store/secret-record.ts';
import { keptForServer, type StagedSecrets, settleSecrets, stageSecrets } from '../store/secrets.ts';
import type { ServerPlace } from '../store/server-place.ts';
import type { ChosenPlace } from './install-places.ts';
import { isKeepable, isLiteralIn, isSecretAsWritten } from './secrets-plan.ts';

type Values = Readonly<Record<string, string>>;
type SecretValues = Readonly<Record<SecretName, string>>;

/** Where the variables of an install go. */
export interface InstallVariables {
  /** Into the entries, as they are. */
  readonly plain: Values;
  /** Into the keychain, and into no file of a client: secrets. */
  readonly secret: SecretValues;
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
  const known = taken === null ? [] : (await keptForServer(place, taken, host)).map(({ name }) => name);
  const isSecret = ([name, value]: readonly [string, string]) =>
    isKeepable(name) && (isSecretAsWritten(name, value, clients) || (known.includes(`env ${name}`) && isLiteralIn(value, clients)));
  const all = Object.entries(env);
  return {
    plain: Object.fromEntries(all.filter((one) => !isSecret(one))),
    secret: Object.fromEntries(all.filter(isSecret).map(([name, value]) => [`env ${name}`, value])),
  };
}

/** Arguments for a server, with nothing secret in what is pinned, shown and tried out. */
export interface InstallArguments {
  /** As the pin says them. */
  readonly words: readonly PinnedWord[];
  /** With an example in place of every secret. */
  readonly shown: readonly string[];
  /** What the entries hand on for the secrets: where they are kept, not what they are. */
  readonly marks: readonly string[];
  readonly secret: SecretValues;
}

/** The same for arguments: a lock that is committed would hold for ever what was typed once. */
export function sortArguments(args: readonly string[], host: Host): InstallArguments {
  const surroundings = { home: host.places.home };
  const spans = secretSpans(args);
  const literal = args.map((arg) => toTemplate(arg, surroundings));
  const opened = args.map((arg, at) => pinWord(arg, spans[at] ?? [], surroundings));
  const isSecret = args.map((arg, at) => {
    const open = { place: at + 1, word: opened[at] ?? '', before: literal[at - 1] ?? '' };
    return isOpen(open.word) && isSecretWord(open, arg, surroundings);
  });
  const words = args.map((_, at) => (isSecret[at] ? (opened[at] ?? '') : (literal[at] ?? '')));
  const open = openWords({ args: words });
  return {
    words,
    shown: args.map((arg, at) => (isSecret[at] ? withoutSpans(arg, spans[at] ?? [], example) : arg)),
    marks: open.map(({ word }) => markedWord(word, surroundings)),
    secret: Object.fromEntries(open.map((one) => [`word ${wordName(one)}`, args[one.place - 1] ?? ''])),
  };
}

/** Takes what is kept from now on out of an entry that is replaced: its older value would stay there for ever. */
export function withoutOlderValues({ target, action, envNames }: ChosenPlace, secret: SecretValues): readonly PlannedChange[] {
  const old = action === 'replace' ? envNames.filter((name) => Object.hasOwn(secret, `env ${name}`)) : [];
  if (old.length === 0) return [];
  return [{ target, change: { kind: 'environment', values: Object.fromEntries(old.map((name) => [name, null])) } }];
}

/**
 * Keeps the secrets, and reads them back, before `commit` changes anything that could name them: a process that is killed
 * in between leaves a value in the keychain that nothing names, and no entry. Returns where they lie; null = there are none.
 *
 * @throws GuardError as `stageSecrets` and `commit`; what was kept is then taken away again.
 */
export async function keepingSecrets(
  pin: Pin,
  { place, secret, inFile }: { readonly place: ServerPlace; readonly secret: SecretValues; readonly inFile: boolean },
  commit: (staged: StagedSecrets | null) => Promise<void>,
  host: Host,
): Promise<StagedSecrets['where'] | null> {
  if (Object.keys(secret).length === 0) {
    await commit(null);
    return null;
  }
  const keep = { purpose: secretPurpose(pin), words: wordsPurpose(pin), values: secret };
  const staged = await stageSecrets(place, { ...keep, ...(inFile ? { where: 'file' } : {}) }, host);
  try {
    await commit(staged);
  } catch (cause) {
    await staged.abandon();
    throw cause;
  }
  await settleSecrets(place, host);
  return staged.where;
}
