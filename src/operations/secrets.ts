import type { Host } from '../host/host.ts';
import { pinOf } from '../lockfile/lock.ts';
import { pinDigest, secretPurpose, wordsPurpose } from '../lockfile/pin-digest.ts';
import { GuardError } from '../model/errors.ts';
import { keptMark, markedWord, type OpenWord, openParts, openWords } from '../model/filled.ts';
import { limits } from '../model/limits.ts';
import type { LockScope, Pin } from '../model/pin.ts';
import { printable } from '../model/printable.ts';
import type { ListedSecret, ListedSecrets, SecretSet } from '../model/secret-results.ts';
import { isWordName, optionOf, wordName } from '../model/secret-word.ts';
import { shellLine } from '../model/shell-line.ts';
import { readLock } from '../store/home.ts';
import { installLauncher } from '../store/launcher.ts';
import { appendLedger } from '../store/ledger.ts';
import { isForServer, ownName, type SecretName } from '../store/secret-record.ts';
import { keptForServer, keptOf, listSecrets, settleSecrets, stageSecrets } from '../store/secrets.ts';
import { recordNames, type ServerPlace } from '../store/server-place.ts';
import { planTicket, readTicket } from '../store/ticket.ts';
import { applyChange } from './apply.ts';
import { trustCommand } from './command-line.ts';
import { projectFolder } from './project-folder.ts';
import { findPin, homeOf } from './scope-home.ts';
import { isKeepable } from './secrets-plan.ts';

/** Which variables and words are kept for which server, user scope first, then by server and name; no values. @throws GuardError `file-unreadable`, and as `readLock`. */
export async function listAllSecrets(host: Host): Promise<ListedSecrets> {
  const project = await projectFolder(null, host);
  const secrets: ListedSecret[] = [];
  for (const scope of project === null ? (['user'] as const) : (['user', 'project'] as const)) {
    const home = await homeOf(scope, project, host);
    const { lock } = await readLock(home, host);
    for (const server of await recordNames('secrets', home.project, host)) {
      const place = { name: server, scope, project: home.project };
      await settleSecrets(place, host);
      const pin = pinOf(lock, server);
      const mine = pin === null ? [] : (await keptForServer(place, pin, host)).map(({ name }) => name);
      for (const { name, where, at } of await listSecrets(place, host)) {
        if (!isForServer(name)) continue;
        const used = mine.includes(name);
        const open = pin !== null && used ? openWords(pin.launch).find((one) => name === `word ${wordName(one)}`) : undefined;
        const option = open === undefined ? null : optionOf(open);
        secrets.push({ scope, server, name: ownName(name), option, where, at, used });
      }
    }
  }
  return { secrets };
}

export interface SetRequest {
  readonly server: string;
  readonly scope: LockScope;
  /** The variable that the server is given, or a word of its command line that is kept already (`argument-1`). */
  readonly name: string;
  /** A variable of this process that holds the value; null = standard input. */
  readonly from: string | null;
  readonly inFile: boolean;
}

/**
 * Keeps a value for a pinned server, in place of one that is kept already, and gives it to the server from the next start.
 *
 * @throws GuardError `pin-not-found`, `usage`, `ticket-invalid`, and as `stageSecrets` and `applyChange`.
 */
export async function setSecret(request: SetRequest, host: Host): Promise<SecretSet> {
  const { server, scope, name, inFile } = request;
  const isWord = isWordName(name);
  if (!isWord && !isKeepable(name))
    throw new GuardError('usage', `${JSON.stringify(name)} is no variable for a secret`, {
      why: 'it holds something else than letters, digits and _, or changes how programs start',
      hint: 'for example: pinfold secrets set github GITHUB_TOKEN',
    });
  const home = await homeOf(scope, null, host);
  const { pin } = await findPin(home, server, host);
  const place: ServerPlace = { name: server, scope, project: home.project };
  const secret: SecretName = isWord ? `word ${name}` : `env ${name}`;
  const word = isWord ? await keptWord(place, pin, name, host) : null;
  const value = word === null ? await valueFrom(request, host) : asWord(word, await valueFrom(request, host), host);
  await installLauncher(host);
  const keep = { purpose: secretPurpose(pin), words: wordsPurpose(pin), values: { [secret]: value } };
  const staged = await stageSecrets(place, { ...keep, ...(inFile ? { where: 'file' } : {}) }, host);
  await applyChange(
    {
      home,
      edits: [],
      writes: async (now) => {
        const same = pinOf(now.lock, server);
        const ticket = await readTicket(server, scope, home.project, host);
        if (same === null || ticket === null || ticket.pinDigest !== pinDigest(same) || wordsPurpose(same) !== keep.words)
          throw new GuardError('ticket-invalid', `\`${server}\` is pinned, but was not approved on this machine`, {
            hint: trustCommand(scope),
          });
        const before = (await keptForServer(place, pin, host)).map((one) => one.name);
        const kept = keptOf(pin, [...before, secret]);
        return [await staged.plan(), await planTicket({ ...ticket, ...(kept === undefined ? {} : { kept }) }, place, host)];
      },
    },
    host,
  );
  await settleSecrets(place, host);
  await appendLedger({ event: 'secrets-set', server: `${scope}:${server}`, detail: { name, where: staged.where } }, host);
  return { scope, server, name, where: staged.where };
}

/** Only a word that no entry holds any more can be given another value: what an entry hands on counts. */
async function keptWord(place: ServerPlace, pin: Pin, name: string, host: Host): Promise<OpenWord> {
  const known = (await keptForServer(place, pin, host)).some((one) => one.name === `word ${name}`);
  const word = openWords(pin.launch).find((one) => wordName(one) === name);
  if (known && word !== undefined) return word;
  throw new GuardError('usage', `${name} of \`${place.name}\` is not kept`, {
    why: 'its value, if it has one, stands in the entries that start it',
    hint: shellLine(['pinfold', 'secrets', 'move', place.name]),
  });
}

/** The whole word, from the whole of it or from its one open part alone. */
function asWord({ word }: OpenWord, value: string, host: Host): string {
  const home = { home: host.places.home };
  if (openParts(word, value, home) !== null) return value;
  const [lead, tail, ...more] = markedWord(word, home).split(keptMark);
  const made = `${lead}${value}${tail}`;
  if (more.length === 0 && openParts(word, made, home) !== null) return made;
  throw new GuardError('usage', 'the value is not one for that word of the command line', {
    why: `approved was ${printable(markedWord(word, home).replaceAll(keptMark, '…'))}`,
    hint: 'give the part in the place of …, or the whole word',
  });
}

async function valueFrom({ from, name }: SetRequest, { env, terminal }: Host): Promise<string> {
  if (from !== null) {
    const value = env[from] ?? '';
    if (value !== '') return value;
    throw new GuardError('usage', `the variable ${from} is empty`, {
      why: 'it was named as the place of the value',
      hint: 'set it first, or leave the option out',
    });
  }
  if (terminal.interactive) return terminal.askSecret(`value of ${name} (not shown): `);
  let text = '';
  for await (const chunk of terminal.stdin) {
    text += String(chunk);
    if (text.length > limits.secretMaxBytes) break; // refused by whoever keeps it
  }
  return text.replace(/\r?\n$/, '');
}
