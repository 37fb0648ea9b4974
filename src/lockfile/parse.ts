import { manifestDigest } from '../model/item-digest.ts';
import { itemKinds } from '../model/manifest.ts';
import { isRemotePin, type Pin, type RemotePin } from '../model/pin.ts';
import { type PinnedViews, viewKey } from '../model/views.ts';
import type { Lock } from './lock.ts';
import { isPinName } from './names.ts';
import { invalid, type OwnFile, parseOwnFile } from './own-file.ts';
import { launchDigest } from './pin-digest.ts';
import { digestSchema, lockSchema } from './schema.ts';

const file: OwnFile = { title: 'lock.json', hint: 'restore it from version control or from a backup' };

/**
 * The lock in a text. Strict: duplicate or unknown members, a missing version, and a pin whose digests do not fit its
 * own content are errors. The text may have come with a repository, so everything in it is attacker-controlled.
 *
 * @throws GuardError `lock-invalid` naming the JSON path, `lock-too-new`.
 */
export function parseLock(text: string): Lock {
  const lock = parseOwnFile(text, lockSchema, file) as unknown as Lock;
  for (const [name, pin] of Object.entries(lock.pins)) {
    // zod leaves a member `__proto__` of a record out of its checks.
    if (!isPinName(name)) throw invalid(file, `$.pins.${name}: not a name that a pin may have`);
    const wrong = uncheckedMember(pin) ?? contradiction(pin);
    if (wrong !== null) throw invalid(file, `$.pins.${name}.${wrong}`);
  }
  return lock;
}

/** The place of a `__proto__` that the schema did not look at and that is not what it stands for; null = all fine. */
function uncheckedMember({ manifest }: Pin): string | null {
  if (manifest === null) return null;
  const hasBad = (words: Readonly<Record<string, unknown>>) =>
    Object.entries(words).some(([key, digest]) => key === '__proto__' && !isDigest(digest));
  const bad = itemKinds.find((kind) => hasBad(manifest[kind]));
  if (bad !== undefined) return `manifest.${bad}.__proto__: not a digest`;
  const views = manifest.views?.others ?? [];
  if (views.some((view) => itemKinds.some((kind) => hasBad(view[kind] ?? {})))) return 'manifest.views.others.__proto__: not a digest';
  return Object.hasOwn(manifest.volatile, '__proto__') ? 'manifest.volatile.__proto__: not an item' : null;
}

function isDigest(value: unknown): boolean {
  return digestSchema.safeParse(value).success;
}

/** The first member of a pin that does not fit the rest of it; null = whole. */
function contradiction(pin: Pin): string | null {
  const { artifact, closure, launch, manifest } = pin;
  // Policy goes by the subject. An npm package whose bytes are not pinned is no such package until they are.
  if (closure === null && artifact.subject.startsWith('pkg:npm/')) return 'artifact.subject: an npm package without its bytes';
  if (artifact.subject.startsWith('pkg:npm/') && artifact.subject !== `pkg:npm/${artifact.name.replace('@', '%40')}`) {
    return "artifact.subject: it is not the subject of the artifact's name";
  }
  const wrongPlace = isRemotePin(pin) ? misplaced(pin) : null;
  if (wrongPlace !== null) return wrongPlace;
  if (pin.launchDigest !== launchDigest(launch)) return 'launchDigest: it is not the digest of the launch';
  if (manifest !== null && manifest.digest !== manifestDigest(manifest)) return 'manifest.digest: it is not the digest of the items';
  const wrongViews = manifest?.views === undefined ? null : contradictionOfViews(manifest.views);
  if (wrongViews !== null) return `manifest.views.${wrongViews}`;
  if (closure?.packages === 0) return 'closure.packages: an artifact is a package itself';
  return null;
}

/** Of two views of one name nobody knows which one counts. */
function contradictionOfViews({ by, others }: PinnedViews): string | null {
  const keys = [by, ...others.map((view) => view.with)].map((names) => names.join(','));
  if (new Set(keys).size !== keys.length) return 'others: two views are for the same clients';
  if (keys.some((key) => key !== viewKey(key === '' ? [] : key.split(',')))) return 'others: capabilities are not sorted';
  return others.some((view) => view.with.some((name) => !by.includes(name))) ? 'others: a capability that does not matter' : null;
}

/** Policy goes by the origin, and the bridge by the address: they must be of one server, and one that may be asked. */
function misplaced({ artifact, launch }: RemotePin): string | null {
  const { origin, protocol, hostname, username, password, hash } = new URL(launch.url);
  if (artifact.subject !== origin) return 'artifact.subject: it is not the origin of the address';
  if (username !== '' || password !== '' || hash !== '') return 'launch.url: there are credentials or a fragment in it';
  const loopback = /^(?:.+\.)?localhost$|^\[::1\]$|^127(?:\.\d+){3}$/.test(hostname);
  return protocol === 'http:' && !loopback ? 'launch.url: it is not https' : null;
}
