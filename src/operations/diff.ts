import { diffServers, type ServerDiff, type ServerSide } from '../analysis/diff/server.ts';
import type { Host } from '../host/host.ts';
import { pinOf } from '../lockfile/lock.ts';
import { isPinName } from '../lockfile/names.ts';
import { GuardError } from '../model/errors.ts';
import type { Pin } from '../model/pin.ts';
import type { Reference } from '../model/reference.ts';
import { registryWord } from '../registries/official/name.ts';
import { parseReference } from '../sources/reference.ts';
import { findProject, type Home, projectHome, readLock, readManifest, userHome } from '../store/home.ts';
import { disclose } from './disclose.ts';
import type { ProbeChoice } from './look.ts';
import type { Progress } from './progress.ts';
import { resolveRegistryName } from './registry-name.ts';
import { pinnedSide, referenceOf, sideOf } from './sides.ts';

export interface DiffRequest {
  /** Name of a pin, a reference, or a name of the MCP registry. */
  readonly from: string;
  /** The same; null = the newest version of what `from` is. */
  readonly to: string | null;
  readonly probe: ProbeChoice;
}

/** What the second side has that the first has not. Changes nothing. @throws GuardError as `disclose`; `usage`. */
export async function diff(request: DiffRequest, host: Host, progress: Progress): Promise<ServerDiff> {
  const from = await findSide(request.from, host);
  const to = request.to === null ? newestOf(from, request.from) : alike(from, await findSide(request.to, host));
  const before = await load(from, request, host, progress);
  return diffServers(before, await load(to, request, host, progress));
}

type Side =
  | { readonly kind: 'pin'; readonly name: string; readonly pin: Pin; readonly home: Home }
  | { readonly kind: 'reference'; readonly text: string; readonly reference: Reference; readonly like: Pin | null };

/** A word that is the name of a pin is that pin (project scope first); anything else is a reference. */
async function findSide(text: string, host: Host): Promise<Side> {
  if (!isPinName(text)) return referenceSide(text, host);
  const project = await findProject(host);
  const homes = [...(project === null ? [] : [await projectHome(project, host)]), userHome(host)];
  for (const home of homes) {
    const pin = pinOf((await readLock(home, host)).lock, text);
    if (pin !== null) return { kind: 'pin', name: text, pin, home };
  }
  return referenceSide(text, host);
}

async function referenceSide(text: string, host: Host): Promise<Side> {
  const named = registryWord([text]);
  const reference = named === null ? parseReference([text], null) : await resolveRegistryName(named, host);
  if (reference.source !== 'remote') return { kind: 'reference', text, reference, like: null };
  throw new GuardError('reference-not-understood', `\`${text}\` is a remote server, which has no versions to compare`, {
    why: `it is listed as ${reference.url}`,
    hint: `pinfold info ${text}`,
  });
}

/** Another version of a pinned server is started as the pin is: with its arguments and variables. */
function alike(from: Side, to: Side): Side {
  if (from.kind !== 'pin' || to.kind !== 'reference') return to;
  return to.reference.source === 'npm' && to.reference.name === from.pin.artifact.name ? { ...to, like: from.pin } : to;
}

function newestOf(side: Side, typed: string): Side {
  if (side.kind === 'pin' && side.pin.closure === null) throw nothingToCompare(side.name);
  if (side.kind === 'pin') {
    const text = side.pin.artifact.name;
    return { kind: 'reference', text, reference: parseReference([text], null), like: side.pin };
  }
  throw new GuardError('usage', `\`${typed}\` is not the name of a pin`, {
    why: 'with one side only, that side has to be a pin',
    hint: `pinfold diff ${typed} <another version>`,
  });
}

/** Both sides are started with the arguments of the pin when there is one: many servers want some. */
async function load(side: Side, request: DiffRequest, host: Host, progress: Progress): Promise<ServerSide> {
  if (side.kind === 'pin') {
    const { lock } = await readLock(side.home, host);
    if (side.pin.closure === null) throw nothingToCompare(side.name);
    return pinnedSide(side.pin, await readManifest(side.home, lock, side.name, host), host, progress);
  }
  const like = side.like === null || side.like.closure === null ? {} : { serverArgs: referenceOf(side.like, host).serverArgs };
  const envNames = side.like?.launch.envNames ?? [];
  return sideOf(
    await disclose({ reference: { ...side.reference, ...like }, typed: side.text, probe: request.probe, envNames }, host, progress),
  );
}

function nothingToCompare(name: string): GuardError {
  return new GuardError('reference-not-understood', `\`${name}\` has no bytes that could be compared`, {
    why: 'its command line is pinned, the bytes are not',
    hint: 'pinfold audit',
  });
}
