import { dirname, resolve } from 'node:path';
import type { Host } from '../host/host.ts';
import { digestValue } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { itemKey } from '../model/item-digest.ts';
import type { JsonValue } from '../model/json.ts';
import { shellLine } from '../model/shell-line.ts';
import { isBlocked, readBlocked } from '../store/blocked.ts';
import { findProject } from '../store/find-project.ts';
import { type FirstUse, type FirstUseItem, planFirstUse, storedFirstUse, uiPrefix } from '../store/first-use.ts';
import { planMachineWords } from '../store/machine-words.ts';
import { type PendingRecord, planPendingRemoval, readPending } from '../store/pending.ts';
import { readPolicies } from '../store/policies.ts';
import { type ServerPlace, serverFile } from '../store/server-place.ts';
import { transact } from '../store/transaction.ts';
import { wordsOfFirstUse } from './approved-words.ts';
import { unblockCommand } from './command-line.ts';
import { toolsElsewhere } from './tools-elsewhere.ts';
import { machineWords, onThisMachine, type Withheld } from './words-plan.ts';

/**
 * What waits of a server that is started by `run -- <command>`: no lock pins it, so what is approved goes into the record
 * of its first start, or into the file that `--pins` names; only what was held against that one waits for it.
 *
 * @throws GuardError `pin-not-found`, `file-unreadable`.
 */
export async function withheldOfCommand(name: string, pins: string | null, host: Host): Promise<Withheld> {
  const place: ServerPlace = { name, scope: 'user', project: null };
  const path = pins === null ? serverFile('first-use', place, host) : resolve(host.places.cwd, pins);
  const record = await storedFirstUse(path, name, host);
  if (record === null || record.launch === null)
    throw new GuardError('pin-not-found', `nothing was started as \`${name}\``, { why: `${path} is not there`, hint: 'pinfold review' });
  const waiting = (await readPending(place, host)).items;
  const items = waiting.filter((item) => item.pins === (pins === null ? undefined : path));
  const { layers } = await readPolicies(host, await findProject(host));
  const { servers } = await toolsElsewhere(`command:${record.launch[0] ?? ''}`, host);
  return {
    place,
    items,
    before: wordsOfFirstUse(record),
    pin: digestValue(record as unknown as JsonValue),
    eras: [],
    samePackage: false,
    elsewhere: servers,
    artifact: { subject: `command:${record.launch[0] ?? ''}`, name, version: '', builder: null },
    layers,
    title: shellLine(record.launch),
    command: shellLine(['pinfold', 'approve', ...(pins === null ? [] : ['--pins', pins]), name]),
    after: (some) => wordsOfFirstUse(withItems(record, some)),
    commit: async (writes) => transact(await writes(), host),
    async ready() {
      return async (some, approval) => {
        const blocked = await readBlocked(place, host);
        const never = some.find((item) => isBlocked(blocked, item));
        if (never !== undefined) {
          throw new GuardError('policy-denied', `\`${name}\` says something that you blocked for ever; nothing was changed`, {
            why: `${never.kind} ${never.name}`.trimEnd(),
            hint: unblockCommand('user', name),
          });
        }
        await host.files.makeFolder(dirname(path));
        // Others share a committed file; the record in the store is of this machine anyway.
        const [here, rest] = pins === null ? [[], some] : onThisMachine(wordsOfFirstUse(record), some);
        const kept = here.map((item) => machineWords(item, approval));
        const writes = [
          await planFirstUse(path, record, withItems(record, rest), host),
          ...(kept.length === 0 ? [] : [await planMachineWords(place, kept, host)]),
          await planPendingRemoval(place, host, some),
        ];
        await transact(writes, host);
      };
    },
  };
}

/** What a first launch showed, with the withheld items in the place of what was pinned under their names. */
function withItems(record: FirstUse, items: readonly PendingRecord[]): FirstUse {
  const added = items.flatMap(({ kind, name, digest, template }): readonly (readonly [string, FirstUseItem])[] => {
    if (kind === 'agentSurface' || kind === 'scope') return [];
    if (kind === 'ui') return [[`${uiPrefix}${name}`, { digest, template: null }]];
    const key = kind === 'instructions' ? kind : `${kind}/${itemKey(kind, template) ?? ''}`;
    const words = template as FirstUseItem['template'];
    return [[key, { digest: digestValue(template), template: words }]];
  });
  const asked = items.filter(({ kind }) => kind === 'agentSurface').map(({ name }) => name);
  return {
    ...record,
    items: { ...record.items, ...Object.fromEntries(added) },
    agentSurface: [...new Set([...record.agentSurface, ...asked])].sort(),
  };
}
