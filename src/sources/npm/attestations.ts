import type { Host } from '../../host/host.ts';
import { registryDocument } from './registry-document.ts';

/**
 * What the configured registry serves of attestations for one version, unparsed; null = it serves none. The address that
 * the registry's record names is not asked: it may be anywhere.
 *
 * @throws GuardError `registry-unreachable`, `file-too-large`, `offline`
 * @see https://docs.npmjs.com/generating-provenance-statements
 */
export function fetchAttestations(name: string, version: string, timeoutMs: number, host: Host): Promise<Uint8Array | null> {
  const escaped = name.split('/').map(encodeURIComponent).join('%2f').replace(/^%40/, '@');
  return registryDocument(name, `-/npm/v1/attestations/${escaped}@${encodeURIComponent(version)}`, timeoutMs, host);
}
