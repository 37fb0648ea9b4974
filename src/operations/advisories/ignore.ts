import type { Host } from '../../host/host.ts';
import { offlineHost } from '../../host/offline.ts';
import { advisoryId } from '../../model/advisory.ts';
import { digestValue } from '../../model/digest.ts';
import { GuardError } from '../../model/errors.ts';
import type { JsonValue } from '../../model/json.ts';
import { limits } from '../../model/limits.ts';
import { shellLine } from '../../model/shell-line.ts';
import { isoTime, sinceMs } from '../../model/time.ts';
import { userHome } from '../../store/home.ts';
import { appendLedger } from '../../store/ledger.ts';
import { type Override, planOverride } from '../../store/overrides.ts';
import { readPolicies } from '../../store/policies.ts';
import { applyChange } from '../apply.ts';
import { consent } from '../consent.ts';
import { projectFolder } from '../project-folder.ts';
import { recallKnowledge } from './knowledge.ts';
import { refreshAdvisories } from './refresh.ts';

export interface IgnoreRequest {
  readonly id: string;
  /** `name@version`, an origin or a registry name, as the finding says it. */
  readonly subject: string;
  readonly reason: string;
  /** A day or a time, ISO 8601. */
  readonly until: string;
  /** `summary`: the record's words; null = it is not known here. Attacker-controlled. */
  readonly show: (override: Override, summary: string | null) => void;
}

/**
 * Lets one advisory about one exact thing pass until a day, on this machine: a person's decision, with a reason, for when a
 * record is wrong. It ends by itself. What the managed policy's own feeds say cannot be let pass.
 *
 * @throws GuardError `usage`, `policy-denied`, `approval-needed`, `approval-refused`
 */
export async function ignoreAdvisory(request: IgnoreRequest, host: Host): Promise<Override> {
  const { id, subject, reason } = request;
  if (!advisoryId.test(id))
    throw new GuardError('usage', `\`${id}\` is no id of an advisory`, { why: 'ids are as advisories write them', hint: 'pinfold audit' });
  if (reason.trim() === '')
    throw new GuardError('usage', 'a reason must say something', { why: 'it is read again when the day comes', hint: '--reason "…"' });
  const untilMs = /^\d{4}-/.test(request.until) ? sinceMs(request.until, host.now()) : null;
  if (untilMs === null || untilMs <= host.now() || untilMs > host.now() + limits.overrideMaxMs) {
    throw new GuardError('usage', '--until must be a day that comes, within a year', {
      why: 'nothing is ignored for ever',
      hint: `--until ${isoTime(host.now() + 30 * 86_400_000).slice(0, 10)}`,
    });
  }
  const { layers } = await readPolicies(host, null);
  const { cache, feeds } = await recallKnowledge(layers, host);
  const managed = feeds.find(({ overridable, advisories }) => !overridable && advisories.some((one) => one.id === id));
  if (managed !== undefined) {
    throw new GuardError('policy-denied', `${id} cannot be let pass here`, {
      why: `it is a record of the feed ${managed.name}, which whoever manages this machine chose`,
    });
  }
  const record = cache.records.get(id) ?? feeds.flatMap(({ advisories }) => advisories).find((one) => one.id === id);
  const at = isoTime(host.now());
  const override: Override = { id, subject, reason: reason.trim(), until: isoTime(untilMs), by: host.machine.user, at };
  await consent(
    {
      server: null,
      decision: { verdict: 'review', reasons: [], autoApproved: false },
      card: digestValue(override as unknown as JsonValue),
      question: { text: `let ${id} about ${subject} pass until ${override.until.slice(0, 10)}?`, typed: null },
      yes: false,
      command: shellLine(['pinfold', 'advisories', 'ignore', id, subject, '--reason', reason, '--until', request.until]),
      reason,
      show: () => request.show(override, record?.summary ?? null),
    },
    host,
  );
  await applyChange({ home: userHome(host), writes: async () => [await planOverride(override, host)], edits: [] }, host);
  await appendLedger({ event: 'overridden', server: null, detail: { id, subject, until: override.until, reason: override.reason } }, host);
  // What the next launch reads must say so too; nobody is asked for that.
  await refreshAdvisories({ project: await projectFolder(null, host) }, offlineHost(host));
  return override;
}
