import type { Host } from '../../host/host.ts';
import type { TrustRoot } from '../../provenance/trust-root.ts';

/** Whom signatures of public builds may come from. */
export type LoadTrust = (host: Host) => Promise<TrustRoot>;

/** The root that counts on this machine, refreshed or shipped, loaded only where there is something to verify. */
export const machineTrust: LoadTrust = async (host) => (await import('../../provenance/kept-root.ts')).trustRootOf(host);
