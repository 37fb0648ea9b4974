import { z } from 'zod';
import type { Host } from '../../host/host.ts';
import { epochMs } from '../../model/time.ts';
import { registryDocument } from './registry-document.ts';

/** A key that a registry names itself: as good as the registry, and no better. */
export interface RegistryKey {
  /** `SHA256:<base64>` */
  readonly keyId: string;
  /** DER, SubjectPublicKeyInfo, not looked at yet. */
  readonly spki: Uint8Array;
  /** null = it does not run out. */
  readonly validToMs: number | null;
}

const keysSchema = z.object({
  keys: z.array(z.object({ keyid: z.string().max(200), key: z.base64().max(2_000), expires: z.string().nullable().optional() })).max(32),
});

/** The keys that a package's registry names; empty = none that can be read. @throws GuardError as `registryDocument` */
export async function fetchSigningKeys(name: string, timeoutMs: number, host: Host): Promise<readonly RegistryKey[]> {
  const bytes = await registryDocument(name, '-/npm/v1/keys', timeoutMs, host);
  const parsed = keysSchema.safeParse(bytes === null ? null : jsonOrNull(bytes));
  if (!parsed.success) return [];
  return parsed.data.keys.map(({ keyid, key, expires }) => ({
    keyId: keyid,
    spki: Buffer.from(key, 'base64'),
    validToMs: expires === null || expires === undefined ? null : (epochMs(expires) ?? 0),
  }));
}

function jsonOrNull(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
}
