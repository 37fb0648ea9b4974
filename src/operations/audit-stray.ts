import { hostedService } from '../analysis/credentials/judge.ts';
import type { Host } from '../host/host.ts';
import type { AdvisoryHit } from '../model/advisory.ts';
import type { NamedArtifact } from '../model/artifact.ts';
import type { LaunchPackage } from '../model/client-entry.ts';
import { type Finding, finding } from '../model/finding.ts';
import type { AuditedServer } from '../model/results.ts';
import { secretSpans } from '../model/secret-spans.ts';
import { shellLine } from '../model/shell-line.ts';
import { tilde } from '../model/tilde.ts';
import type { Policies } from '../store/policies.ts';
import { startsShown } from './adoptable.ts';
import { type Asked, askedOf } from './advisories/asked.ts';
import { hitFindings } from './advisories/findings.ts';
import type { EntryStanding } from './entry-standing.ts';
import type { UnderstoodEntry } from './read-clients.ts';
import { secretFindings } from './secret-findings.ts';
import { identityOf, strayDecision } from './stray-decision.ts';

/** An entry that no pin stands behind: unguarded, or guarded under a name that nothing is pinned as. */
export async function auditStray(
  one: UnderstoodEntry,
  standing: EntryStanding,
  { policies, hits }: { readonly policies: Policies; readonly hits: readonly AdvisoryHit[] },
  host: Host,
): Promise<AuditedServer> {
  const { entry } = one;
  const identity = identityOf(one, host);
  const findings = [...findingsOf(one, standing, host), ...hitFindings(hits), ...(await secretFindings(one, null, host))];
  const decision = strayDecision(one, findings, policies, 'audit', host);
  const denied = decision.verdict === 'block' && !findings.some(({ severity }) => severity === 'block');
  const { client, scope, file, name } = entry;
  return {
    name,
    places: [{ client, scope, file, name }],
    subject: identity === null ? null : identity.version === '' ? identity.subject : `${identity.subject}@${identity.version}`,
    pin: entry.pin,
    sandbox: null,
    findings: denied ? [...findings, finding('policy-denied', name, { reason: decision.reasons[0] ?? '' })] : findings,
    decision,
    remedy: remedyOf(one, standing),
  };
}

/** What advisories are asked about an entry: the code that is the server, in the version that its command line says. */
export function askedOfEntry(one: UnderstoodEntry, host: Host): Asked {
  const identity = identityOf(one, host);
  return identity === null ? { packages: [], server: { origin: null, registryNames: [] } } : askedOf(identityArtifact(identity), null);
}

function identityArtifact({ subject, version }: { readonly subject: string; readonly version: string }): NamedArtifact {
  return { subject, name: subject.replace(/^pkg:[a-z]+\//, '').replace('%40', '@'), version, integrity: null };
}

function findingsOf(one: UnderstoodEntry, { trust, quarantined }: EntryStanding, host: Host): readonly Finding[] {
  const { entry, pin, startsLauncher } = one;
  const { client, name, file } = entry;
  const command = startsShown(one) ?? '';
  if (quarantined !== null) return [finding('entry-quarantined', name, { client, change: quarantined.change })];
  if (pin !== null) return [finding('pin-missing', name, { client })];
  if (startsLauncher) return [finding('entry-drifted', name, { command, approved: 'an entry that pinfold wrote' })];
  const mutable = entry.packages.filter(isMutable).map(({ name: packageName }) => packageName);
  return [
    ...(trust === 'untrusted' ? [finding('entry-untrusted', name, { file: tilde(file, host.places.home) })] : []),
    finding('entry-unguarded', name, { client, how: entry.url === null ? 'starts' : 'calls', command }),
    ...hostedFindings(one),
    ...(mutable.length > 0 ? [finding('entry-mutable', name, { client, package: mutable })] : []),
  ];
}

/** An address, or a name that a gateway or a registry of hosted servers resolves at each start. */
function hostedFindings({ entry }: UnderstoodEntry): readonly Finding[] {
  const named = entry.packages.filter(({ type }) => type === 'smithery' || type === 'gateway').map((unit) => unit.name);
  const texts = entry.url === null ? named.slice(0, 1) : [entry.url];
  return texts.map((text) => {
    const { vendor, alternative } = hostedService(text);
    return finding('entry-hosted', entry.name, { vendor: vendor ?? '', alternative: alternative ?? '' });
  });
}

/** Units that a runner fetches when it starts them. */
const fetched: ReadonlySet<LaunchPackage['type']> = new Set([
  ...(['npm', 'pypi', 'oci', 'git', 'url', 'jsr', 'golang', 'nuget', 'maven', 'nix', 'smithery', 'gateway'] as const),
]);

function isMutable({ type, versionKind }: LaunchPackage): boolean {
  return fetched.has(type) && versionKind !== 'exact' && versionKind !== 'digest';
}

/** What puts the guard in front of it; null where this version cannot. */
function remedyOf({ entry, launch, pin }: UnderstoodEntry, { quarantined }: EntryStanding): string | null {
  if (quarantined !== null) return shellLine(['pinfold', 'review', ...(entry.name.startsWith('-') ? ['--'] : []), entry.name]);
  const adopt = shellLine(['pinfold', 'adopt', '--client', entry.client, ...(entry.name.startsWith('-') ? ['--'] : []), entry.name]);
  if (pin === null && entry.url !== null && entry.transport !== 'ws') return adopt;
  if (pin !== null || launch === null || entry.command === null) return null;
  // A word that may be a secret stays in the entry; `adopt` takes it from there.
  const secret = secretSpans([entry.command, ...entry.args]).some((spans) => spans.length > 0);
  if (launch.npm === null || secret) return adopt;
  const flag = entry.scope === 'project' ? ' --scope project' : '';
  return `pinfold install${flag} ${shellLine(['--client', entry.client, '--name', entry.name, '--', entry.command, ...entry.args])}`;
}
