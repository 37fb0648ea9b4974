import { clientById } from '../clients/index.ts';
import { type PlannedChange, planEdit } from '../clients/plan-edit.ts';
import type { Host } from '../host/host.ts';
import type { EntryPlace, LeftAlone, SwitchedEntries } from '../model/entry-results.ts';
import { GuardError } from '../model/errors.ts';
import { userHome } from '../store/home.ts';
import { appendLedger } from '../store/ledger.ts';
import { applyChange } from './apply.ts';
import { projectFolder } from './project-folder.ts';
import { readClients, type UnderstoodEntry } from './read-clients.ts';

export interface SwitchRequest {
  /** Name of the entry, or of the pin that a guarded entry starts. */
  readonly name: string;
  /** Client ids; null = all. */
  readonly clients: readonly string[] | null;
  readonly project: string | null;
  readonly on: boolean;
}

/**
 * Switches a server on or off in the way of each client that has it. Clients that keep their switches elsewhere are
 * left alone and say where it is done. All edits are one transaction.
 *
 * @throws GuardError `client-not-found`; `entry-not-found` when no client has such an entry; as `applyChange`.
 */
export async function switchEntries(request: SwitchRequest, host: Host): Promise<SwitchedEntries> {
  const { name, on } = request;
  for (const id of request.clients ?? []) clientById(id);
  const project = await projectFolder(request.project, host);
  const { entries } = await readClients({ client: null, project }, host);
  const chosen = entries.filter(({ entry, pin }) => {
    return (entry.name === name || pin?.name === name) && (request.clients === null || request.clients.includes(entry.client));
  });
  if (chosen.length === 0) {
    const where = request.clients === null ? 'no client has a' : `${request.clients.join(' and ')} has no`;
    throw new GuardError('entry-not-found', `${where} server named \`${name}\``, {
      why: 'names are compared as they are written',
      hint: 'pinfold list',
    });
  }
  const edits: PlannedChange[] = [];
  const [changed, unchanged, refused]: [EntryPlace[], EntryPlace[], LeftAlone[]] = [[], [], []];
  for (const one of chosen) {
    const place = placeOf(one);
    const edit: PlannedChange = { target: one.found, change: { kind: 'switch', on, project } };
    if (one.entry.enabled === on) {
      unchanged.push(place);
      continue;
    }
    const why = await refusal(edit, host);
    if (why !== null) refused.push({ ...place, why });
    else {
      edits.push(edit);
      changed.push(place);
    }
  }
  if (edits.length > 0) {
    await applyChange({ home: userHome(host), writes: async () => [], edits }, host);
    await appendLedger({ event: on ? 'enabled' : 'disabled', server: name, detail: { entries: edits.length } }, host);
  }
  return { name, on, changed, unchanged, refused };
}

function placeOf({ entry: { client, scope, file, name } }: UnderstoodEntry): EntryPlace {
  return { client, scope, file, name };
}

/** Why an edit cannot be made; null when it can. */
async function refusal({ target, change }: PlannedChange, host: Host): Promise<string | null> {
  try {
    await planEdit(target, change, host);
    return null;
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    return cause.why ?? cause.message;
  }
}
