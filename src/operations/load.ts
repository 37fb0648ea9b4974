import type { Host } from '../host/host.ts';
import type { Reference } from '../model/reference.ts';
import { resolveNpmServer } from './load-npm.ts';
import { resolvePypiServer } from './load-pypi.ts';
import type { ResolvedServer } from './loaded.ts';

/** @throws GuardError of the source: unknown package, unreachable registry, a closure that cannot be pinned, … */
export function resolveServer(reference: Reference, host: Host): Promise<ResolvedServer> {
  return reference.source === 'npm' ? resolveNpmServer(reference, host) : resolvePypiServer(reference, host);
}
