import { clientById } from '../clients/index.ts';
import { placeholdersIn, type Syntax } from '../clients/interpolation.ts';
import { type EntryChange, planEdit } from '../clients/plan-edit.ts';
import type { Host } from '../host/host.ts';
import { canonical } from '../model/canonical.ts';
import type { LaunchPackage, UnpinnedReason } from '../model/client-entry.ts';
import { digestValue } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { example, isOpen, pinWord, type Span, withoutSpans } from '../model/filled.ts';
import type { JsonValue } from '../model/json.ts';
import type { LockScope, PinnedWord } from '../model/pin.ts';
import { printable, withoutCredentials } from '../model/printable.ts';
import type { NpmReference } from '../model/reference.ts';
import { secretSpans, withoutSecretWords } from '../model/secret-spans.ts';
import { shellLine } from '../model/shell-line.ts';
import { type RemoteEntry, remoteEntry } from './adoptable-remote.ts';
import { guardedCommand } from './guarded-entry.ts';
import type { UnderstoodEntry } from './read-clients.ts';

/** An entry that can go behind the guard, with what of it a pin may say. */
export interface Adoptable {
  readonly one: UnderstoodEntry;
  readonly scope: LockScope;
  /** Real path of the project for project scope; null for user scope. */
  readonly project: string | null;
  readonly what: AdoptableLaunch;
  /** The words that stay in the entry, as they are written there. May be secrets. */
  readonly values: readonly string[];
  /** What is done to the entry before it goes behind the guard, in the same transaction; default nothing. */
  readonly first?: readonly EntryChange[];
}

export type AdoptableLaunch =
  /** An npm package; `reference` has nothing of the entry's open words in it. */
  | { readonly kind: 'npm'; readonly reference: NpmReference; readonly args: readonly PinnedWord[] }
  | {
      readonly kind: 'command';
      readonly command: PinnedWord;
      readonly args: readonly PinnedWord[];
      readonly package: LaunchPackage | null;
      readonly unpinned: UnpinnedReason;
    }
  | RemoteEntry;

/** Why an entry stays as it is. */
export interface NotAdoptable {
  readonly how: 'guarded' | 'left';
  readonly why: string;
  readonly hint: string | null;
}

/** What can be done with one entry; nothing is fetched, started or written. `alike`: other clients that read the same entry. */
export async function adoptable(one: UnderstoodEntry, alike: readonly UnderstoodEntry[], host: Host): Promise<Adoptable | NotAdoptable> {
  const { entry, found, launch, pin, startsLauncher } = one;
  if (pin !== null) return { how: 'guarded', why: `it starts the pin \`${printable(pin.name)}\` already`, hint: null };
  if (startsLauncher) return left('it starts pinfold, but not as pinfold writes it', 'pinfold audit');
  if (entry.transport === 'invalid') return left('its client would not start it as it is written', 'pinfold list');
  const refusal = await refusalToEdit(one, host);
  if (refusal !== null) return refusal;
  const scope = entry.scope === 'project' ? 'project' : 'user';
  const syntaxes = [...new Set([one, ...alike].flatMap(({ entry: { client } }) => clientById(client).interpolation))];
  const base = { one, scope, project: scope === 'project' ? found.project : null } as const;
  if (entry.command === null || launch === null) {
    const what = await remoteEntry(one, syntaxes, host);
    return 'why' in what ? left(what.why, what.hint) : { ...base, what, values: [] };
  }
  const npm = launch.npm;
  if (npm !== null && placeholdersIn(`${npm.name} ${npm.spec ?? ''} ${npm.bin ?? ''}`, syntaxes).length === 0) {
    const words = pinnedWords(npm.serverArgs, syntaxes, host);
    const reference = { ...npm, serverArgs: words.map(({ shown }) => shown) };
    return { ...base, what: { kind: 'npm', reference, args: words.map(({ word }) => word) }, values: valuesOf(words) };
  }
  const [command, ...args] = pinnedWords([entry.command, ...entry.args], syntaxes, host);
  if (command === undefined) return left('it has no command', null);
  const what: AdoptableLaunch = {
    kind: 'command',
    command: command.word,
    args: args.map(({ word }) => word),
    package: entry.package,
    unpinned: npm === null ? unpinnedReason(entry.package) : 'client-fills-it-in',
  };
  return { ...base, what, values: valuesOf([command, ...args]) };
}

/** Entries of which one pin can stand for all have the same key. */
export function sameServer({ what, scope, project }: Adoptable): string {
  const launch =
    what.kind === 'npm'
      ? { ...what.reference, serverArgs: what.args }
      : what.kind === 'remote'
        ? // Of another account it is another server.
          { url: what.reference.url, headers: digestValue({ ...what.headers }) }
        : { command: what.command, args: what.args };
  return canonical({ scope, project, launch } as unknown as JsonValue);
}

interface PinnedText {
  readonly text: string;
  readonly word: PinnedWord;
  /** The text with an example in every open place. */
  readonly shown: string;
}

function pinnedWords(words: readonly string[], syntaxes: readonly Syntax[], host: Host): readonly PinnedText[] {
  const secrets = secretSpans(words);
  return words.map((text, at) => {
    const spans: readonly Span[] = [...placeholdersIn(text, syntaxes), ...(secrets[at] ?? [])];
    return { text, word: pinWord(text, spans, { home: host.places.home }), shown: withoutSpans(text, spans, example) };
  });
}

function valuesOf(words: readonly PinnedText[]): readonly string[] {
  return words.filter(({ word }) => isOpen(word)).map(({ text }) => text);
}

/** What the command is, where it is no npm package. */
function unpinnedReason(unit: LaunchPackage | null): UnpinnedReason {
  switch (unit?.type) {
    case undefined:
      return 'not-identified';
    case 'pypi':
    case 'python-module':
      return 'python';
    case 'oci':
      return 'container';
    case 'git':
      return 'git';
    case 'url':
      return 'url';
    case 'local':
      return 'local-files';
    case 'inline':
      return 'inline-script';
    case 'binary':
      return 'program';
    default:
      return 'other-runner';
  }
}

async function refusalToEdit({ found }: UnderstoodEntry, host: Host): Promise<NotAdoptable | null> {
  const [command, ...args] = guardedCommand({ scope: 'user', name: 'x' }, host);
  try {
    await planEdit(found, { kind: 'set', launch: { command, args }, replace: true }, host);
    return null;
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    return left(cause.why ?? cause.message, cause.hint ?? null);
  }
}

function left(why: string, hint: string | null): NotAdoptable {
  return { how: 'left', why, hint };
}

/** What an entry starts, for the table: never a credential, and nothing that looks like one. */
export function subjectShown({ entry, launch }: UnderstoodEntry): string | null {
  if (entry.url !== null) return withoutCredentials(entry.url);
  const unit = launch?.package ?? null;
  return unit === null ? null : `${unit.type}:${withoutSpans(unit.name, secretSpans([unit.name])[0] ?? [], example)}`;
}

/** The whole command line, or the address, with examples where secrets seem to be; null when it has neither. */
export function startsShown({ entry }: Pick<UnderstoodEntry, 'entry'>): string | null {
  if (entry.url !== null) return withoutCredentials(entry.url);
  if (entry.command === null) return null;
  return shellLine(withoutSecretWords([entry.command, ...entry.args]));
}
