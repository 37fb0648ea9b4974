import { manifestDigest } from '../model/item-digest.ts';
import type { Pin } from '../model/pin.ts';
import type { Lock } from './lock.ts';
import { invalid, type OwnFile, parseOwnFile } from './own-file.ts';
import { launchDigest } from './pin-digest.ts';
import { lockSchema } from './schema.ts';

const file: OwnFile = { title: 'lock.json', hint: 'git checkout -- .pinfold, or restore the file from a backup' };

/**
 * The lock in a text. Strict: duplicate or unknown members, a missing version, and a pin whose digests do not fit its
 * own content are errors. The text may have come with a repository, so everything in it is attacker-controlled.
 *
 * @throws GuardError `lock-invalid` naming the JSON path, `lock-too-new`.
 */
export function parseLock(text: string): Lock {
  const lock = parseOwnFile(text, lockSchema, file) as unknown as Lock;
  for (const [name, pin] of Object.entries(lock.pins)) {
    const wrong = contradiction(pin);
    if (wrong !== null) throw invalid(file, `$.pins.${name}.${wrong}`);
  }
  return lock;
}

/** The first member of a pin that does not fit the rest of it; null = whole. */
function contradiction(pin: Pin): string | null {
  const { artifact, closure, launch, manifest } = pin;
  if (artifact.subject.startsWith('pkg:npm/') && artifact.subject !== `pkg:npm/${artifact.name.replace('@', '%40')}`) {
    return "artifact.subject: it is not the subject of the artifact's name";
  }
  if (pin.launchDigest !== launchDigest(launch)) return 'launchDigest: it is not the digest of the launch';
  if (manifest !== null && manifest.digest !== manifestDigest(manifest)) return 'manifest.digest: it is not the digest of the items';
  if (closure.packages === 0) return 'closure.packages: an artifact is a package itself';
  return null;
}
