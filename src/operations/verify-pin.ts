import { continuity } from '../checks/continuity.ts';
import type { Host } from '../host/host.ts';
import { pinDigest } from '../lockfile/pin-digest.ts';
import type { Closure } from '../model/artifact.ts';
import { artifactLabel } from '../model/artifact.ts';
import { reasonOf } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import type { Evidence } from '../model/outcome.ts';
import { type CommandPin, isRemotePin, type Pin, pinnedRegistryNames, type TreePin } from '../model/pin.ts';
import type { SealedPlace } from '../model/ticket.ts';
import type { VerifiedServer } from '../model/verified.ts';
import { type Home, type LockFile, readClosure } from '../store/home.ts';
import { readTicket } from '../store/ticket.ts';
import { checkTree } from '../store/tree-check.ts';
import { ownManifest } from './own-manifest.ts';
import { pinnedVersion } from './release-facts.ts';
import { vouchForRemotePin } from './verify-remote.ts';
import { type PinnedVouched, vouchForPinned } from './vouch/vouch-pinned.ts';

export interface PinToVerify {
  readonly home: Home;
  readonly lockFile: LockFile;
  readonly name: string;
  readonly pin: Pin;
  /** What the signatures of the lock come to; empty for a lock of the user, which nobody signs. */
  readonly signature: readonly Evidence[];
}

/**
 * Everything that an approval rests on, compared again: the lock with what was approved on this machine, every byte of the
 * tree, the closure, what the registry serves now, and whoever stands behind it. Changes nothing.
 */
export async function verifyPin(one: PinToVerify, host: Host): Promise<VerifiedServer> {
  const { home, name, pin } = one;
  const labelled = { label: artifactLabel(pin.artifact), pin: `${home.scope}:${name}` };
  const approval = await approvalEvidence(one, host);
  if (pin.closure === null) {
    const { evidence, findings } = isRemotePin(pin) ? await vouchForRemotePin(pin, host) : withoutBytes(pin);
    return { ...labelled, evidence: [...one.signature, approval, ...evidence], findings };
  }
  const [tree, closure] = [await treeOf(one, host), await closureOf(one, host)];
  const asked = await vouchForPinned(
    {
      artifact: pin.artifact,
      closure: closure.closure,
      ownFiles: tree.sound === null ? null : await ownManifest(tree.sound, pin.artifact, host),
      approvedAs: pinnedRegistryNames(pin),
    },
    host,
  );
  const findings = [...continuityFindings(pin, asked), ...asked.vouched.findings];
  const { evidence: vouched } = asked.vouched;
  return {
    ...labelled,
    evidence: [
      ...one.signature,
      approval,
      tree.evidence,
      closure.evidence,
      artifactEvidence(pin, asked),
      ...vouched,
      continuityEvidence(pin, asked, findings),
    ],
    findings,
  };
}

/** Whether the pin is the one that was approved here; a lock that somebody edited is not. */
async function approvalEvidence({ home, name, pin }: PinToVerify, host: Host): Promise<Evidence> {
  const source = 'approval';
  try {
    const ticket = await readTicket(name, home.scope, home.project, host);
    if (ticket === null) return { source, outcome: 'absent', detail: 'the pin was not approved on this machine' };
    const by = `${pin.approval.by === 'person' ? pin.approval.who : 'policy'}, ${pin.approval.at.slice(0, 10)}`;
    return ticket.pinDigest === pinDigest(pin)
      ? { source, outcome: 'verified', detail: `the pin is the one that was approved here (${by})` }
      : { source, outcome: 'invalid', detail: 'the pin in the lock is not the one that was approved here' };
  } catch (cause) {
    return { source, outcome: 'invalid', detail: reasonOf(cause) };
  }
}

/** Every byte on disk is hashed, whatever its times say. `sound` = the tree, where all of them are the approved ones. */
async function treeOf({ home, name }: PinToVerify, host: Host): Promise<{ evidence: Evidence; sound: SealedPlace | null }> {
  const source = 'tree';
  const without = (outcome: 'absent' | 'invalid', detail: string) => ({ evidence: { source, outcome, detail }, sound: null });
  const ticket = await readTicket(name, home.scope, home.project, host).catch(() => null);
  if (ticket === null || ticket.tree === null) return without('absent', 'its files are not laid out on this machine');
  const { state, differences } = await checkTree(ticket.tree, 'full', host);
  if (state === 'missing') return without('absent', 'its files are gone from this machine');
  if (state !== 'sound') return without('invalid', differences.slice(0, 3).join('; '));
  return { evidence: { source, outcome: 'verified', detail: 'every file on disk has the approved hash' }, sound: ticket.tree };
}

async function closureOf({ home, lockFile, name }: PinToVerify, host: Host): Promise<{ evidence: Evidence; closure: Closure | null }> {
  const source = 'closure';
  try {
    const closure = await readClosure(home, lockFile.lock, name, host);
    if (closure === null) return { evidence: { source, outcome: 'absent', detail: 'the list of its packages is gone' }, closure };
    const weak = closure.packages.filter(({ integrity, bundledIn }) => bundledIn === null && !integrity?.startsWith('sha512-')).length;
    const weakly = weak === 0 ? '' : `, ${weak} of them by a weak one`;
    const detail = `${closure.packages.length} packages, each pinned by its hash${weakly}; the list has the approved digest`;
    return { evidence: { source, outcome: 'verified', detail }, closure };
  } catch (cause) {
    return { evidence: { source, outcome: 'invalid', detail: reasonOf(cause) }, closure: null };
  }
}

function artifactEvidence({ artifact }: TreePin, { served, unavailable }: PinnedVouched): Evidence {
  const source = 'artifact';
  if (unavailable !== null) return { source, outcome: 'unavailable', detail: unavailable };
  if (served === null) return { source, outcome: 'unavailable', detail: 'the registry serves no hash for it' };
  // Hashes of two kinds cannot be compared: neither says anything about the other.
  if (served.split('-')[0] !== artifact.integrity.split('-')[0])
    return { source, outcome: 'unavailable', detail: 'the registry serves another kind of hash than the approved one' };
  return served === artifact.integrity
    ? { source, outcome: 'verified', detail: 'the registry still serves the approved hash' }
    : { source, outcome: 'invalid', detail: `approved is ${artifact.integrity}, the registry serves ${served}` };
}

/** The pin held to itself: what was known of it at approval, and what came before it. */
function continuityFindings(pin: TreePin, { vouched, history, served }: PinnedVouched): readonly Finding[] {
  const artifact = { ...pin.artifact, integrity: served ?? pin.artifact.integrity };
  const { evidence, builder } = vouched;
  const known = { history: history ?? undefined, pinned: pinnedVersion(pin, artifact) };
  return continuity.run({ artifact, evidence, builder, ...known });
}

function continuityEvidence({ release }: TreePin, { history, vouched }: PinnedVouched, findings: readonly Finding[]): Evidence {
  const source = 'continuity';
  const broken = findings.filter(({ code, severity }) => continuity.codes.includes(code) && severity !== 'info' && severity !== 'warn');
  if (broken.length > 0) return { source, outcome: 'invalid', detail: broken.map(({ code }) => code).join(', ') };
  const isKnown = history?.releases.some(({ trust }) => trust !== null) ?? false;
  if (!isKnown && (vouched.builder === null || (release?.builder ?? null) === null))
    return { source, outcome: 'unavailable', detail: 'nothing says who published or built it, then or now' };
  return { source, outcome: 'verified', detail: 'built and published as when it was approved, and as the versions before it' };
}

function withoutBytes({ unpinned }: CommandPin): { readonly evidence: readonly Evidence[]; readonly findings: readonly Finding[] } {
  return { evidence: [{ source: 'tree', outcome: 'absent', detail: `its bytes are not pinned (${unpinned})` }], findings: [] };
}
