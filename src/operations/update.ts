import { diffServers } from '../analysis/diff/server.ts';
import type { Updated, UpdatePlan } from '../analysis/diff/update.ts';
import type { Host } from '../host/host.ts';
import { artifactLabel } from '../model/artifact.ts';
import { digestValue } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import type { JsonValue } from '../model/json.ts';
import { type CommandPin, isRemotePin, type LockScope, type RemotePin } from '../model/pin.ts';
import { weighed } from '../policy/evaluate.ts';
import { type LockFile, readManifest } from '../store/home.ts';
import { appendLedger } from '../store/ledger.ts';
import { readPolicies } from '../store/policies.ts';
import { applyChange } from './apply.ts';
import { updateCommand } from './command-line.ts';
import { consent } from './consent.ts';
import { decide } from './decide.ts';
import { disclose } from './disclose.ts';
import type { ProbeChoice } from './look.ts';
import { knownSubjects } from './lookalikes.ts';
import { planPin } from './pin-writes.ts';
import { makePin } from './pinning.ts';
import { planPrevious, rollback } from './previous.ts';
import type { Progress } from './progress.ts';
import { findPin, homeOf } from './scope-home.ts';
import { pinnedSide, sideOf } from './sides.ts';
import { updateTarget, wantedVersion } from './update-target.ts';
import { withTrees } from './with-trees.ts';

export interface UpdateRequest {
  /** `name`, `name@version`, `name@range`, or a name of the MCP registry: `io.github.owner/server[@version]`. */
  readonly target: string;
  readonly scope: LockScope;
  readonly probe: ProbeChoice;
  readonly rollback: boolean;
  readonly yes: boolean;
  readonly reason: string | null;
  readonly show: (plan: UpdatePlan) => void;
}

/**
 * Re-pins a server at another version after showing what it gains and asking. The pinned version keeps serving until
 * then, and is kept for `--rollback`.
 *
 * @throws GuardError `pin-not-found`, and as `disclose`, `consent` and `applyChange`.
 */
export async function update(request: UpdateRequest, host: Host, progress: Progress): Promise<Updated> {
  const home = await homeOf(request.scope, null, host);
  const target = await updateTarget(request.target, home, host);
  const { name } = target;
  if (request.rollback) return rollback(name, home, host);
  const policies = await readPolicies(host, home.project);
  const { pin: pinned, lockFile } = await findPin(home, name, host);
  if (isRemotePin(pinned)) throw noVersions(name, pinned);
  if (pinned.closure === null) throw nothingToUpdate(name, pinned);
  const reference = await wantedVersion(pinned, target, host);
  const disclosed = await disclose(
    {
      reference,
      typed: request.target,
      probe: request.probe,
      envNames: pinned.launch.envNames,
      known: await knownSubjects(policies.layers, host),
      pinned,
    },
    host,
    progress,
  );
  const from = `${pinned.artifact.name}@${pinned.artifact.version}`;
  const to = `${disclosed.facts.artifact.name}@${disclosed.facts.artifact.version}`;
  if (disclosed.facts.closure.digest === pinned.closure.digest) return { name, outcome: 'up-to-date', from, to, diff: null };
  const before = await pinnedSide(pinned, await readManifest(home, lockFile.lock, name, host), host, progress);
  const diff = diffServers(before, sideOf(disclosed));
  const decision = decide(disclosed.facts, policies.layers, 'update', diff.gain);
  const plan: UpdatePlan = { name, diff, findings: disclosed.facts.findings, decision };
  const approval = await consent(
    {
      server: `${request.scope}:${name}`,
      decision,
      card: digestValue({ ...disclosed.facts, decision } as unknown as JsonValue),
      question: { text: `pin ${to} as \`${name}\`?`, typed: weighed(disclosed.facts.findings, diff.gain) === 'red' ? name : null },
      yes: request.yes,
      command: updateCommand(request),
      reason: request.reason,
      show: () => request.show(plan),
    },
    host,
  );
  progress('laying out the approved bytes');
  const { closure } = disclosed.facts;
  const kept = { mode: pinned.mode, args: pinned.launch.args, sandbox: pinned.sandbox };
  const { pin, readable } = makePin(disclosed, { approval, unseen: 'first-use', ...kept }, host);
  await withTrees(
    [{ closure, files: disclosed.files }],
    async ([tree]) => {
      if (tree === undefined) throw new TypeError('a tree for the closure');
      const writes = async (now: LockFile) => [
        ...(await planPrevious(home, now, name, host)),
        ...(await planPin({ home, lockFile: now, name, pin, readable, closure, tree, policies }, host)),
      ];
      await applyChange({ home, writes, edits: [] }, host);
    },
    host,
  );
  await appendLedger(
    { event: 'updated', server: `${request.scope}:${name}`, detail: { from, to, gain: diff.gain, by: approval.by } },
    host,
  );
  return { name, outcome: 'updated', from, to, diff };
}

function nothingToUpdate(name: string, { unpinned, artifact }: CommandPin): GuardError {
  return new GuardError('reference-not-understood', `\`${name}\` has no bytes that could be updated`, {
    why: `its command line is pinned, the bytes are not (${unpinned}): ${artifactLabel(artifact)}`,
    hint: `change the command in its client, then adopt it again: pinfold release ${name}`,
  });
}

function noVersions(name: string, { launch }: RemotePin): GuardError {
  return new GuardError('reference-not-understood', `\`${name}\` is a remote server, which has no versions`, {
    why: `the gate compares what ${launch.url} says at every start`,
    hint: `pinfold approve ${name}`,
  });
}
