import type { Host } from '../host/host.ts';
import type { BuildIdentity } from '../model/build-identity.ts';
import type { Decision } from '../model/decision.ts';
import { digestValue } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { exampleOf } from '../model/filled.ts';
import { type Finding, finding } from '../model/finding.ts';
import type { JsonValue } from '../model/json.ts';
import { isRemotePin, type LockScope, type Pin, pinnedSandbox } from '../model/pin.ts';
import type { Trusted, TrustPlan } from '../model/results.ts';
import { shellLine } from '../model/shell-line.ts';
import { evaluate } from '../policy/evaluate.ts';
import { builderMatters, type PolicyLayer } from '../policy/layers.ts';
import { fetchPinned } from '../sources/npm/fetch-pinned.ts';
import { recordMore } from '../store/entry-record.ts';
import { type Home, type LockFile, readLock } from '../store/home.ts';
import { installLauncher } from '../store/launcher.ts';
import { appendLedger } from '../store/ledger.ts';
import { type Policies, readPolicies } from '../store/policies.ts';
import { placed, planTicket } from '../store/ticket.ts';
import { planTrust, type SignedTrust } from '../store/trust.ts';
import { applyChange } from './apply.ts';
import { scopeOption, trustCommand } from './command-line.ts';
import { consent } from './consent.ts';
import { type LoadedPin, loadPins } from './lock/load-pins.ts';
import { acceptanceOf, type LockAcceptance } from './lock/lock-standing.ts';
import { assertNothingBlocked, ticketOf } from './pin-writes.ts';
import type { Progress } from './progress.ts';
import { describeEntry, untrustedEntries } from './project-trust.ts';
import { understand } from './read-clients.ts';
import { remoteFinding } from './remote-drift.ts';
import { homeOf } from './scope-home.ts';
import { vouchForPinned } from './vouch/vouch-pinned.ts';
import { withTrees } from './with-trees.ts';

export interface TrustRequest {
  /** `project`: a lock that came with a repository. `user`: one that was restored or edited outside pinfold. */
  readonly scope: LockScope;
  /** null = the project around the working folder. */
  readonly project: string | null;
  readonly yes: boolean;
  readonly show: (plan: TrustPlan) => void;
}

/**
 * Lets exactly this lock, and exactly the entries that a project's own files bring, count on this machine: shows every pin
 * and entry, asks, fetches and verifies the bytes that the lock names, and writes the tickets. Also the way back when
 * tickets or trees were damaged or lost.
 *
 * @throws GuardError `lock-invalid` (a pin without its closure or manifest, or that does not fit them), `policy-denied`,
 * and as `consent` and the source.
 */
export async function trust(request: TrustRequest, host: Host, progress: Progress): Promise<Trusted> {
  const { scope } = request;
  const home = await homeOf(scope, request.project, host);
  const lockFile = await readLock(home, host);
  const untrusted = home.project === null ? [] : await untrustedEntries(home.project, host, lockFile.digest !== null);
  if (lockFile.digest === null && untrusted.length === 0) throw nothingToTrust(home);
  const loaded = await loadPins(home, lockFile, host);
  for (const one of loaded) await assertNothingBlocked({ name: one.name, scope, project: home.project }, one, host);
  const policies = await readPolicies(host, home.project);
  const builders = await verifiedBuilders(loaded, policies.layers, host);
  const signature = home.project === null ? null : await acceptanceOf(home, lockFile, policies, host);
  const signed = signature?.accepted ?? null;
  const decisions = loaded.map((one, at) =>
    evaluate(policies.layers, { ...factsOf(one), builder: builders[at] ?? null, gain: 'red', action: 'approve', signed }),
  );
  const entries = untrusted.map(({ entry }) => describeEntry(understand(entry, host), policies, host));
  const plan: TrustPlan = {
    place: home.project ?? home.folder,
    lockDigest: lockFile.digest,
    pins: loaded.map((one, index) => summary(one, decisions[index] ?? blocked, host)),
    entries,
    signature: signature?.evidence ?? null,
    decision: strictest([...decisions, ...entries.map(({ decision }) => decision)]),
  };
  const approval = await consent(
    {
      server: null,
      decision: plan.decision,
      card: digestValue(plan as unknown as JsonValue),
      question: { text: questionOf(plan), typed: null },
      yes: request.yes,
      command: trustCommand(scope),
      reason: null,
      show: () => request.show(plan),
    },
    host,
  );
  const { place, lockDigest } = plan;
  const { project } = home;
  const by = approval.by === 'policy' ? signedTrust(signature, policies) : undefined;
  const closures = loaded.flatMap(({ closure }) => closure ?? []);
  if (closures.length > 0) progress(`fetching and verifying the bytes of ${count(closures.length)}`);
  await withTrees(
    closures.map((closure) => ({ closure, files: (pkg) => fetchPinned(pkg, host) })),
    async (trees) => {
      await installLauncher(host);
      const writes = async (now: LockFile) => {
        if (now.digest !== lockDigest) throw changed();
        const tickets = loaded.map(async ({ name, pin, readable, closure }) => {
          const known = placed(pin, closure === null ? null : (trees[closures.indexOf(closure)] ?? null));
          if (known === null) throw new TypeError('a tree for every pin with bytes');
          return planTicket(await ticketOf({ home, name, ...known, readable, policies }, host), { name, scope, project }, host);
        });
        const trusted = project === null || lockDigest === null ? [] : [await planTrust(project, lockDigest, host, by)];
        return [...(await Promise.all(tickets)), ...trusted];
      };
      await applyChange({ home, writes, edits: [] }, host);
    },
    host,
  );
  // Exactly what was shown: an entry that was changed meanwhile does not count.
  await recordMore('trusted', untrusted, host);
  const signer = by === undefined ? null : (signed?.who ?? null);
  const detail = { place, lock: lockDigest ?? 'none', entries: untrusted.length, by: approval.by, signature: signer };
  await appendLedger({ event: 'trusted', server: null, detail }, host);
  return {
    place,
    lockDigest,
    pins: loaded.map(({ name }) => name),
    sandbox: Object.fromEntries(
      loaded.flatMap(({ name, pin }) => (pin.closure === null || pin.sandbox === undefined ? [] : [[name, pin.sandbox]])),
    ),
    entries: entries.map(({ client, name }) => `${client}:${name}`),
    signature: plan.signature,
  };
}

/** What policy said yes to ends with the policy; what a person said does not. */
function signedTrust(signature: LockAcceptance | null, { files }: Policies): SignedTrust | undefined {
  const accepted = signature?.accepted ?? null;
  return accepted === null ? undefined : { signer: accepted.signer, policy: files };
}

function factsOf({ name: title, pin }: LoadedPin) {
  const { subject, name, version } = pin.artifact;
  const findings: readonly Finding[] = isRemotePin(pin)
    ? [remoteFinding(title, pin)]
    : pin.closure === null
      ? [finding('pin-bytes-not-pinned', title, { reason: pin.unpinned })]
      : [];
  return { subject, name, version, findings };
}

/**
 * Who built each pinned package, asked and verified now: what a lock says of it may have come with a clone. Asked only
 * where a policy wants to know; null = nothing verified says so.
 */
async function verifiedBuilders(
  loaded: readonly LoadedPin[],
  layers: readonly PolicyLayer[],
  host: Host,
): Promise<readonly (BuildIdentity | null)[]> {
  if (!builderMatters(layers)) return loaded.map(() => null);
  return Promise.all(
    loaded.map(async ({ pin, closure }) =>
      pin.closure === null ? null : (await vouchForPinned({ artifact: pin.artifact, closure }, host)).vouched.builder,
    ),
  );
}

/** The command of a pin without bytes: whoever lets the lock count lets it start. Open words are shown by an example. */
function unpinnedOf(pin: Pin, host: Host): TrustPlan['pins'][number]['unpinned'] {
  if (pin.closure !== null || isRemotePin(pin)) return null;
  const words = [pin.launch.command, ...pin.launch.args].map((word) => exampleOf(word, { home: host.places.home }));
  return { reason: pin.unpinned, command: shellLine(words) };
}

function summary({ name, pin, readable }: LoadedPin, decision: Decision, host: Host): TrustPlan['pins'][number] {
  const tools = (readable?.tools ?? []).flatMap((tool) => (typeof tool['name'] === 'string' ? [tool['name']] : []));
  return {
    name,
    subject: pin.artifact.subject,
    version: pin.artifact.version,
    tools,
    status: pin.status,
    approvedBy: pin.approval.who,
    decision,
    unpinned: unpinnedOf(pin, host),
    sandbox: pinnedSandbox(pin),
  };
}

const blocked: Decision = { verdict: 'block', reasons: ['no decision was made'], autoApproved: false };

/** One lock, one answer: the strictest decision of any pin, approved by policy only when every pin is. */
function strictest(decisions: readonly Decision[]): Decision {
  const order = ['block', 'review', 'warn', 'allow'] as const;
  const verdict = order.find((candidate) => decisions.some((decision) => decision.verdict === candidate)) ?? 'review';
  const reasons = decisions.filter((decision) => decision.verdict === verdict).flatMap((decision) => decision.reasons);
  return { verdict, reasons, autoApproved: decisions.length > 0 && decisions.every((decision) => decision.autoApproved) };
}

function nothingToTrust({ scope, folder }: Home): GuardError {
  return new GuardError('lock-invalid', `there is no lock in ${scope} scope`, {
    why: `there is no lock.json in ${folder}${scope === 'project' ? ', and no entry of this project waits to be trusted' : ''}`,
    hint: shellLine(['pinfold', 'install', ...scopeOption(scope), '<reference>']),
  });
}

function questionOf({ lockDigest, entries }: TrustPlan): string {
  const what = [...(lockDigest === null ? [] : ['this lock']), ...(entries.length === 0 ? [] : ['these entries'])];
  return `let ${what.join(' and ')} count on this machine?`;
}

function count(servers: number): string {
  return servers === 1 ? 'one server' : `${servers} servers`;
}

function changed(): GuardError {
  return new GuardError('config-changed', 'the lock changed while it was being looked at', { hint: 'run the same command again' });
}
