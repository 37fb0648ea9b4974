import { type Digest, digestValue } from '../model/digest.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import type { Launch, Pin } from '../model/pin.ts';

/** The digest of a pin's canonical form; a ticket names it, so that an edited lock and its ticket no longer fit. */
export function pinDigest(pin: Pin): Digest {
  return digestValue(pin as unknown as JsonValue);
}

/** The digest of a launch: what runs, with which arguments, where, and with which variables. */
export function launchDigest(launch: Launch): Digest {
  return digestValue(launch as unknown as JsonValue);
}

/**
 * The digest of one pin inside a parsed lock, without checking its shape; null = no such pin. For the launch path, which
 * only asks whether the lock still says what the ticket was made from.
 */
export function pinDigestIn(lock: JsonValue, name: string): Digest | null {
  const pins = isObject(lock) ? lock['pins'] : undefined;
  if (!isObject(pins) || !Object.hasOwn(pins, name)) return null;
  try {
    return digestValue(pins[name] as JsonValue);
  } catch {
    return null; // no canonical form, so it cannot be what was approved
  }
}
