import type { Host } from '../host/host.ts';
import { pinDigest } from '../lockfile/pin-digest.ts';
import type { AdvisoryHit } from '../model/advisory.ts';
import { artifactLabel } from '../model/artifact.ts';
import { fillWords, isOpen, keptMark, markedWord } from '../model/filled.ts';
import { type Finding, finding } from '../model/finding.ts';
import { isRemotePin, type Pin, type PinnedWord, pinnedBuilder, pinnedSandbox } from '../model/pin.ts';
import type { AuditedServer } from '../model/results.ts';
import { shellLine } from '../model/shell-line.ts';
import { evaluate } from '../policy/evaluate.ts';
import type { Home } from '../store/home.ts';
import { type PendingRecord, readPending } from '../store/pending.ts';
import type { Policies } from '../store/policies.ts';
import { readTicket } from '../store/ticket.ts';
import { checkTree } from '../store/tree-check.ts';
import { hitFindings } from './advisories/findings.ts';
import { scopedCommand, scopeOption, trustCommand } from './command-line.ts';
import { guardedCommand } from './guarded-entry.ts';
import type { UnderstoodEntry } from './read-clients.ts';
import { pendingDrift, remoteFinding } from './remote-drift.ts';
import { secretFindings } from './secret-findings.ts';
import { referenceOf } from './sides.ts';

export interface AuditPinInput {
  readonly home: Home;
  readonly name: string;
  readonly pin: Pin;
  readonly entries: readonly UnderstoodEntry[];
  readonly policies: Policies;
  /** What advisories and feeds say of it. */
  readonly hits: readonly AdvisoryHit[];
  /** What else its registry says of it. */
  readonly told: readonly Finding[];
}

/** One pin against the entries that use it, the bytes on disk, what was withheld, and policy. */
export async function auditPin(input: AuditPinInput, host: Host): Promise<AuditedServer> {
  const { home, name, pin, entries, policies } = input;
  const bytes = await bytesFindings(input, host);
  const findings: Finding[] = [
    ...entries.flatMap((entry) => entryFindings(entry, input, host)),
    ...(await Promise.all(entries.map((entry) => secretFindings(entry, pin, host)))).flat(),
    ...bytes,
    ...(await wordFindings(input, host)),
    ...hitFindings(input.hits),
    ...input.told,
  ];
  if (entries.length === 0) findings.push(finding('pin-unused', name));
  if (pin.status === 'grandfathered') findings.push(finding('pin-grandfathered', name));
  if (pin.status === 'first-use') findings.push(finding('pin-first-use', name));
  const { subject, version } = pin.artifact;
  const decision = evaluate(policies.layers, {
    subject,
    name: pin.artifact.name,
    version,
    builder: pinnedBuilder(pin),
    findings,
    gain: 'none',
    action: 'audit',
  });
  if (decision.verdict === 'block' && !findings.some(({ severity }) => severity === 'block')) {
    findings.push(finding('policy-denied', name, { reason: decision.reasons[0] ?? '' }));
  }
  return {
    name,
    places: entries.map(({ entry: { client, scope, file, name: entryName } }) => ({ client, scope, file, name: entryName })),
    subject: artifactLabel(pin.artifact),
    pin: `${home.scope}:${name}`,
    sandbox: pinnedSandbox(pin),
    findings,
    decision,
    remedy: remedyOf(findings, input, host),
  };
}

/** A pin's entry must start exactly the guard, and carry no more variables than were approved. */
function entryFindings(one: UnderstoodEntry, { home, name, pin }: AuditPinInput, host: Host): readonly Finding[] {
  const { entry } = one;
  const subject = `${entry.client}: ${entry.name}`;
  const approved = guardedCommand({ scope: home.scope, name }, host);
  const handsOn = one.pin?.values.length ?? 0;
  const actual = [entry.command ?? '', ...entry.args.slice(0, handsOn === 0 ? undefined : -handsOn)];
  const added = entry.envNames.filter((variable) => !pin.launch.envNames.includes(variable));
  const { command, args } = pin.launch.runtime === 'command' ? pin.launch : { command: '', args: pin.launch.args };
  // As they are written: what the client fills in later has the same text around it.
  const fits = one.pin !== null && !('why' in fillWords([command, ...args], one.pin.values, { home: host.places.home }));
  const same = fits && one.pin?.scope === home.scope && one.pin.name === name;
  if (!same) return [finding('entry-drifted', subject, { command: actual.join(' '), approved: approved.join(' ') })];
  if (added.length > 0)
    return [finding('entry-drifted', subject, { command: `with the variables ${added.join(', ')}`, approved: 'without them' })];
  return [];
}

async function bytesFindings({ home, name, pin }: AuditPinInput, host: Host): Promise<readonly Finding[]> {
  const ticket = await readTicket(name, home.scope, home.project, host).catch(() => null);
  const approved = ticket !== null && ticket.pinDigest === pinDigest(pin);
  if (pin.closure === null) {
    const unpinned = isRemotePin(pin) ? remoteFinding(name, pin) : finding('pin-bytes-not-pinned', name, { reason: pin.unpinned });
    return approved ? [unpinned] : [unpinned, finding('ticket-missing', name)];
  }
  if (!approved || ticket.tree === null) return [finding('tree-missing', name)];
  const { state, differences } = await checkTree(ticket.tree, 'full', host);
  if (state === 'sound') return [];
  return [state === 'missing' ? finding('tree-missing', name) : finding('tree-changed', name, { differences: differences.slice(0, 5) })];
}

async function wordFindings({ home, name, pin }: AuditPinInput, host: Host): Promise<readonly Finding[]> {
  const { items, leftOut } = await readPending({ name, scope: home.scope, project: home.project }, host);
  if (items.length === 0) return [];
  if (isRemotePin(pin)) return pendingDrift(name, items, leftOut);
  // The hard case (DESIGN T3): the bytes are the approved ones, so nobody published what they say now.
  const changed = pin.closure === null ? [] : items.filter(({ pinned }) => pinned !== null);
  const others = items.filter((item) => !changed.includes(item));
  return [
    ...(changed.length === 0 ? [] : [finding('words-changed', name, { items: shownItems(changed, 0) })]),
    ...(others.length + leftOut === 0 ? [] : [finding('words-withheld', name, { items: shownItems(others, leftOut) })]),
  ];
}

function shownItems(items: readonly PendingRecord[], leftOut: number): readonly string[] {
  const shown = items.slice(0, 5).map(({ kind, name }) => (name === '' ? kind : `${kind}/${name}`));
  const more = items.length + leftOut - shown.length;
  return more > 0 ? [...shown, `and ${more} more`] : shown;
}

function remedyOf(findings: readonly Finding[], input: AuditPinInput, host: Host): string | null {
  const { home, name } = input;
  const has = (code: Finding['code']) => findings.some((found) => found.code === code);
  if (has('entry-drifted')) return installAgain(input, host);
  if (has('tree-changed') || has('tree-missing') || has('ticket-missing')) return trustCommand(home.scope);
  if (has('words-changed') || has('words-withheld') || has('remote-words-changed') || has('remote-words-added'))
    return scopedCommand('approve', home.scope, name);
  if (has('advisory-malicious') || has('revoked')) return scopedCommand(input.pin.closure === null ? 'remove' : 'update', home.scope, name);
  if (has('entry-secret')) return shellLine(['pinfold', 'secrets', 'move', ...(name.startsWith('-') ? ['--'] : []), name]);
  if (has('pin-unused')) return scopedCommand('remove', home.scope, name);
  return null;
}

/** Installs exactly what is pinned again, into the clients that have it. */
function installAgain({ home, name, pin, entries }: AuditPinInput, host: Host): string {
  // What the entry was is in its adoption record, and only there.
  if (isRemotePin(pin)) return shellLine(['pinfold', 'install', ...scopeOption(home.scope), '--name', name, pin.launch.url]);
  if (pin.closure === null || (pin.status === 'grandfathered' && pin.launch.args.some(isOpen)))
    return shellLine(['pinfold', 'release', ...scopeOption(home.scope), name]);
  const clients = [...new Set(entries.map(({ entry }) => entry.client))].join(',');
  // What was installed with secret arguments is not taken out by `release`: somebody gives them again.
  const marked = (word: PinnedWord) => markedWord(word, { home: host.places.home }).replaceAll(keptMark, '<value>');
  const serverArgs = referenceOf(pin, host).serverArgs.map((arg, at) => {
    const word = pin.launch.args[at] ?? '';
    return isOpen(word) ? marked(word) : arg;
  });
  return shellLine([
    'pinfold',
    'install',
    ...scopeOption(home.scope),
    ...(clients === '' ? [] : ['--client', clients]),
    '--name',
    name,
    '--bin',
    pin.launch.bin,
    `${pin.artifact.name}@${pin.artifact.version}`,
    ...(serverArgs.length === 0 ? [] : ['--', ...serverArgs]),
  ]);
}
