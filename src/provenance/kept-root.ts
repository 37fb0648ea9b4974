import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Metadata, MetadataKind, type Root, type Targets } from '@tufjs/models';
import { z } from 'zod';
import type { Host } from '../host/host.ts';
import { limits } from '../model/limits.ts';
import { pastOrNull, rootOfTargets, type Seed, shippedSeed, shippedTrustRoot, type TrustRoot, trustedRootTarget } from './trust-root.ts';

type Json = Parameters<typeof Metadata.fromJSON>[1];

/** What a refresh leaves behind: everything that is needed to believe it again without a network. Base64. */
const keptSchema = z.object({
  /** Root metadata, each the version after the one before, up to the newest. */
  roots: z.array(z.base64()).max(limits.trustMaxRotations),
  /** So that the next refresh cannot be led back. */
  timestamp: z.base64(),
  snapshot: z.base64(),
  /** Role → metadata: `targets`, and the role that npm's keys are delegated to. */
  roles: z.record(z.string(), z.base64()),
  /** Target → bytes. */
  files: z.record(z.string(), z.base64()),
});

export type KeptTrust = z.infer<typeof keptSchema>;

export function keptTrustPath(host: Host): string {
  return join(host.places.data, 'trust-root.json');
}

/** The trust root that counts on this machine: the refreshed one where it is kept and holds, else the shipped one. */
export async function trustRootOf(host: Host, seed: Seed = shippedSeed()): Promise<TrustRoot> {
  const kept = await readKeptTrust(host);
  return (kept === null ? null : trustOfKept(kept, seed, host.now())) ?? shippedTrustRoot(host.now(), seed);
}

/** null = there is none, or nothing of it can be used. */
export async function readKeptTrust(host: Host): Promise<KeptTrust | null> {
  try {
    const text = await host.files.readText(keptTrustPath(host), 8 * limits.trustMetadataMaxBytes);
    const parsed = keptSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/**
 * What a kept refresh says, every signature checked again from the shipped root on; null = it does not hold together, or
 * this version of pinfold ships something newer. A file that somebody edited is worth nothing. What has run out since is
 * said, and still counts: so does what is shipped.
 */
export function trustOfKept(kept: KeptTrust, seed: Seed, nowMs: number): TrustRoot | null {
  try {
    const root = newestRoot(kept.roots, seed);
    const top = targetsOf(kept, MetadataKind.Targets);
    root.verifyDelegate(MetadataKind.Targets, top);
    const expiries = [root.signed.expires, top.signed.expires];
    const files = new Map<string, Uint8Array>();
    for (const name of [trustedRootTarget, seed.keysTarget]) {
      const role = roleOf(name, top, kept);
      expiries.push(role.signed.expires);
      files.set(name, fileOf(name, role.signed, kept));
    }
    const expiredAt = expiries.flatMap((expiry) => pastOrNull(expiry, nowMs) ?? []).sort()[0] ?? null;
    return rootOfTargets(files, seed.keysTarget, { from: 'refreshed', expiredAt });
  } catch {
    return null; // whatever is wrong with it: the libraries have many words for that
  }
}

/** From the shipped root on, each signed by the one before and by itself. @throws when the chain breaks */
function newestRoot(roots: readonly string[], seed: Seed): Metadata<Root> {
  let root = Metadata.fromJSON(MetadataKind.Root, parse(seed.root));
  for (const text of roots) {
    const next = Metadata.fromJSON(MetadataKind.Root, parse(Buffer.from(text, 'base64')));
    if (next.signed.version <= root.signed.version) continue; // shipped by now
    if (next.signed.version !== root.signed.version + 1) throw new TypeError('a root is missing');
    root.verifyDelegate(MetadataKind.Root, next);
    next.verifyDelegate(MetadataKind.Root, next);
    root = next;
  }
  const newest = roots.at(-1);
  if (
    newest !== undefined &&
    Metadata.fromJSON(MetadataKind.Root, parse(Buffer.from(newest, 'base64'))).signed.version < root.signed.version
  )
    throw new TypeError('it is older than what is shipped');
  return root;
}

/** Who answers for a target: the top role, or the one that it names for it. @throws when nobody does */
function roleOf(target: string, top: Metadata<Targets>, kept: KeptTrust): Metadata<Targets> {
  if (top.signed.targets[target] !== undefined) return top;
  const [delegated] = top.signed.delegations?.rolesForTarget(target) ?? [];
  if (delegated === undefined) throw new TypeError(`nobody answers for ${target}`);
  const role = targetsOf(kept, delegated.role);
  top.verifyDelegate(delegated.role, role);
  return role;
}

function targetsOf(kept: KeptTrust, role: string): Metadata<Targets> {
  const text = Object.hasOwn(kept.roles, role) ? kept.roles[role] : undefined;
  if (text === undefined) throw new TypeError(`no metadata of ${role}`);
  return Metadata.fromJSON(MetadataKind.Targets, parse(Buffer.from(text, 'base64')));
}

function fileOf(name: string, { targets }: Targets, kept: KeptTrust): Uint8Array {
  const bytes = Buffer.from(kept.files[name] ?? '', 'base64');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const known = targets[name];
  if (known === undefined || known.length !== bytes.length || known.hashes['sha256'] !== sha256)
    throw new TypeError(`other bytes of ${name}`);
  return bytes;
}

function parse(bytes: Uint8Array): Json {
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as Json;
}
