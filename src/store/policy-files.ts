import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { type Digest, digestBytes } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { Ticket } from '../model/ticket.ts';
import { readOptional } from './read-optional.ts';

/** One place of a policy and what is there. */
export interface PolicyFile {
  readonly layer: 'managed' | 'user' | 'project';
  /** Absolute. */
  readonly path: string;
  /** null = there is no file. */
  readonly bytes: Uint8Array | null;
  /** Of the bytes; null = there is no file. */
  readonly digest: Digest | null;
}

/**
 * What lies at every place where a policy may be, strictest first. Without the schema library: the launch path only
 * compares digests with those of its ticket.
 *
 * @param project folder of the project; null = user scope
 * @throws GuardError `policy-invalid` for a file that cannot be read: a policy that nobody can read forbids everything.
 */
export async function readPolicyFiles(host: Host, project: string | null): Promise<readonly PolicyFile[]> {
  const places = [
    { layer: 'managed', path: join(host.places.managed, 'policy.json') },
    { layer: 'user', path: join(host.places.config, 'policy.json') },
    ...(project === null ? [] : [{ layer: 'project', path: join(project, '.pinfold', 'policy.json') } as const]),
  ] as const;
  return Promise.all(
    places.map(async ({ layer, path }) => {
      const bytes = await readPolicy(layer, path, host);
      return { layer, path, bytes, digest: bytes === null ? null : digestBytes(bytes) };
    }),
  );
}

/** True when every policy file is one of these, byte for byte, and there is no other. @throws GuardError as `readPolicyFiles` */
export async function arePolicies(known: Ticket['policy'], project: string | null, host: Host): Promise<boolean> {
  const digests = new Map(known.map(({ path, digest }) => [path, digest]));
  const files = await readPolicyFiles(host, project);
  return files.every(({ path, digest }) => digests.get(path) === digest);
}

async function readPolicy(layer: string, path: string, host: Host): Promise<Uint8Array | null> {
  try {
    return await readOptional(path, limits.policyMaxBytes, host);
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    throw new GuardError('policy-invalid', `the ${layer} policy cannot be read: ${path}`, {
      why: cause.why ?? cause.message,
      hint: layer === 'managed' ? 'ask whoever manages this machine to correct the file' : `correct or remove ${path}`,
      cause,
    });
  }
}
