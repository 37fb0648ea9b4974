import { type EntryChange, type PlannedChange, type PlannedEdit, planEdits } from '../clients/plan-edit.ts';
import type { FoundEntry } from '../clients/read.ts';
import type { Host } from '../host/host.ts';
import { pinOf } from '../lockfile/lock.ts';
import { pinName, proposeName } from '../lockfile/names.ts';
import { digestValue } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import type { JsonValue } from '../model/json.ts';
import type { LockScope } from '../model/pin.ts';
import type { NpmReference } from '../model/reference.ts';
import type { Installed, InstallPlan } from '../model/results.ts';
import { effectiveMode, sandboxRequired } from '../policy/layers.ts';
import { type LockFile, readLock } from '../store/home.ts';
import { installLauncher } from '../store/launcher.ts';
import { appendLedger } from '../store/ledger.ts';
import { readPolicies } from '../store/policies.ts';
import { isForServer, ownName, type SecretName } from '../store/secret-record.ts';
import type { StagedSecrets } from '../store/secrets.ts';
import { applyChange } from './apply.ts';
import { installCommand } from './command-line.ts';
import { atTerminal, consent, type Person } from './consent.ts';
import { decide } from './decide.ts';
import { disclose } from './disclose.ts';
import { guardedCommand } from './guarded-entry.ts';
import { type ChosenPlace, choosePlaces } from './install-places.ts';
import { keepingSecrets, sortArguments, sortVariables, withoutOlderValues } from './install-secrets.ts';
import type { ProbeChoice } from './look.ts';
import { knownSubjects } from './lookalikes.ts';
import { planPin } from './pin-writes.ts';
import { makePin } from './pinning.ts';
import { planSandbox, type SandboxWish, wantedMasks } from './plan-sandbox.ts';
import { planPreviousUnlessSame } from './previous.ts';
import type { Progress } from './progress.ts';
import { readClients, type UnderstoodEntry } from './read-clients.ts';
import { readReplaced } from './replaced-entries.ts';
import { homeOf } from './scope-home.ts';
import { withTrees } from './with-trees.ts';

export interface InstallRequest {
  readonly reference: NpmReference;
  readonly typed: string;
  readonly probe: ProbeChoice;
  /** Name of pin and entry; null = proposed from the package, or the name of the entry that is replaced. */
  readonly name: string | null;
  /** Client ids; null = every client that is set up here. */
  readonly clients: readonly string[] | null;
  /** Exactly these entries go behind the guard, wherever they are; null = `clients` says where. */
  readonly replaces: readonly ReplacedEntry[] | null;
  readonly scope: LockScope;
  /** The folder whose lock it is, for project scope; null = the project around the working folder. */
  readonly project: string | null;
  /** For the server. Those that are secrets go into the keychain, the others into the clients' files; nothing else gets values. */
  readonly env: Readonly<Record<string, string>>;
  /** Secrets go into a file that only this user may read, though there may be a keychain. */
  readonly inFile: boolean;
  readonly yes: boolean;
  /** Without a probe: forward nothing until its words were reviewed. */
  readonly hold: boolean;
  readonly sandbox: SandboxWish;
  readonly reason: string | null;
  readonly show: (plan: InstallPlan) => void;
}

/** An entry that goes behind the guard, and what is done to it before, in the same transaction. */
export interface ReplacedEntry {
  readonly entry: FoundEntry;
  readonly first: readonly EntryChange[];
}

/**
 * Discloses, asks once, and then pins the server and writes it into the clients, all or nothing: a failure or a no at
 * any point leaves configs, lock and store as they were.
 *
 * @throws GuardError as `disclose`, `consent` and `applyChange` do; `usage` when no client is set up.
 */
export async function install(
  request: InstallRequest,
  host: Host,
  progress: Progress,
  person: Person = atTerminal(host),
): Promise<Installed> {
  wantedMasks(request.sandbox.masks); // an order that makes no sense is told before anything is downloaded
  const home = await homeOf(request.scope, request.project, host);
  const policies = await readPolicies(host, home.project);
  const { lock } = await readLock(home, host);
  const clients = await readClients({ client: null, project: home.project }, host);
  const name = request.name === null ? nameFor(request, Object.keys(lock.pins), clients.entries) : pinName(request.name);
  const taken = pinOf(lock, name);
  if (taken !== null && taken.artifact.name !== request.reference.name) throw nameTaken(name, taken.artifact.name);
  const isSame = ({ package: unit }: UnderstoodEntry['entry']) => unit?.type === 'npm' && unit.name === request.reference.name;
  const wanted = { name, pinned: taken !== null, isSame, scope: request.scope, clients: request.clients };
  const places: readonly ChosenPlace[] =
    request.replaces?.map(({ entry, first }) => ({ target: entry, action: 'replace', envNames: entry.envNames, first })) ??
    (await choosePlaces({ ...wanted, project: home.project }, clients.entries, host));
  const own = { name, scope: request.scope, project: home.project };
  const clientIds = places.map(({ target }) => target.client);
  const { plain, secret: variables } = await sortVariables(request.env, { clients: clientIds, taken, place: own }, host);
  const args = sortArguments(request.reference.serverArgs, host);
  const reference = { ...request.reference, serverArgs: args.shown };
  const plainly = request.replaces === null ? places : []; // what others found waiting is settled as it stands
  const about = { place: own, taken, given: Object.keys(request.env) };
  const replaced = await readReplaced(plainly, clients.entries, about, host);
  const secret = { ...replaced.values, ...variables, ...args.secret };
  const secretNames = (Object.keys(secret) as SecretName[]).filter(isForServer);
  const clientCommand = guardedCommand({ scope: request.scope, name }, host, args.marks);
  const edits = places.flatMap((place): PlannedChange[] => [
    ...(place.first ?? []).map((change) => ({ target: place.target, change })),
    ...withoutOlderValues(place, secret),
    { target: place.target, change: { kind: 'set', launch: launchOf(clientCommand, plain), replace: place.action === 'replace' } },
  ]);
  await planEdits(edits, host); // a file that cannot be edited is told before the download, not after the yes
  const envNames = [...new Set([...Object.keys(request.env), ...places.flatMap(({ envNames: found }) => found)])];
  const known = await knownSubjects(policies.layers, host);
  const disclosed = await disclose(
    { reference, typed: request.typed, probe: request.probe, envNames, known, pinned: taken },
    host,
    progress,
  );
  const decision = decide(disclosed.facts, policies.layers, 'install');
  const wish = { ...request.sandbox, wanted: request.sandbox.wanted || sandboxRequired(policies.layers) };
  const pinned = taken === null || taken.closure === null ? undefined : taken.sandbox;
  const sandbox = await planSandbox(wish, disclosed.facts, pinned, host);
  const disclosure = { ...disclosed.facts, decision };
  const unseen = request.hold ? 'held' : 'first-use';
  const plan: InstallPlan = {
    disclosure,
    name,
    scope: request.scope,
    places: places.map(({ target, action }) => ({ client: target.client, file: target.file, name: target.name, action })),
    clientCommand,
    words: disclosed.probeResult !== null ? 'probe' : unseen,
    was: taken?.artifact.version ?? null,
    secrets: secretNames.map(ownName).sort(),
    replaced: replaced.told,
    ...(sandbox === null ? {} : { sandbox }),
  };
  const card = digestValue(plan as unknown as JsonValue);
  const approval = await consent(
    {
      server: `${request.scope}:${name}`,
      decision,
      card,
      question: { text: `install \`${name}\`?`, typed: null },
      yes: request.yes,
      command: installCommand({ ...request, reference }),
      reason: request.reason,
      show: () => request.show(plan),
    },
    host,
    person,
  );
  progress('laying out the approved bytes');
  const { pin, readable } = makePin(
    disclosed,
    { approval, mode: effectiveMode(policies.layers, null), unseen, args: args.words, sandbox: sandbox?.profile },
    host,
  );
  const { closure } = disclosed.facts;
  const kept = await withTrees(
    [{ closure, files: disclosed.files }],
    async ([tree]) => {
      if (tree === undefined) throw new TypeError('a tree for the closure');
      await installLauncher(host);
      const commit = (staged: StagedSecrets | null) => {
        const writes = async (lockFile: LockFile, planned: readonly PlannedEdit[]) => [
          ...(await planPreviousUnlessSame(home, lockFile, name, closure, host)),
          ...(await planPin({ home, lockFile, name, pin, readable, closure, tree, policies, keeping: secretNames }, host)),
          ...(staged === null ? [] : [await staged.plan()]),
          ...(await replaced.plan(planned, secretNames)),
        ];
        return applyChange({ home, writes, edits }, host);
      };
      return keepingSecrets(pin, { place: own, secret, inFile: request.inFile }, commit, host);
    },
    host,
  );
  await appendLedger(
    {
      event: 'installed',
      server: `${request.scope}:${name}`,
      detail: { subject: pin.artifact.subject, version: pin.artifact.version, by: approval.by },
    },
    host,
  );
  return { plan, status: pin.status, card, kept };
}

function nameFor(
  request: InstallRequest,
  pinned: readonly string[],
  entries: readonly { readonly entry: { readonly name: string } }[],
): string {
  const proposed = proposeName(request.reference.name, new Set());
  if (pinned.includes(proposed) || entries.some(({ entry }) => entry.name === proposed)) return proposed;
  return proposeName(request.reference.name, new Set(pinned));
}

function launchOf([command, ...args]: readonly [string, ...string[]], env: Readonly<Record<string, string>>) {
  return { command, args, ...(Object.keys(env).length === 0 ? {} : { env }) };
}

function nameTaken(name: string, other: string): GuardError {
  return new GuardError('name-taken', `\`${name}\` is the name of another server`, {
    why: `${other} is pinned under it`,
    hint: `give this one another name: --name ${name}-2`,
  });
}
