import type { Host } from '../host/host.ts';
import type { LaunchPackage } from '../model/client-entry.ts';
import type { Decision } from '../model/decision.ts';
import { type Finding, finding } from '../model/finding.ts';
import type { AuditedServer } from '../model/results.ts';
import { secretSpans } from '../model/secret-spans.ts';
import { shellLine } from '../model/shell-line.ts';
import { evaluate } from '../policy/evaluate.ts';
import { subjectOf } from '../sources/npm/resolve.ts';
import type { Policies } from '../store/policies.ts';
import { startsShown } from './adoptable.ts';
import { namedArtifact } from './command-pin.ts';
import type { EntryStanding } from './entry-standing.ts';
import type { UnderstoodEntry } from './read-clients.ts';

/** An entry that no pin stands behind: unguarded, or guarded under a name that nothing is pinned as. */
export function auditStray(one: UnderstoodEntry, standing: EntryStanding, policies: Policies, host: Host): AuditedServer {
  const { entry } = one;
  const identity = identify(one, host);
  const findings = findingsOf(one, standing);
  const decision = strayDecision(one, findings, policies, 'audit', host);
  const denied = decision.verdict === 'block' && !findings.some(({ severity }) => severity === 'block');
  const { client, scope, file, name } = entry;
  return {
    name,
    places: [{ client, scope, file, name }],
    subject: identity === null ? null : identity.version === '' ? identity.subject : `${identity.subject}@${identity.version}`,
    pin: entry.pin,
    findings: denied ? [...findings, finding('policy-denied', name, { reason: decision.reasons[0] ?? '' })] : findings,
    decision,
    remedy: remedyOf(one, standing),
  };
}

/** What policy says of an entry without a pin; what cannot be identified weighs as its findings do. */
export function strayDecision(
  one: UnderstoodEntry,
  findings: readonly Finding[],
  { layers }: Policies,
  action: 'audit' | 'approve',
  host: Host,
): Decision {
  const identity = identify(one, host);
  if (identity === null) return { verdict: worst(findings), reasons: findings.map(({ code }) => `finding ${code}`), autoApproved: false };
  const { subject, name, version } = identity;
  return evaluate(layers, { subject, name, version, findings, gain: 'red', action });
}

function findingsOf(one: UnderstoodEntry, { trust, quarantined }: EntryStanding): readonly Finding[] {
  const { entry, pin, startsLauncher } = one;
  const { client, name, file } = entry;
  const command = startsShown(one) ?? '';
  if (quarantined !== null) return [finding('entry-quarantined', name, { client, change: quarantined.change })];
  if (pin !== null) return [finding('pin-missing', name, { client })];
  if (startsLauncher) return [finding('entry-drifted', name, { command, approved: 'an entry that pinfold wrote' })];
  const mutable = entry.packages.filter(isMutable).map(({ name: packageName }) => packageName);
  return [
    ...(trust === 'untrusted' ? [finding('entry-untrusted', name, { file })] : []),
    finding('entry-unguarded', name, { client, how: entry.url === null ? 'starts' : 'calls', command }),
    ...(entry.url === null ? [] : [finding('entry-hosted', name)]),
    ...(mutable.length > 0 ? [finding('entry-mutable', name, { client, package: mutable })] : []),
  ];
}

function isMutable({ type, versionKind }: LaunchPackage): boolean {
  const fetched = type === 'npm' || type === 'pypi' || type === 'oci' || type === 'git' || type === 'url' || type === 'jsr';
  return fetched && versionKind !== 'exact' && versionKind !== 'digest';
}

function identify({ entry, launch }: UnderstoodEntry, host: Host): { subject: string; name: string; version: string } | null {
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

/** What puts the guard in front of it; null where this version cannot. */
function remedyOf({ entry, launch, pin }: UnderstoodEntry, { quarantined }: EntryStanding): string | null {
  if (quarantined !== null) return shellLine(['pinfold', 'review', ...(entry.name.startsWith('-') ? ['--'] : []), entry.name]);
  if (pin !== null || launch === null || entry.command === null) return null;
  // A word that may be a secret stays in the entry; `adopt` takes it from there.
  const secret = secretSpans([entry.command, ...entry.args]).some((spans) => spans.length > 0);
  if (launch.npm === null || secret)
    return shellLine(['pinfold', 'adopt', '--client', entry.client, ...(entry.name.startsWith('-') ? ['--'] : []), entry.name]);
  const flag = entry.scope === 'project' ? ' --scope project' : '';
  return `pinfold install${flag} ${shellLine(['--client', entry.client, '--name', entry.name, '--', entry.command, ...entry.args])}`;
}
