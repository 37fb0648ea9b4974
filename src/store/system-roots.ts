import { X509Certificate } from 'node:crypto';
import type { Host } from '../host/host.ts';
import { readOptional } from './read-optional.ts';

const maxBytes = 4 * 1024 * 1024;

/** Where systems keep the certificates that they trust, as one file. */
const files = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/ca-bundle.pem', '/etc/ssl/cert.pem'];

/**
 * The root certificates that this machine trusts: of `SSL_CERT_FILE`, else of the first file that the system has. Empty
 * where there is none, as on Windows.
 *
 * @throws GuardError `file-unreadable`, `file-too-large`
 */
export async function systemRoots(host: Host): Promise<readonly X509Certificate[]> {
  const named = host.env['SSL_CERT_FILE'];
  for (const path of named === undefined || named === '' ? files : [named]) {
    const bytes = await readOptional(path, maxBytes, host);
    if (bytes !== null)
      return (
        Buffer.from(bytes)
          .toString('latin1')
          .match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
      ).flatMap(readable);
  }
  return [];
}

/** A system's file may hold one that this Node cannot read; it then trusts it not. */
function readable(pem: string): readonly X509Certificate[] {
  try {
    return [new X509Certificate(pem)];
  } catch {
    return [];
  }
}
