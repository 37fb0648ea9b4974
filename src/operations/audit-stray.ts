import type { LaunchPackage } from '../model/client-entry.ts';
import type { Decision } from '../model/decision.ts';
import { type Finding, finding } from '../model/finding.ts';
import type { AuditedServer } from '../model/results.ts';
import { shellLine } from '../model/shell-line.ts';
import { evaluate } from '../policy/evaluate.ts';
import { subjectOf } from '../sources/npm/resolve.ts';
import type { Policies } from '../store/policies.ts';
import type { UnderstoodEntry } from './read-clients.ts';

/** An entry that no pin stands behind: unguarded, or guarded under a name that nothing is pinned as. */
export function auditStray(one: UnderstoodEntry, policies: Policies): AuditedServer {
  const { entry } = one;
  const identity = identify(one);
  const findings = findingsOf(one);
  const decision: Decision =
    identity === null
      ? { verdict: worst(findings), reasons: findings.map(({ code }) => `finding ${code}`), autoApproved: false }
      : evaluate(policies.layers, {
          subject: identity.subject,
          name: identity.name,
          version: identity.version,
          findings,
          gain: 'red',
          action: 'audit',
        });
  const denied = decision.verdict === 'block' && !findings.some(({ severity }) => severity === 'block');
  const { client, scope, file, name } = entry;
  return {
    name,
    places: [{ client, scope, file, name }],
    subject: identity === null ? null : identity.version === '' ? identity.subject : `${identity.subject}@${identity.version}`,
    pin: entry.pin,
    findings: denied ? [...findings, finding('policy-denied', name, { reason: decision.reasons[0] ?? '' })] : findings,
    decision,
    remedy: remedyOf(one),
  };
}

function findingsOf({ entry, pin, startsLauncher }: UnderstoodEntry): readonly Finding[] {
  const { client, name } = entry;
  const command = [entry.command ?? entry.url ?? '', ...entry.args].join(' ');
  if (pin !== null) return [finding('pin-missing', name, { client })];
  if (startsLauncher) return [finding('entry-drifted', name, { command, approved: 'an entry that pinfold wrote' })];
  const mutable = entry.packages.filter(isMutable).map(({ name: packageName }) => packageName);
  return [
    finding('entry-unguarded', name, { client, command }),
    ...(mutable.length > 0 ? [finding('entry-mutable', name, { client, package: mutable })] : []),
  ];
}

function isMutable({ type, versionKind }: LaunchPackage): boolean {
  const fetched = type === 'npm' || type === 'pypi' || type === 'oci' || type === 'git' || type === 'url' || type === 'jsr';
  return fetched && versionKind !== 'exact' && versionKind !== 'digest';
}

function identify({ entry, launch }: UnderstoodEntry): { subject: string; name: string; version: string } | null {
  if (entry.url !== null) {
    const origin = URL.canParse(entry.url) ? new URL(entry.url).origin : 'null';
    return origin === 'null' ? null : { subject: origin, name: origin, version: '' };
  }
  const npm = launch?.npm ?? null;
  return npm === null ? null : { subject: subjectOf(npm.name), name: npm.name, version: npm.specKind === 'exact' ? (npm.spec ?? '') : '' };
}

function worst(findings: readonly Finding[]): Decision['verdict'] {
  const order = ['block', 'review', 'warn'] as const;
  return order.find((severity) => findings.some((found) => found.severity === severity)) ?? 'allow';
}

/** What puts the guard in front of it; null where this version cannot. */
function remedyOf({ entry, launch, pin }: UnderstoodEntry): string | null {
  if (pin !== null || launch === null || entry.command === null) return null;
  if (launch.npm === null)
    return shellLine(['pinfold', 'adopt', '--client', entry.client, ...(entry.name.startsWith('-') ? ['--'] : []), entry.name]);
  const flag = entry.scope === 'project' ? ' --scope project' : '';
  return `pinfold install${flag} ${shellLine(['--client', entry.client, '--name', entry.name, '--', entry.command, ...entry.args])}`;
}
