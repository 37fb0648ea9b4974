import { resolve } from 'node:path';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import type { Verified } from '../model/verified.ts';
import { registryWord } from '../registries/official/name.ts';
import { parseImage } from '../sources/oci/reference.ts';
import { parseReference } from '../sources/reference.ts';
import { publicKeysIn } from './local-keys.ts';
import type { Progress } from './progress.ts';
import { listedName, resolveRegistryName } from './registry-name.ts';
import { verifyReference } from './verify.ts';
import { verifyImage } from './verify-image.ts';
import { verifyMcpbFile } from './verify-mcpb.ts';
import { verifyRemote } from './verify-remote.ts';

export interface TargetChoice {
  /** The name in the MCP registry that it is said to be listed under; null = not said. */
  readonly listedAs: string | null;
  /** A file with the public keys that an image has to be signed with; null = none were chosen. */
  readonly keyFile: string | null;
}

/**
 * Whatever a person names that is not pinned: a package, an MCPB file, an image (`oci:…`), or a name of the MCP registry.
 * @throws GuardError `usage`, `key-invalid`, and as what it turns out to be
 */
export async function verifyTarget(target: string, choice: TargetChoice, host: Host, progress: Progress): Promise<Verified> {
  const listedAs = choice.listedAs === null ? null : listedName(choice.listedAs);
  const image = /^(?:oci|docker):(?!\/\/)(.*)$/.exec(target)?.[1];
  if (image !== undefined) return verifyImage(parseImage(image), { keys: await keysIn(choice.keyFile, host), listedAs }, host);
  if (choice.keyFile !== null)
    throw new GuardError('usage', '--key is for images', {
      why: 'packages and bundles are signed with certificates or registry keys',
      hint: 'pinfold verify --key cosign.pub oci:ghcr.io/owner/server:1.2.3',
    });
  if (/\.mcpb$/i.test(target)) return verifyMcpbFile(target, listedAs, host);
  const named = registryWord([target]);
  const found = named === null ? parseReference([target], null) : await resolveRegistryName(named, host);
  const reference = listedAs === null ? found : { ...found, listedAs };
  return reference.source === 'remote' ? verifyRemote(reference, host) : verifyReference(reference, host, progress);
}

async function keysIn(keyFile: string | null, host: Host): Promise<readonly string[]> {
  if (keyFile === null) return [];
  const keys = await publicKeysIn(resolve(host.places.cwd, keyFile), host);
  return keys.map(({ key }) => key.export({ format: 'pem', type: 'spki' }).toString());
}
