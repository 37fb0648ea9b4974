import { type PlannedChange, planEdits } from '../clients/plan-edit.ts';
import { entryValues } from '../clients/values.ts';
import type { TokenSource } from '../gate/http/wire.ts';
import type { Host } from '../host/host.ts';
import { pinOf } from '../lockfile/lock.ts';
import { pinName, proposeName } from '../lockfile/names.ts';
import { digestValue } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import type { JsonValue } from '../model/json.ts';
import { isRemotePin, type LockScope, type Pin, pinnedRegistryNames, type RemotePin } from '../model/pin.ts';
import { pinManifest } from '../model/pin-manifest.ts';
import { printable } from '../model/printable.ts';
import type { RemoteReference } from '../model/reference.ts';
import { takesSignIn } from '../model/remote.ts';
import type { RemoteInstalled, RemoteInstallPlan } from '../model/remote-results.ts';
import { shellLine } from '../model/shell-line.ts';
import type { SignIn } from '../model/sign-in.ts';
import { effectiveMode } from '../policy/layers.ts';
import { registryWord } from '../registries/official/name.ts';
import { revoke } from '../sources/remote/revoke.ts';
import { nameFromUrl } from '../sources/remote/url.ts';
import { type BlockedScope, namesOf, scopesBlockedFor } from '../store/blocked-scopes.ts';
import { type LockFile, readLock } from '../store/home.ts';
import { installLauncher } from '../store/launcher.ts';
import { appendLedger } from '../store/ledger.ts';
import { readPolicies } from '../store/policies.ts';
import { readHeadersFor, settleHeaders, stageHeaders } from '../store/remote-headers.ts';
import type { ServerPlace } from '../store/server-place.ts';
import { applyChange } from './apply.ts';
import { scopeOption } from './command-line.ts';
import { consent } from './consent.ts';
import { guardedCommand } from './guarded-entry.ts';
import { type ChosenPlace, choosePlaces } from './install-places.ts';
import { planPin } from './pin-writes.ts';
import type { Progress } from './progress.ts';
import { readClients, type UnderstoodEntry } from './read-clients.ts';
import { decideRemote, discloseRemote, type RemoteDisclosed, type RemoteRequest } from './remote-disclose.ts';
import { remoteDrift } from './remote-drift.ts';
import { makeRemotePin } from './remote-pin.ts';
import { homeOf } from './scope-home.ts';
import { type SignInLink, type SignInRequest, signIn } from './sign-in.ts';
import { freshToken, keptToken, loginCommand } from './sign-in-token.ts';
import { keepNewSignIn } from './sign-out.ts';

export interface RemoteInstallRequest {
  readonly reference: RemoteReference;
  readonly typed: string;
  /** As `readHeaders` gives them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Headers go into a file that only this user may read, though there may be a keychain. */
  readonly inFile: boolean;
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
  /** How a person signs in, where the server wants it. */
  readonly signIn: Pick<SignInRequest, 'client' | 'issuer'> & { readonly tell: (event: SignInLink) => void };
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
  const headers = Object.keys(request.headers).length > 0 ? request.headers : await headersOf(places, place, request, host);
  const planFor = (found: RemoteDisclosed) =>
    planOf(found, { request, name, places, taken, blocked, clientCommand: [command, ...args], layers: policies.layers });
  const kept = taken !== null && takesSignIn(taken.authorization) ? await keptToken(taken, place, host) : null;
  const blocked = await scopesBlockedFor(place, reference.url, host);
  const barred = namesOf(blocked);
  // Whoever gives the address of what was installed by a name does not take the name away.
  const approvedAs = taken === null ? [] : pinnedRegistryNames(taken);
  const ask = (token: TokenSource | null) =>
    discloseRemote({ ...request, approvedAs, headers, token, blockedScopes: barred }, host, progress);
  const asked = await ask(kept);
  const offered = await offerSignIn(planFor(asked), request, { headers, blockedScopes: barred }, host);
  const made = offered === 'declined' ? null : offered;
  let isUsed = false;
  try {
    const disclosed = made === null ? asked : await ask(freshToken(made));
    const plan = planFor(disclosed);
    if (offered !== 'declined') assertLetIn(plan, request, { headers: Object.keys(headers), signedIn: made !== null });
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
    const where = request.inFile ? 'file' : undefined;
    const staged = Object.keys(headers).length === 0 ? null : await stageHeaders(place, { url: reference.url, headers }, host, where);
    const writes = async (lockFile: LockFile) => [
      ...(await planPin({ home, lockFile, name, pin, readable, closure: null, tree: null, policies }, host)),
      ...(staged === null ? [] : [await staged.plan()]),
    ];
    try {
      await applyChange({ home, writes, edits }, host);
    } catch (cause) {
      await settleHeaders(place, null, host);
      throw cause;
    }
    await settleHeaders(place, Object.keys(headers), host);
    const tokens = made === null ? null : await keepNewSignIn(place, made, host);
    isUsed = true;
    await appendLedger(
      { event: 'installed', server: `${scope}:${name}`, detail: { subject: pin.artifact.subject, version: '', by: approval.by } },
      host,
    );
    return { plan, status: pin.status, card, kept: staged?.where ?? tokens?.kept ?? null, replaced: tokens?.replaced ?? null };
  } finally {
    // A sign-in for what was not installed after all is nobody's.
    if (made !== null && !isUsed) await revoke(made, host.http);
  }
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
  request: RemoteInstallRequest,
  host: Host,
): Promise<Readonly<Record<string, string>>> {
  for (const { target, action } of places) {
    const values = action === 'replace' ? await entryValues(target, host) : null;
    if (values?.url == null || Object.keys(values.headers).length === 0) continue;
    const open = Object.entries(values.headers).find(([, value]) => /\$\{|\{\{|\$env:|^\$\w/.test(value));
    if (open !== undefined)
      throw new GuardError('usage', `the header ${open[0]} of the entry is filled in by ${target.client}`, {
        why: 'the guard asks the server itself, and does not know the value',
        hint: shellLine(['pinfold', 'install', ...wordsFor(request), '--header', `${open[0]}=VARIABLE`]),
      });
    return Object.fromEntries(Object.entries(values.headers).map(([header, value]) => [header.toLowerCase(), value]));
  }
  return readHeadersFor(place, request.reference.url, host);
}

function planOf(
  { facts, probeResult }: RemoteDisclosed,
  given: {
    readonly request: RemoteInstallRequest;
    readonly name: string;
    readonly places: readonly ChosenPlace[];
    readonly taken: RemotePin | null;
    readonly blocked: readonly BlockedScope[];
    readonly clientCommand: readonly string[];
    readonly layers: Parameters<typeof decideRemote>[1];
  },
): RemoteInstallPlan {
  const { request, name, places, taken, blocked, clientCommand, layers } = given;
  const words = probeResult === null ? null : pinManifest(probeResult.probed, {}, probeResult.probed.agentRequests).pin;
  const drift = taken === null ? [] : remoteDrift(name, taken, words, facts.authorization);
  const found = { ...facts, findings: [...drift, ...facts.findings] };
  return {
    disclosure: { ...found, decision: decideRemote(found, layers, 'install') },
    name,
    scope: request.scope,
    places: places.map(({ target, action }) => ({ client: target.client, file: target.file, name: target.name, action })),
    clientCommand,
    blockedBy: blocked.filter((one) => facts.blockedScopes.includes(one.name)).map(({ by }) => by),
    words: probeResult !== null ? 'probe' : request.hold ? 'held' : 'first-use',
  };
}

/**
 * Asks whoever sits at the terminal whether to sign in now, so that what the server lists can be shown before the yes;
 * null = there is nothing to sign in to, nobody to ask, or something that must be decided first.
 */
async function offerSignIn(
  plan: RemoteInstallPlan,
  request: RemoteInstallRequest,
  { headers, blockedScopes }: Pick<RemoteRequest, 'headers' | 'blockedScopes'>,
  host: Host,
): Promise<SignIn | 'declined' | null> {
  const { disclosure } = plan;
  const { authorization, url, signedIn, decision } = disclosure;
  const isWanted =
    authorization.status === 'oauth' || (authorization.status === 'oauth-calls' && disclosure.probed === null && request.listed);
  if (!isWanted || signedIn || Object.keys(headers).length > 0) return null;
  if (!host.terminal.interactive || decision.verdict === 'block') return null;
  const where = authorization.servers.map(({ issuer }) => printable(issuer, { maxLength: 100 })).join(' or ');
  const answer = await host.terminal.ask(`${disclosure.name} wants you to sign in at ${where}; do that now? [y/N] `);
  if (!/^y(es)?$/i.test(answer)) return 'declined';
  const { client, issuer, tell } = request.signIn;
  const words = shellLine(['pinfold', 'install', ...wordsFor(request)]);
  const propose = async () => loginLater(plan);
  return signIn({ url, authorization, blockedScopes, client, issuer, propose, command: words }, host, tell);
}

/** Rights that nobody approved wait for a person under a pin, and there is none yet. */
function loginLater({ name, scope }: RemoteInstallPlan): string {
  return `install it without: answer no to the sign-in; then ${loginCommand({ name, scope })}, and what it wants more waits for you`;
}

/** What lets nobody in would be an entry that never works. */
function assertLetIn(
  plan: RemoteInstallPlan,
  request: RemoteInstallRequest,
  { headers: given, signedIn }: { readonly headers: readonly string[]; readonly signedIn: boolean },
): void {
  const { disclosure } = plan;
  const { status, servers } = disclosure.authorization;
  if ((status !== 'oauth' && status !== 'unknown') || disclosure.signedIn) return;
  if (disclosure.findings.some(({ code }) => code === 'authorization-invalid' || code === 'authorization-changed')) return;
  if (signedIn)
    throw new GuardError('sign-in-needed', `${disclosure.name} does not let you in with the sign-in that was made`, {
      why: disclosure.probeAbsence?.detail ?? 'it does not say why',
      hint: loginLater(plan),
    });
  const who =
    servers.length === 0
      ? 'it does not say how to get in'
      : `it wants people to sign in at ${servers.map(({ issuer }) => issuer).join(', ')}`;
  throw new GuardError('sign-in-needed', `${disclosure.name} does not let this client in`, {
    why:
      given.length > 0
        ? `the headers ${given.join(', ')} do not open it; ${who}`
        : status === 'oauth'
          ? `${who}, and that takes a person at a terminal`
          : who,
    hint:
      status === 'oauth' && given.length === 0
        ? `in a terminal of your own: ${shellLine(['pinfold', 'install', ...wordsFor(request)])}`
        : shellLine(['pinfold', 'install', ...wordsFor(request), '--header', 'Authorization=VARIABLE']),
  });
}

/** What was typed, so that a name of the registry is named again. */
function wordsFor({ reference: { url, listedAs }, typed }: Pick<RemoteInstallRequest, 'reference' | 'typed'>): readonly string[] {
  if (listedAs === undefined) return [url];
  return registryWord([typed]) === null ? ['--listed-as', listedAs, url] : [typed];
}

/** The command line that asks for the same, for a hint. Names of headers only. */
function installCommand(request: RemoteInstallRequest): string {
  const { scope, clients, name, headers, inFile, listed, hold } = request;
  return shellLine([
    'pinfold',
    'install',
    ...scopeOption(scope),
    ...(clients === null ? [] : ['--client', clients.join(',')]),
    ...(name === null ? [] : ['--name', name]),
    ...Object.keys(headers).flatMap((header) => ['--header', `${header}=VARIABLE`]),
    ...(inFile ? ['--file'] : []),
    ...(listed ? [] : ['--no-probe']),
    ...(hold ? ['--hold'] : []),
    ...wordsFor(request),
  ]);
}
