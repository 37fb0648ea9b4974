import { dirname } from 'node:path';
import type { Host } from '../host/host.ts';
import type { Digest } from '../model/digest.ts';
import type { ManifestPin, ToolsElsewhere } from '../model/manifest.ts';
import type { Ticket } from '../model/ticket.ts';
import { firstUseFile, readFirstUse } from './first-use.ts';
import type { ServerPlace } from './server-place.ts';
import { listTickets } from './tickets.ts';

/**
 * What the other servers that may run on this machine call their tools, out of the sealed tickets and the records of
 * first uses: no lock, no manifest and no schema library is read. Tickets of the same package, whatever its version,
 * are left out. Never fails: what is damaged is reported by `run`, and has no names here.
 */
export async function toolsOfTickets(ticket: Ticket, host: Host): Promise<readonly ToolsElsewhere[]> {
  const found: ToolsElsewhere[] = [];
  for (const other of await listTickets(host).catch(() => [])) {
    if (packageOf(other) === packageOf(ticket)) continue;
    const project = other.scope === 'project' ? dirname(dirname(other.lockPath)) : null;
    const tools = await toolNames(other.manifest, other.pinDigest, { name: other.name, scope: other.scope, project }, host);
    if (tools.length > 0) found.push({ server: other.name, tools });
  }
  return found;
}

/** The names of a pin's tools; of one that its first use pins, those that it has shown so far. */
export async function toolNames(
  manifest: ManifestPin | null,
  pinDigest: Digest,
  place: ServerPlace,
  host: Host,
): Promise<readonly string[]> {
  if (manifest !== null) return Object.keys(manifest.tools);
  const seen = await readFirstUse(firstUseFile(place, pinDigest, host), host).catch(() => null);
  return Object.keys(seen?.items ?? {}).flatMap((id) => (id.startsWith('tools/') ? [id.slice('tools/'.length)] : []));
}

/** The label without the version; a command has none. */
function packageOf({ label }: Ticket): string {
  const at = label.lastIndexOf('@');
  return at > label.lastIndexOf('/') ? label.slice(0, at) : label;
}
