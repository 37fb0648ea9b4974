import type { Host } from '../../host/host.ts';
import type { TrustRoot } from '../../provenance/trust-root.ts';

/** Whom signatures of public builds may come from. */
export type LoadTrust = (host: Host) => Promise<TrustRoot>;

/** The root that came with the library, loaded only where there is something to verify. */
export const shippedTrust: LoadTrust = async () => (await import('../../provenance/trust-root.ts')).shippedTrustRoot();
