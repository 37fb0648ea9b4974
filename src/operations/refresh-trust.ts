import type { Host } from '../host/host.ts';
import type { Progress } from './progress.ts';

/** Asks for today's trust root, and keeps it for every look from then on. @throws GuardError as `refreshTrustRoot` */
export async function refreshTrust(host: Host, progress: Progress): Promise<void> {
  progress('asking for the trust root of today');
  const { refreshTrustRoot } = await import('../provenance/refresh.ts');
  await refreshTrustRoot(host);
}
