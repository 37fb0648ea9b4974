import { bundleToJSON } from '@sigstore/bundle';
import { DSSEBundleBuilder, FulcioSigner, InternalError, RekorWitness } from '@sigstore/sign';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { printable } from '../model/printable.ts';

/** The certificate authority and the log that sign and record. */
export interface SigningServices {
  readonly fulcioUrl: string;
  readonly rekorUrl: string;
}

/**
 * Signs bytes in a DSSE envelope with a key that lives for one signature, certified for the holder of the identity token and
 * recorded in a public log; returns the Sigstore bundle (0.3) as a JSON value. The type of the envelope is signed too, so that
 * it counts for nothing else. Talks to both services itself: ask the host first whether there is a network.
 *
 * @param token an OIDC identity token (a secret: it is in no message)
 * @throws GuardError `signing-unavailable`
 */
export async function signKeyless(payloadType: string, bytes: Uint8Array, token: string, services: SigningServices): Promise<unknown> {
  const bounds = { timeout: limits.evidenceTimeoutMs, retry: 1 };
  const signer = new FulcioSigner({
    fulcioBaseURL: services.fulcioUrl,
    identityProvider: { getToken: () => Promise.resolve(token) },
    ...bounds,
  });
  const witness = new RekorWitness({ rekorBaseURL: services.rekorUrl, entryType: 'dsse', ...bounds });
  try {
    const bundle = await new DSSEBundleBuilder({ signer, witnesses: [witness] }).create({ data: Buffer.from(bytes), type: payloadType });
    return bundleToJSON(bundle);
  } catch (cause) {
    if (!(cause instanceof InternalError)) throw cause;
    const detail = cause.cause instanceof Error ? `${cause.message}: ${cause.cause.message}` : cause.message;
    throw new GuardError('signing-unavailable', 'nothing was signed', { why: printable(detail.replaceAll(token, '(token)')), cause });
  }
}
