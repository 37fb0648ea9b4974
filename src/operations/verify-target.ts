import type { Host } from '../host/host.ts';
import type { RemoteReference } from '../model/reference.ts';
import type { Verified } from '../model/verified.ts';
import { registryWord } from '../registries/official/name.ts';
import { parseImage } from '../sources/oci/reference.ts';
import { parseReference } from '../sources/reference.ts';
import type { Progress } from './progress.ts';
import { resolveRegistryName } from './registry-name.ts';
import { verifyReference } from './verify.ts';
import { verifyImage } from './verify-image.ts';
import { verifyMcpbFile } from './verify-mcpb.ts';
import { vouch } from './vouch/vouch.ts';

/**
 * Whatever a person names that is not pinned: a package, an MCPB file, an image (`oci:…`), or a name of the MCP registry.
 * @throws GuardError as what it turns out to be
 */
export async function verifyTarget(target: string, host: Host, progress: Progress): Promise<Verified> {
  if (/\.mcpb$/i.test(target)) return verifyMcpbFile(target, host);
  const image = /^(?:oci|docker):(?!\/\/)(.*)$/.exec(target)?.[1];
  if (image !== undefined) return verifyImage(parseImage(image), [], host);
  const named = registryWord([target]);
  const reference = named === null ? parseReference([target], null) : await resolveRegistryName(named, host);
  return reference.source === 'remote' ? verifyRemote(reference, host) : verifyReference(reference, host, progress);
}

/** There are no bytes: only who says what about the address. */
async function verifyRemote({ name, url, listedAs }: RemoteReference, host: Host): Promise<Verified> {
  const artifact = { subject: new URL(url).origin, name, version: '', integrity: null };
  const { evidence, findings } = await vouch({ artifact, closure: null, resolution: { ecosystem: 'remote', url }, listedAs }, host);
  const bytes = { source: 'artifact', outcome: 'unavailable', detail: 'it runs elsewhere: what runs there cannot be verified' } as const;
  return { servers: [{ label: url, pin: null, evidence: [bytes, ...evidence], findings }] };
}
