/**
 * The library: the same operations that the commands call, over a host that the caller makes. Everything else is
 * internal and may change between releases.
 */

export type { Host } from './host/host.ts';
export { nodeHost } from './host/node.ts';
export { offlineHost } from './host/offline.ts';
export type { Disclosure } from './model/disclosure.ts';
export { type ErrorCode, GuardError } from './model/errors.ts';
export type { Finding, FindingCode } from './model/finding.ts';
export { printable } from './model/printable.ts';
export type { AuditResult, Installed, InstallPlan } from './model/results.ts';
export { audit } from './operations/audit.ts';
export { diff } from './operations/diff.ts';
export { info } from './operations/info.ts';
export { install } from './operations/install.ts';
export { list } from './operations/list.ts';
export { remove } from './operations/remove.ts';
export { update } from './operations/update.ts';
export { parseReference } from './sources/reference.ts';
