import type { Host } from '../host/host.ts';
import { pinOf } from '../lockfile/lock.ts';
import { pinDigest, secretPurpose } from '../lockfile/pin-digest.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { LockScope } from '../model/pin.ts';
import type { ListedSecret, ListedSecrets, SecretSet } from '../model/secret-results.ts';
import { readLock } from '../store/home.ts';
import { installLauncher } from '../store/launcher.ts';
import { appendLedger } from '../store/ledger.ts';
import { listSecrets, settleSecrets, stageSecrets } from '../store/secrets.ts';
import { recordNames, type ServerPlace } from '../store/server-place.ts';
import { planTicket, readTicket } from '../store/ticket.ts';
import { applyChange } from './apply.ts';
import { trustCommand } from './command-line.ts';
import { projectFolder } from './project-folder.ts';
import { findPin, homeOf } from './scope-home.ts';
import { isKeepable } from './secrets-plan.ts';

/** Which variables are kept for which server, user scope first, then by server and name; no values. @throws GuardError `file-unreadable`, and as `readLock`. */
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
      for (const { name, where, at, purpose } of await listSecrets(place, host)) {
        if (!name.startsWith('env ')) continue;
        const used = pin !== null && secretPurpose(pin) === purpose;
        secrets.push({ scope, server, name: name.slice('env '.length), where, at, used });
      }
    }
  }
  return { secrets };
}

export interface SetRequest {
  readonly server: string;
  readonly scope: LockScope;
  /** The variable that the server is given. */
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
  if (!isKeepable(name))
    throw new GuardError('usage', `${JSON.stringify(name)} is no variable for a secret`, {
      why: 'it holds something else than letters, digits and _, or changes how programs start',
      hint: 'for example: pinfold secrets set github GITHUB_TOKEN',
    });
  const home = await homeOf(scope, null, host);
  const { pin } = await findPin(home, server, host);
  const place: ServerPlace = { name: server, scope, project: home.project };
  const purpose = secretPurpose(pin);
  const value = await valueFrom(request, host);
  await installLauncher(host);
  const staged = await stageSecrets(place, { purpose, values: { [`env ${name}`]: value }, ...(inFile ? { where: 'file' } : {}) }, host);
  await applyChange(
    {
      home,
      edits: [],
      writes: async (now) => {
        const same = pinOf(now.lock, server);
        const ticket = await readTicket(server, scope, home.project, host);
        if (same === null || ticket === null || ticket.pinDigest !== pinDigest(same) || secretPurpose(same) !== purpose)
          throw new GuardError('ticket-invalid', `\`${server}\` is pinned, but was not approved on this machine`, {
            hint: trustCommand(scope),
          });
        const before = ticket.kept?.purpose === purpose ? ticket.kept.names : [];
        const kept = { purpose, names: [...new Set([...before, name])].sort() };
        return [await staged.plan(), await planTicket({ ...ticket, kept }, place, host)];
      },
    },
    host,
  );
  await settleSecrets(place, host);
  await appendLedger({ event: 'secrets-set', server: `${scope}:${server}`, detail: { name, where: staged.where } }, host);
  return { scope, server, name, where: staged.where };
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
