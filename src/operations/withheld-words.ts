import type { Host } from '../host/host.ts';
import type { ReadableManifest } from '../lockfile/manifest-file.ts';
import { pinDigest } from '../lockfile/pin-digest.ts';
import { type LockScope, type Pin, pinnedBuilder } from '../model/pin.ts';
import { firstUseFile, readFirstUse } from '../store/first-use.ts';
import { type Home, type LockFile, readManifest } from '../store/home.ts';
import { readPending } from '../store/pending.ts';
import { type Policies, readPolicies } from '../store/policies.ts';
import type { ServerPlace } from '../store/server-place.ts';
import { approvedWords, noWords, wordsOfFirstUse } from './approved-words.ts';
import { scopedCommand } from './command-line.ts';
import { isCommandName } from './run-command.ts';
import { findPin, homeOf } from './scope-home.ts';
import { toolsElsewhere } from './tools-elsewhere.ts';
import type { WithheldOf } from './withheld.ts';
import { withheldOfCommand } from './withheld-command.ts';
import type { WithheldWords } from './words-plan.ts';

/** What waits of one server, to be looked at. Nothing that is reached from here asks anybody. @throws as `readWithheld` */
export async function readWithheldWords({ name, scope, pins }: WithheldOf, host: Host): Promise<WithheldWords> {
  return isCommandName(name) ? withheldOfCommand(name, pins, host) : (await wordsOfPin(name, scope, host)).words;
}

/** The same of a server that a lock pins, with what it was read from. */
export interface PinWords {
  readonly words: WithheldWords;
  readonly home: Home;
  readonly pin: Pin;
  readonly lockFile: LockFile;
  /** The readable manifest beside the lock; null = there is none. */
  readonly readable: ReadableManifest | null;
  readonly policies: Policies;
}

/** @throws GuardError `pin-not-found`, `usage`, and as the records' readers. */
export async function wordsOfPin(name: string, scope: LockScope, host: Host): Promise<PinWords> {
  const home = await homeOf(scope, null, host);
  const { pin, lockFile } = await findPin(home, name, host);
  const place = { name, scope, project: home.project };
  const { items } = await readPending(place, host);
  const readable = await readManifest(home, lockFile.lock, name, host);
  const before = await wordsNow(place, pin, readable, host);
  const policies = await readPolicies(host, home.project);
  const { servers } = await toolsElsewhere(pin.artifact.subject, host);
  const words: WithheldWords = {
    place,
    items,
    before,
    pin: pinDigest(pin),
    eras: pin.manifest?.eras ?? [],
    samePackage: pin.closure !== null,
    elsewhere: servers,
    artifact: { subject: pin.artifact.subject, name: pin.artifact.name, version: pin.artifact.version, builder: pinnedBuilder(pin) },
    layers: policies.layers,
    title: name,
    command: scopedCommand('approve', scope, name),
    after: (some) => approvedWords(pin, before, some).readable,
  };
  return { words, home, pin, lockFile, readable, policies };
}

/** What counts as pinned so far; for a pin from first use that is what its first launch showed. */
async function wordsNow(place: ServerPlace, pin: Pin, pinned: ReadableManifest | null, host: Host): Promise<ReadableManifest> {
  if (pinned !== null || pin.manifest !== null) return pinned ?? noWords;
  const seen = await readFirstUse(firstUseFile(place, pinDigest(pin), host), host);
  return seen === null ? noWords : wordsOfFirstUse(seen);
}
