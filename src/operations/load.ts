import type { Host } from '../host/host.ts';
import type { Reference } from '../model/reference.ts';
import { resolveNpmServer } from './load-npm.ts';
import type { ResolvedServer } from './loaded.ts';

/** @throws GuardError of the source: unknown package, unreachable registry, a closure that cannot be pinned, … */
export async function resolveServer(reference: Reference, host: Host): Promise<ResolvedServer> {
  if (reference.source === 'npm') return resolveNpmServer(reference, host);
  // Its parser is loaded only where it is needed.
  const { resolvePypiServer } = await import('./load-pypi.ts');
  return resolvePypiServer(reference, host);
}
