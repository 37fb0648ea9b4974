import { dirname, resolve } from 'node:path';
import type { Host } from '../host/host.ts';
import { digestValue } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { itemKey } from '../model/item-digest.ts';
import type { JsonValue } from '../model/json.ts';
import type { Approved, ApprovePlan } from '../model/results.ts';
import { shellLine } from '../model/shell-line.ts';
import { evaluate } from '../policy/evaluate.ts';
import { findProject } from '../store/find-project.ts';
import { type FirstUse, type FirstUseItem, planFirstUse, storedFirstUse, uiPrefix } from '../store/first-use.ts';
import { appendLedger } from '../store/ledger.ts';
import { type PendingRecord, planPendingRemoval, readPending } from '../store/pending.ts';
import { readPolicies } from '../store/policies.ts';
import { type ServerPlace, serverFile } from '../store/server-place.ts';
import { transact } from '../store/transaction.ts';
import { type ApproveRequest, gainOfWords, planOf } from './approve.ts';
import { wordsOfFirstUse } from './approved-words.ts';
import { consent } from './consent.ts';
import { toolsElsewhere } from './tools-elsewhere.ts';

/**
 * The same as `approve` for a server that is started by `run -- <command>`: no lock pins it, so what is approved goes into
 * the record of its first start, or into the file that `--pins` names.
 *
 * @throws GuardError `pin-not-found`, `approval-needed`, `approval-refused`, `policy-denied`, `file-unreadable`.
 */
export async function approveCommand(request: ApproveRequest & { readonly pins: string | null }, host: Host): Promise<Approved> {
  const { name, pins } = request;
  const place: ServerPlace = { name, scope: 'user', project: null };
  const path = pins === null ? serverFile('first-use', place, host) : resolve(host.places.cwd, pins);
  const record = await storedFirstUse(path, name, host);
  if (record === null || record.launch === null)
    throw new GuardError('pin-not-found', `nothing was started as \`${name}\``, { why: `${path} is not there`, hint: 'pinfold review' });
  const pending = await readPending(place, host);
  if (pending.items.length === 0) return { name, approved: 0, rejected: 0 };
  if (request.reject) {
    await transact([await planPendingRemoval(place, host)], host);
    return { name, approved: 0, rejected: pending.items.length };
  }
  const before = wordsOfFirstUse(record);
  const approved = withItems(record, pending.items);
  const after = wordsOfFirstUse(approved);
  const { servers } = await toolsElsewhere(`command:${record.launch[0] ?? ''}`, host);
  const plan = planOf(name, 'user', { eras: [], samePackage: false, elsewhere: servers }, before, after, pending.items);
  const gain = gainOfWords(before, after, pending.items);
  const { layers } = await readPolicies(host, await findProject(host));
  const subject = `command:${record.launch[0] ?? ''}`;
  const decision = evaluate(layers, { subject, name, version: '', findings: plan.findings, gain, action: 'approve' });
  const complete: ApprovePlan = { ...plan, decision };
  const approval = await consent(
    {
      server: `user:${name}`,
      decision,
      card: digestValue(complete as unknown as JsonValue),
      question: { text: `let \`${shellLine(record.launch)}\` say this to the model?`, typed: gain === 'red' ? name : null },
      yes: request.yes,
      command: shellLine(['pinfold', 'approve', ...(pins === null ? [] : ['--pins', pins]), name]),
      reason: request.reason,
      show: () => request.show(complete),
    },
    host,
  );
  await host.files.makeFolder(dirname(path));
  await transact([await planFirstUse(path, record, approved, host), await planPendingRemoval(place, host)], host);
  await appendLedger({ event: 'approved', server: `user:${name}`, detail: { items: pending.items.length, by: approval.by, gain } }, host);
  return { name, approved: pending.items.length, rejected: 0 };
}

/** What a first launch showed, with the withheld items in the place of what was pinned under their names. */
function withItems(record: FirstUse, items: readonly PendingRecord[]): FirstUse {
  const added = items.flatMap(({ kind, name, digest, template }): readonly (readonly [string, FirstUseItem])[] => {
    if (kind === 'agentSurface') return [];
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
