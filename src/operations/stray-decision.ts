import type { Host } from '../host/host.ts';
import type { Decision } from '../model/decision.ts';
import type { Finding } from '../model/finding.ts';
import { evaluate } from '../policy/evaluate.ts';
import { subjectOf } from '../sources/npm/resolve.ts';
import type { Policies } from '../store/policies.ts';
import { namedArtifact } from './command-pin.ts';
import type { UnderstoodEntry } from './read-clients.ts';

/** What policy says of an entry without a pin; what cannot be identified weighs as its findings do. */
export function strayDecision(
  one: UnderstoodEntry,
  findings: readonly Finding[],
  { layers }: Policies,
  action: 'audit' | 'approve',
  host: Host,
): Decision {
  const identity = identityOf(one, host);
  if (identity === null) return { verdict: worst(findings), reasons: findings.map(({ code }) => `finding ${code}`), autoApproved: false };
  const { subject, name, version } = identity;
  return evaluate(layers, { subject, name, version, builder: null, findings, gain: 'red', action });
}

/** What policies know an entry without a pin by: a package, an origin, or what the command line names; null = nothing does. */
export function identityOf({ entry, launch }: UnderstoodEntry, host: Host): { subject: string; name: string; version: string } | null {
  if (entry.url !== null) {
    const origin = URL.canParse(entry.url) ? new URL(entry.url).origin : 'null';
    return origin === 'null' ? null : { subject: origin, name: origin, version: '' };
  }
  const npm = launch?.npm ?? null;
  if (npm !== null) return { subject: subjectOf(npm.name), name: npm.name, version: npm.specKind === 'exact' ? (npm.spec ?? '') : '' };
  return entry.command === null || entry.package === null ? null : namedArtifact({ package: entry.package, command: entry.command }, host);
}

function worst(findings: readonly Finding[]): Decision['verdict'] {
  const order = ['block', 'review', 'warn'] as const;
  return order.find((severity) => findings.some((found) => found.severity === severity)) ?? 'allow';
}
