import type { Host } from '../../host/host.ts';
import { type ErrorCode, GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import type { TrustRoot } from '../../provenance/trust-root.ts';

/** Whom signatures of public builds may come from. */
export type LoadTrust = (host: Host) => Promise<TrustRoot>;

/** The root that counts on this machine, refreshed or shipped, loaded only where there is something to verify. */
export const machineTrust: LoadTrust = async (host) => (await import('../../provenance/kept-root.ts')).trustRootOf(host);

/**
 * A trust root that a person named.
 * @param wrong what is thrown where the file holds none
 * @throws GuardError as reading a file
 */
export async function givenTrustRoot(
  path: string,
  wrong: { readonly code: ErrorCode; readonly message: string },
  host: Host,
): Promise<TrustRoot> {
  const text = await host.files.readText(path, limits.evidenceMaxBytes);
  const { trustRoot } = await import('../../provenance/trust-root.ts');
  try {
    return trustRoot(JSON.parse(text), [], { from: 'given', expiredAt: null });
  } catch (cause) {
    throw new GuardError(wrong.code, wrong.message, { why: path, cause });
  }
}
