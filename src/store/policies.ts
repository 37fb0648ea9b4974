import type { Host } from '../host/host.ts';
import type { Ticket } from '../model/ticket.ts';
import type { PolicyLayer } from '../policy/layers.ts';
import { invalidPolicy, parsePolicy } from '../policy/parse.ts';
import { readPolicyFiles } from './policy-files.ts';
import { utf8 } from './read-optional.ts';

/** The policies of this machine, and every file that was looked at, for tickets. */
export interface Policies {
  /** Strictest authority first; empty = there is none. */
  readonly layers: readonly PolicyLayer[];
  readonly files: Ticket['policy'];
}

/**
 * Reads the managed, user and project policies.
 *
 * @param project folder of the project; null = user scope
 * @throws GuardError `policy-invalid` for a policy that cannot be read or understood, whichever it is.
 */
export async function readPolicies(host: Host, project: string | null): Promise<Policies> {
  const found = await readPolicyFiles(host, project);
  const layers = found.flatMap(({ layer, path, bytes, digest }) => {
    if (bytes === null || digest === null) return [];
    const text = utf8(bytes);
    if (text === null) throw invalidPolicy(layer, path, 'it is not valid UTF-8');
    return [{ layer, path, digest, policy: parsePolicy(text, layer, path) }];
  });
  return { layers, files: found.map(({ path, digest }) => ({ path, digest })) };
}
