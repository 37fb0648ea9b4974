import type { Host } from '../../host/host.ts';
import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';

/**
 * A document that an npm registry keeps beside its packages, as bytes; null = it has none, as mirrors do not.
 * @param path below the registry's base
 * @throws GuardError `registry-unreachable`, `file-too-large`, `offline`
 */
export async function registryDocument(name: string, path: string, timeoutMs: number, host: Host): Promise<Uint8Array | null> {
  const { status, body } = await host.npm.document(name, path, { maxBytes: limits.evidenceMaxBytes, timeoutMs });
  if (status === 200) return body;
  if (status === 404 || status === 405 || status === 410) return null;
  throw new GuardError('registry-unreachable', `cannot ask ${await host.npm.registryFor(name)} about ${name}`, {
    why: `it answered ${status} for ${path}`,
  });
}
