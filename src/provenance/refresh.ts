import { join } from 'node:path';
import type { Fetcher } from 'tuf-js';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { type KeptTrust, keptTrustPath, readKeptTrust, trustOfKept } from './kept-root.ts';
import { type Seed, shippedSeed, type TrustRoot, trustedRootTarget } from './trust-root.ts';

/**
 * Asks Sigstore's update framework for the trust root and npm's keys of today, and keeps them in the data folder together
 * with all signatures that lead there from what is shipped. Nothing does this by itself: a person asks for it. The client
 * of the framework is `tuf-js`; its requests go through the host, and its files into a folder of ours that is gone
 * afterwards.
 *
 * @returns the root that counts from now on
 * @throws GuardError `registry-unreachable` (no answer, or not in time), `registry-answer-invalid` (a signature that does not
 * fit, something older than what was known, something that ran out), `file-too-large`, `offline`
 */
export async function refreshTrustRoot(host: Host, seed: Seed = shippedSeed()): Promise<TrustRoot> {
  const { Updater } = await import('tuf-js');
  const known = await knownTrust(seed, host);
  const folder = await host.files.makeTempFolder(host.places.temp, 'pinfold-trust-');
  try {
    const write = (name: string, bytes: Uint8Array) => host.files.create(join(folder, name), bytes, 0o600);
    await write(
      'root.json',
      known === null ? seed.root : Buffer.from(known.roots.at(-1) ?? Buffer.from(seed.root).toString('base64'), 'base64'),
    );
    if (known !== null) {
      await write('timestamp.json', Buffer.from(known.timestamp, 'base64'));
      await write('snapshot.json', Buffer.from(known.snapshot, 'base64'));
    }
    await host.files.makeFolder(join(folder, 'targets'));
    const fetched = new Map<string, Uint8Array>();
    const updater = new Updater({
      metadataBaseUrl: seed.mirror,
      targetBaseUrl: `${seed.mirror}/targets`,
      metadataDir: folder,
      targetDir: join(folder, 'targets'),
      fetcher: await hostFetcher(folder, fetched, host),
      config: { maxRootRotations: limits.trustMaxRotations },
    });
    const files: Record<string, string> = {};
    await updater.refresh();
    for (const name of [trustedRootTarget, seed.keysTarget]) {
      const target = await updater.getTargetInfo(name);
      if (target === undefined) throw invalid(`nobody answers for ${name}`);
      const path = await updater.downloadTarget(target, join(folder, 'targets', encodeURIComponent(name)));
      files[name] = base64(await host.files.readBytes(path, limits.trustMetadataMaxBytes));
    }
    const kept = { ...(await metadataOf(folder, host)), roots: [...(known?.roots ?? []), ...newRoots(fetched)], files };
    const root = trustOfKept(kept, seed, host.now());
    if (root === null) throw invalid('what came does not lead back to the root that is shipped');
    await host.files.writeAtomic(keptTrustPath(host), `${JSON.stringify(kept)}\n`);
    return root;
  } catch (cause) {
    throw ourError(cause);
  } finally {
    await host.files.remove(folder);
  }
}

/** What was kept before, when it holds. */
async function knownTrust(seed: Seed, host: Host): Promise<KeptTrust | null> {
  const kept = await readKeptTrust(host);
  return kept === null || trustOfKept(kept, seed, host.now()) === null ? null : kept;
}

/** The framework's requests through the host: bounded in bytes, and all together in time. */
async function hostFetcher(folder: string, fetched: Map<string, Uint8Array>, host: Host): Promise<Fetcher> {
  const { DownloadHTTPError } = await import('tuf-js/dist/error.js');
  const endMs = host.now() + limits.trustRefreshTimeoutMs;
  const download = async (url: string, maxLength: number) => {
    const maxBytes = Math.min(maxLength, limits.trustMetadataMaxBytes);
    const { status, body } = await host.http.get(url, { maxBytes, timeoutMs: Math.max(1, endMs - host.now()) });
    if (status !== 200) throw new DownloadHTTPError(`${url} answered ${status}`, status);
    fetched.set(url.slice(url.lastIndexOf('/') + 1), body);
    return Buffer.from(body);
  };
  return {
    downloadBytes: download,
    async downloadFile(url, maxLength, handler) {
      const path = join(folder, `download-${host.randomId()}`);
      await host.files.create(path, await download(url, maxLength), 0o600);
      return handler(path);
    },
  };
}

/** Root metadata that came, oldest first. */
function newRoots(fetched: ReadonlyMap<string, Uint8Array>): readonly string[] {
  return [...fetched]
    .flatMap(([name, bytes]) => {
      const version = /^(\d+)\.root\.json$/.exec(name)?.[1];
      return version === undefined ? [] : [{ version: Number(version), bytes }];
    })
    .sort((a, b) => a.version - b.version)
    .map(({ bytes }) => base64(bytes));
}

/** The metadata that the framework wrote down, by role. */
async function metadataOf(folder: string, host: Host): Promise<Pick<KeptTrust, 'timestamp' | 'snapshot' | 'roles'>> {
  const read = async (name: string) => base64(await host.files.readBytes(join(folder, name), limits.trustMetadataMaxBytes));
  const names = (await host.files.list(folder)).filter((name) => name.endsWith('.json'));
  const roles: Record<string, string> = {};
  for (const name of names) {
    const role = decodeURIComponent(name.slice(0, -'.json'.length));
    if (!['root', 'timestamp', 'snapshot'].includes(role)) roles[role] = await read(name);
  }
  return { timestamp: await read('timestamp.json'), snapshot: await read('snapshot.json'), roles };
}

function ourError(cause: unknown): unknown {
  if (cause instanceof GuardError) return cause;
  if (!(cause instanceof Error)) return cause;
  return invalid(cause.message, cause);
}

function invalid(why: string, cause?: unknown): GuardError {
  return new GuardError('registry-answer-invalid', 'the update of the trust root cannot be believed', { why, cause });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
