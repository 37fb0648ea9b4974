import { resolve } from 'node:path';
import type { Host } from '../host/host.ts';
import { digestValue } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import type { JsonValue } from '../model/json.ts';
import { isWithin } from '../model/path-style.ts';
import { type LockScope, pinnedBuilder, type TreePin } from '../model/pin.ts';
import type { SandboxChange, ShownSandbox } from '../model/results.ts';
import {
  delicateAnywhere,
  isSandboxHost,
  isSandboxPort,
  type PinnedSandbox,
  profilePath,
  sandboxContradiction,
  sortedSandbox,
} from '../model/sandbox-profile.ts';
import { shellLine } from '../model/shell-line.ts';
import { evaluate } from '../policy/evaluate.ts';
import { gapOf, serverSandboxState } from '../sandbox/state.ts';
import { readClosure, readManifest } from '../store/home.ts';
import { appendLedger } from '../store/ledger.ts';
import { readPolicies } from '../store/policies.ts';
import { readTicket } from '../store/ticket.ts';
import { applyChange } from './apply.ts';
import { scopeOption, trustCommand } from './command-line.ts';
import { consent } from './consent.ts';
import { planSameWords } from './pin-writes.ts';
import { findPin, homeOf } from './scope-home.ts';

/** One thing more that a server may do. */
export interface Allowance {
  readonly kind: 'net' | 'read' | 'write' | 'listen';
  /** A host, a path as somebody types it, or a port. */
  readonly target: string;
}

export interface AllowRequest {
  readonly name: string;
  readonly scope: LockScope;
  readonly allow: Allowance;
  readonly reason: string | null;
  readonly show: (change: SandboxChange) => void;
}

/**
 * Shows what a server's sandbox would let it do besides, asks a person, and pins it. Counts from the next start. No policy
 * approves it: what asks for it is a running server.
 *
 * @throws GuardError `usage` for what is no host or path, `pin-not-found`, and as `consent`.
 */
export async function allowInSandbox(request: AllowRequest, host: Host): Promise<SandboxChange> {
  const { name, scope, allow } = request;
  const home = await homeOf(scope, null, host);
  const { pin, lockFile } = await findPin(home, name, host);
  if (pin.closure === null || pin.sandbox === undefined) throw notContained(name, scope);
  const before = pin.sandbox;
  const after = withAllowance(before, allow, host);
  const policies = await readPolicies(host, home.project);
  const { subject, name: label, version } = pin.artifact;
  const policy = evaluate(policies.layers, {
    subject,
    name: label,
    version,
    builder: pinnedBuilder(pin),
    findings: [],
    gain: 'red',
    action: 'approve',
  });
  const decision = { ...policy, verdict: policy.verdict === 'block' ? 'block' : 'review', autoApproved: false } as const;
  const change: SandboxChange = { name, scope, before, after, decision };
  if (JSON.stringify(before) === JSON.stringify(after)) return change;
  const ticket = await readTicket(name, scope, home.project, host);
  if (ticket === null || ticket.tree === null)
    throw new GuardError('ticket-invalid', `\`${name}\` is pinned, but not laid out on this machine`, { hint: trustCommand(scope) });
  const { tree } = ticket;
  const approval = await consent(
    {
      server: `${scope}:${name}`,
      decision,
      card: digestValue(change as unknown as JsonValue),
      question: { text: `allow \`${name}\` this?`, typed: isDelicate(before, after) ? name : null },
      yes: false,
      command: shellLine(['pinfold', 'sandbox', 'allow', ...scopeOption(scope), name, allow.kind, allow.target]),
      reason: request.reason,
      show: () => request.show(change),
    },
    host,
  );
  const closure = await readClosure(home, lockFile.lock, name, host);
  const readable = await readManifest(home, lockFile.lock, name, host);
  const next: TreePin = { ...pin, sandbox: after, approval };
  await applyChange(
    {
      home,
      writes: (now) => planSameWords({ home, lockFile: now, name, pin: next, tree, readable, closure, policies }, pin, host),
      edits: [],
    },
    host,
  );
  await appendLedger(
    {
      event: 'approved',
      server: `${scope}:${name}`,
      detail: { items: 1, by: approval.by, sandbox: allow.kind, target: allow.target.slice(0, 300) },
    },
    host,
  );
  return change;
}

/** What the sandbox of a pin is. @throws GuardError `pin-not-found`. */
export async function showSandbox(name: string, scope: LockScope, host: Host): Promise<ShownSandbox> {
  const { pin } = await findPin(await homeOf(scope, null, host), name, host);
  const state = await serverSandboxState(host);
  const profile = pin.closure === null ? null : (pin.sandbox ?? null);
  const missing = state.available ? { unavailable: null, hint: null } : { unavailable: state.why, hint: state.hint };
  return { name, scope, profile, ...missing, gap: gapOf(state) };
}

function withAllowance(before: PinnedSandbox, { kind, target }: Allowance, host: Host): PinnedSandbox {
  const after = changed();
  const wrong = sandboxContradiction(after);
  if (wrong !== null) throw new GuardError('usage', 'that would undo a mask', { why: wrong, hint: 'name the host with its port' });
  return after;

  function changed(): PinnedSandbox {
    if (kind === 'net') return withHost(before, target);
    return kind === 'listen' ? withPort(before, target) : withPath(before, kind, target, host);
  }
}

function withPort(before: PinnedSandbox, target: string): PinnedSandbox {
  const port = /^\d{1,5}$/.test(target) ? Number(target) : null;
  if (!isSandboxPort(port))
    throw new GuardError('usage', `\`${target}\` is no port`, { why: 'a port is a number from 1 to 65535', hint: 'for example: 8080' });
  const ports = before.listen ?? [];
  return ports.includes(port) ? before : sortedSandbox({ ...before, listen: [...ports, port] });
}

function withHost(before: PinnedSandbox, target: string): PinnedSandbox {
  const wanted = target.toLowerCase();
  if (!isSandboxHost(wanted)) {
    throw new GuardError('usage', `\`${target}\` is no host`, {
      why: 'a host is a name or an address, without a scheme and a path',
      hint: 'for example: api.example.com, *.example.com, 127.0.0.1:8080',
    });
  }
  return before.hosts.includes(wanted) ? before : sortedSandbox({ ...before, hosts: [...before.hosts, wanted] });
}

function withPath(before: PinnedSandbox, kind: 'read' | 'write', target: string, host: Host): PinnedSandbox {
  const absolute = resolve(host.places.cwd, target.replace(/^~(?=\/|$)/, host.places.home));
  const path = profilePath(absolute, host.places.home);
  if (path === null)
    throw new GuardError('usage', `\`${target}\` cannot be opened`, {
      why: `not the root, and no path with * ? [ ] { }${host.machine.platform === 'win32' ? '; on Windows only what lies in the home' : ''}`,
      hint: 'name a folder, for example: ~/notes',
    });
  const { config, data, managed } = host.places;
  if ([config, data, managed].some((own) => isWithin(absolute, own))) {
    throw new GuardError('usage', `\`${target}\` cannot be opened`, {
      why: 'who can change what pinfold keeps there approves for everybody',
      hint: 'name another folder, for example: ~/notes',
    });
  }
  return before[kind].includes(path) ? before : sortedSandbox({ ...before, [kind]: [...before[kind], path] });
}

/** Keys, logins, and what runs by itself: opened only by somebody who types the name. */
function isDelicate(before: PinnedSandbox, after: PinnedSandbox): boolean {
  const opened = [
    ...after.read.filter((path) => !before.read.includes(path)),
    ...after.write.filter((path) => !before.write.includes(path)),
  ];
  const within = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
  return opened.some((path) => path === '{{home}}' || delicateAnywhere.some((one) => within(path, `{{home}}/${one}`)));
}

function notContained(name: string, scope: LockScope): GuardError {
  return new GuardError('usage', `\`${name}\` has no sandbox`, {
    why: 'it runs with your rights, and nothing has to be allowed',
    hint: shellLine(['pinfold', 'sandbox', 'show', ...scopeOption(scope), name]),
  });
}
