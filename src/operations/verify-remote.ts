import type { Host } from '../host/host.ts';
import { pinnedRegistryNames, type RemotePin } from '../model/pin.ts';
import type { RemoteReference } from '../model/reference.ts';
import type { Verified } from '../model/verified.ts';
import type { Vouched } from '../model/vouched.ts';
import { vouch } from './vouch/vouch.ts';

const noBytes = { source: 'artifact', outcome: 'unavailable', detail: 'it runs elsewhere: what runs there cannot be verified' } as const;

/** What is said about an address that nobody pinned. There are no bytes: only who says what about it. */
export async function verifyRemote({ name, url, listedAs }: RemoteReference, host: Host): Promise<Verified> {
  const artifact = { subject: new URL(url).origin, name, version: '', integrity: null };
  const { evidence, findings } = await vouch({ artifact, closure: null, resolution: { ecosystem: 'remote', url }, listedAs }, host);
  return { servers: [{ label: url, pin: null, evidence: [noBytes, ...evidence], findings }] };
}

/** The same of a pinned one: each name that it was approved under is asked about again. */
export async function vouchForRemotePin(pin: RemotePin, host: Host): Promise<Pick<Vouched, 'evidence' | 'findings'>> {
  const { artifact, launch } = pin;
  const resolution = { ecosystem: 'remote', url: launch.url } as const;
  const { evidence, findings } = await vouch({ artifact, closure: null, resolution, approvedAs: pinnedRegistryNames(pin) }, host);
  return { evidence: [noBytes, ...evidence], findings };
}
