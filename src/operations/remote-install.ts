import { type PlannedChange, planEdits } from '../clients/plan-edit.ts';
import { entryValues } from '../clients/values.ts';
import type { Host } from '../host/host.ts';
import { pinOf } from '../lockfile/lock.ts';
import { readableManifest } from '../lockfile/manifest-file.ts';
import { pinName, proposeName } from '../lockfile/names.ts';
import { launchDigest } from '../lockfile/pin-digest.ts';
import type { GateMode } from '../model/decision.ts';
import { digestValue } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import type { JsonValue } from '../model/json.ts';
import { type Approval, isRemotePin, type LockScope, type Pin, type RemoteLaunch, type RemotePin } from '../model/pin.ts';
import { pinManifest } from '../model/pin-manifest.ts';
import type { RemoteReference } from '../model/reference.ts';
import type { RemoteInstalled, RemoteInstallPlan } from '../model/remote-results.ts';
import { shellLine } from '../model/shell-line.ts';
import { isoTime } from '../model/time.ts';
import { effectiveMode } from '../policy/layers.ts';
import { nameFromUrl } from '../sources/remote/url.ts';
import { type LockFile, readLock } from '../store/home.ts';
import { installLauncher } from '../store/launcher.ts';
import { appendLedger } from '../store/ledger.ts';
import { readPolicies } from '../store/policies.ts';
import { planHeaders, readHeadersFor } from '../store/remote-headers.ts';
import type { ServerPlace } from '../store/server-place.ts';
import { applyChange } from './apply.ts';
import { scopeOption } from './command-line.ts';
import { consent } from './consent.ts';
import { guardedCommand } from './guarded-entry.ts';
import { type ChosenPlace, choosePlaces } from './install-places.ts';
import { planPin } from './pin-writes.ts';
import { noReadableWords, nothingPinned } from './pinning.ts';
import type { Progress } from './progress.ts';
import { readClients, type UnderstoodEntry } from './read-clients.ts';
import { decideRemote, discloseRemote, type RemoteDisclosed } from './remote-disclose.ts';
import { remoteDrift } from './remote-drift.ts';
import { homeOf } from './scope-home.ts';

export interface RemoteInstallRequest {
  readonly reference: RemoteReference;
  readonly typed: string;
  /** As `readHeaders` gives them. */
  readonly headers: Readonly<Record<string, string>>;
  /** False: what it lists is not asked for before. */
  readonly listed: boolean;
  readonly name: string | null;
  /** Client ids; null = every client that is set up here. */
  readonly clients: readonly string[] | null;
  readonly scope: LockScope;
  readonly yes: boolean;
  /** Where its words were not heard: forward nothing until they were reviewed. */
  readonly hold: boolean;
  readonly reason: string | null;
  readonly show: (plan: RemoteInstallPlan) => void;
}

/**
 * Discloses a remote server, asks once, and then pins it and writes the bridge into the clients, all or nothing. Headers
 * that an entry which is replaced carried go with it, out of the client's file into the store, for this user alone.
 *
 * @throws GuardError as `discloseRemote`, `consent` and `applyChange` do; `sign-in-needed` when it lets nobody in.
 */
export async function installRemote(request: RemoteInstallRequest, host: Host, progress: Progress): Promise<RemoteInstalled> {
  const { reference, scope } = request;
  const home = await homeOf(scope, null, host);
  const policies = await readPolicies(host, home.project);
  const { lock } = await readLock(home, host);
  const clients = await readClients({ client: null, project: home.project }, host);
  const name = request.name === null ? nameFor(reference, lock.pins) : pinName(request.name);
  const taken = pinnedAt(reference, name, pinOf(lock, name));
  const isSame = ({ url }: UnderstoodEntry['entry']) => url !== null && URL.canParse(url) && new URL(url).href === reference.url;
  const wanted = { name, pinned: taken !== null, isSame, scope, clients: request.clients, project: home.project };
  const places = await choosePlaces(wanted, clients.entries, host);
  const [command, ...args] = guardedCommand({ scope, name }, host);
  const edits = places.map(
    ({ target, action }): PlannedChange => ({ target, change: { kind: 'set', launch: { command, args }, replace: action === 'replace' } }),
  );
  await planEdits(edits, host); // a file that cannot be edited is told before anything is asked, not after the yes
  const place = { name, scope, project: home.project };
  const headers = Object.keys(request.headers).length > 0 ? request.headers : await headersOf(places, place, reference, host);
  const disclosed = await discloseRemote({ ...request, headers }, host, progress);
  const plan = planOf(disclosed, { request, name, places, taken, clientCommand: [command, ...args], layers: policies.layers });
  assertLetIn(plan, Object.keys(headers));
  const card = digestValue(plan as unknown as JsonValue);
  const approval = await consent(
    {
      server: `${scope}:${name}`,
      decision: plan.disclosure.decision,
      card,
      question: { text: `install \`${name}\`?`, typed: null },
      yes: request.yes,
      command: installCommand(request),
      reason: request.reason,
      show: () => request.show(plan),
    },
    host,
  );
  const { pin, readable } = makeRemotePin(disclosed, { approval, mode: effectiveMode(policies.layers, null), words: plan.words }, host);
  await installLauncher(host);
  const kept = Object.keys(headers).length === 0 ? null : { url: reference.url, headers };
  const writes = async (lockFile: LockFile) => [
    ...(await planPin({ home, lockFile, name, pin, readable, closure: null, tree: null, policies }, host)),
    await planHeaders(place, kept, host),
  ];
  await applyChange({ home, writes, edits }, host);
  await appendLedger(
    { event: 'installed', server: `${scope}:${name}`, detail: { subject: pin.artifact.subject, version: '', by: approval.by } },
    host,
  );
  return { plan, status: pin.status, card };
}

function nameFor({ url }: RemoteReference, pins: Readonly<Record<string, Pin>>): string {
  const already = Object.entries(pins).find(([, pin]) => isRemotePin(pin) && pin.launch.url === url);
  return already?.[0] ?? proposeName(nameFromUrl(url), new Set(Object.keys(pins)));
}

function pinnedAt({ url }: RemoteReference, name: string, taken: Pin | null): RemotePin | null {
  if (taken === null || (isRemotePin(taken) && taken.launch.url === url)) return taken;
  throw new GuardError('name-taken', `\`${name}\` is the name of another server`, {
    why: `${taken.artifact.name} is pinned under it`,
    hint: `give this one another name: --name ${name}-2`,
  });
}

/** What an entry that is replaced was sent with, else what is kept for this address. A value that only its client can fill in cannot move. */
async function headersOf(
  places: readonly ChosenPlace[],
  place: ServerPlace,
  { url }: RemoteReference,
  host: Host,
): Promise<Readonly<Record<string, string>>> {
  for (const { target, action } of places) {
    const values = action === 'replace' ? await entryValues(target, host) : null;
    if (values?.url == null || Object.keys(values.headers).length === 0) continue;
    const open = Object.entries(values.headers).find(([, value]) => /\$\{|\{\{|\$env:|^\$\w/.test(value));
    if (open !== undefined)
      throw new GuardError('usage', `the header ${open[0]} of the entry is filled in by ${target.client}`, {
        why: 'the guard asks the server itself, and does not know the value',
        hint: shellLine(['pinfold', 'install', url, '--header', `${open[0]}=VARIABLE`]),
      });
    return Object.fromEntries(Object.entries(values.headers).map(([header, value]) => [header.toLowerCase(), value]));
  }
  return readHeadersFor(place, url, host);
}

function planOf(
  { facts, probeResult }: RemoteDisclosed,
  given: {
    readonly request: RemoteInstallRequest;
    readonly name: string;
    readonly places: readonly ChosenPlace[];
    readonly taken: RemotePin | null;
    readonly clientCommand: readonly string[];
    readonly layers: Parameters<typeof decideRemote>[1];
  },
): RemoteInstallPlan {
  const { request, name, places, taken, clientCommand, layers } = given;
  const words = probeResult === null ? null : pinManifest(probeResult.probed, {}, probeResult.probed.agentRequests).pin;
  const drift = taken === null ? [] : remoteDrift(name, taken, words, facts.authorization);
  const found = { ...facts, findings: [...drift, ...facts.findings] };
  return {
    disclosure: { ...found, decision: decideRemote(found, layers, 'install') },
    name,
    scope: request.scope,
    places: places.map(({ target, action }) => ({ client: target.client, file: target.file, name: target.name, action })),
    clientCommand,
    words: probeResult !== null ? 'probe' : request.hold ? 'held' : 'first-use',
  };
}

/** What lets nobody in would be an entry that never works. */
function assertLetIn({ disclosure }: RemoteInstallPlan, given: readonly string[]): void {
  const { status, servers } = disclosure.authorization;
  if (status !== 'oauth' && status !== 'unknown') return;
  if (disclosure.findings.some(({ code }) => code === 'authorization-invalid' || code === 'authorization-changed')) return;
  const who =
    servers.length === 0
      ? 'it does not say how to get in'
      : `it wants people to sign in at ${servers.map(({ issuer }) => issuer).join(', ')}`;
  throw new GuardError('sign-in-needed', `${disclosure.name} does not let this client in`, {
    why:
      given.length > 0
        ? `the headers ${given.join(', ')} do not open it; ${who}`
        : `${who}; this version cannot sign in, only send a header`,
    hint: shellLine(['pinfold', 'install', disclosure.url, '--header', 'Authorization=VARIABLE']),
  });
}

function makeRemotePin(
  { facts, probeResult }: RemoteDisclosed,
  { approval, mode, words }: { readonly approval: Approval; readonly mode: GateMode; readonly words: RemoteInstallPlan['words'] },
  host: Host,
) {
  const { url, transport, headerNames, origin, name, authorization } = facts;
  const launch: RemoteLaunch = { runtime: 'remote', url, transport, headerNames, args: [], cwd: null, envNames: [] };
  const probed = probeResult?.probed ?? null;
  // Its words name nothing of this machine: it does not run here.
  const made = probed === null ? null : pinManifest(probed, {}, probed.agentRequests).pin;
  const held = words === 'held';
  const pin: RemotePin = {
    artifact: { subject: origin, name, version: '', integrity: null },
    closure: null,
    authorization,
    launch,
    launchDigest: launchDigest(launch),
    manifest: made ?? (held ? nothingPinned : null),
    capabilities: { ruleset: 'none', classes: [] },
    evidence: facts.evidence.map((evidence) => ({ ...evidence, at: isoTime(host.now()) })),
    mode,
    approval,
    status: words === 'first-use' ? 'first-use' : 'reviewed',
  };
  const readable = probed !== null && made !== null ? readableManifest(probed, made, {}) : held ? noReadableWords : null;
  return { pin, readable };
}

/** The command line that asks for the same, for a hint. Names of headers only. */
function installCommand({ reference, scope, clients, name, headers, listed, hold }: RemoteInstallRequest): string {
  return shellLine([
    'pinfold',
    'install',
    ...scopeOption(scope),
    ...(clients === null ? [] : ['--client', clients.join(',')]),
    ...(name === null ? [] : ['--name', name]),
    ...Object.keys(headers).flatMap((header) => ['--header', `${header}=VARIABLE`]),
    ...(listed ? [] : ['--no-probe']),
    ...(hold ? ['--hold'] : []),
    reference.url,
  ]);
}
