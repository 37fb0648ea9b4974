/** How a command ends. DESIGN §5.4; sysexits(3) for `run`. */
export const exit = {
  clean: 0,
  findings: 1,
  usage: 2,
  incomplete: 3,
  nothingToAudit: 4,
  integrity: 65,
  evidenceUnavailable: 69,
  bug: 70,
  approvalNeeded: 75,
  denied: 77,
  badConfiguration: 78,
  notFound: 127,
} as const;

/**
 * Every way in which an operation can stop, with the exit code under `run` and under every other command.
 * Codes are permanent: they are printed, searched for, and written to the ledger.
 */
export const errorCodes = {
  usage: { run: exit.usage, other: exit.usage },
  'reference-not-understood': { run: exit.usage, other: exit.usage },
  'bin-ambiguous': { run: exit.usage, other: exit.usage },
  'bin-missing': { run: exit.incomplete, other: exit.incomplete },
  'package-not-found': { run: exit.notFound, other: exit.incomplete },
  'version-not-found': { run: exit.notFound, other: exit.incomplete },
  'registry-unreachable': { run: exit.incomplete, other: exit.incomplete },
  'registry-answer-invalid': { run: exit.incomplete, other: exit.incomplete },
  'server-unreachable': { run: exit.incomplete, other: exit.incomplete },
  'address-refused': { run: exit.denied, other: exit.findings },
  'sign-in-needed': { run: exit.approvalNeeded, other: exit.incomplete },
  'sign-in-failed': { run: exit.denied, other: exit.findings },
  'authorization-changed': { run: exit.denied, other: exit.findings },
  offline: { run: exit.incomplete, other: exit.incomplete },
  'integrity-mismatch': { run: exit.integrity, other: exit.findings },
  'archive-hostile': { run: exit.integrity, other: exit.findings },
  'closure-unpinnable': { run: exit.integrity, other: exit.findings },
  'platform-unsupported': { run: exit.incomplete, other: exit.incomplete },
  'tree-changed': { run: exit.integrity, other: exit.findings },
  'tree-missing': { run: exit.integrity, other: exit.incomplete },
  'ticket-invalid': { run: exit.integrity, other: exit.incomplete },
  'policy-denied': { run: exit.denied, other: exit.findings },
  'pin-blocked': { run: exit.denied, other: exit.findings },
  revoked: { run: exit.denied, other: exit.findings },
  'advisories-damaged': { run: exit.badConfiguration, other: exit.incomplete },
  'feed-invalid': { run: exit.incomplete, other: exit.findings },
  'approval-needed': { run: exit.approvalNeeded, other: exit.approvalNeeded },
  'approval-refused': { run: exit.approvalNeeded, other: exit.findings },
  'lock-untrusted': { run: exit.approvalNeeded, other: exit.approvalNeeded },
  'lock-invalid': { run: exit.badConfiguration, other: exit.incomplete },
  'lock-too-new': { run: exit.badConfiguration, other: exit.incomplete },
  'policy-invalid': { run: exit.badConfiguration, other: exit.incomplete },
  'pin-not-found': { run: exit.notFound, other: exit.incomplete },
  'config-invalid': { run: exit.badConfiguration, other: exit.incomplete },
  'config-unwritable': { run: exit.badConfiguration, other: exit.incomplete },
  'config-changed': { run: exit.badConfiguration, other: exit.incomplete },
  'entry-not-found': { run: exit.notFound, other: exit.incomplete },
  'client-not-found': { run: exit.usage, other: exit.usage },
  'name-taken': { run: exit.usage, other: exit.usage },
  'sandbox-unavailable': { run: exit.evidenceUnavailable, other: exit.incomplete },
  'listing-invalid': { run: exit.evidenceUnavailable, other: exit.findings },
  'probe-failed': { run: exit.evidenceUnavailable, other: exit.incomplete },
  'command-not-found': { run: exit.notFound, other: exit.incomplete },
  'file-not-found': { run: exit.incomplete, other: exit.incomplete },
  'file-unreadable': { run: exit.incomplete, other: exit.incomplete },
  'file-unwritable': { run: exit.incomplete, other: exit.incomplete },
  'file-too-large': { run: exit.incomplete, other: exit.incomplete },
  'secret-missing': { run: exit.badConfiguration, other: exit.incomplete },
  'keychain-failed': { run: exit.evidenceUnavailable, other: exit.incomplete },
  'json-invalid': { run: exit.badConfiguration, other: exit.incomplete },
  'manifest-invalid': { run: exit.badConfiguration, other: exit.incomplete },
  'manifest-too-new': { run: exit.badConfiguration, other: exit.incomplete },
  'signing-unavailable': { run: exit.incomplete, other: exit.incomplete },
  'key-invalid': { run: exit.badConfiguration, other: exit.incomplete },
  'key-locked': { run: exit.badConfiguration, other: exit.incomplete },
  busy: { run: exit.incomplete, other: exit.incomplete },
  interrupted: { run: 130, other: 130 },
} as const satisfies Record<string, { run: number; other: number }>;

export type ErrorCode = keyof typeof errorCodes;

export interface GuardErrorDetails {
  /** The one line why; lower case, no full stop. Remote text in it is rendered through `printable()`. */
  readonly why?: string;
  /** A command that works when pasted, or a sentence that says what to do. */
  readonly hint?: string;
  readonly cause?: unknown;
}

const mark = Symbol.for('pinfold.GuardError');

/**
 * An operational failure that stops the command. Anything thrown that is not a GuardError is a bug (exit 70).
 * `message` is the one line what, lower case and without a full stop.
 */
export class GuardError extends Error {
  override readonly name = 'GuardError';
  /** The launch path comes in several bundles, each with a copy of this class: what counts is the mark, not the copy. */
  readonly [mark] = true;
  readonly code: ErrorCode;
  readonly why: string | undefined;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, details: GuardErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.why = details.why;
    this.hint = details.hint;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && mark in value;
  }
}

/** Message and reason in one line. */
export function withWhy({ message, why }: Pick<GuardError, 'message' | 'why'>): string {
  return why === undefined ? message : `${message}: ${why}`;
}

/**
 * What a failure says, for whoever goes on without what failed. @throws whatever it was where that is no reason: a bug, or
 * somebody who interrupted.
 */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof GuardError) || cause.code === 'interrupted') throw cause;
  return withWhy(cause);
}
