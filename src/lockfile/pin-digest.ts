import { type Digest, digestValue } from '../model/digest.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { isRemotePin, type Launch, type Pin } from '../model/pin.ts';

/** The digest of a pin's canonical form; a ticket names it, so that an edited lock and its ticket no longer fit. */
export function pinDigest(pin: Pin): Digest {
  return digestValue(pin as unknown as JsonValue);
}

/** The digest of a launch: what runs, with which arguments, where, and with which variables. */
export function launchDigest(launch: Launch): Digest {
  return digestValue(launch as unknown as JsonValue);
}

/**
 * What the secrets of a pin are for: the same package in whatever version; where no bytes are pinned, exactly the same
 * command line, or address. Who puts another server under the same name gets nothing that was given to this one.
 */
export function secretPurpose(pin: Pin): Digest {
  const { subject } = pin.artifact;
  if (isRemotePin(pin)) return digestValue({ subject, url: pin.launch.url });
  return pin.closure === null ? digestValue({ subject, command: pin.launch.command, args: pin.launch.args }) : digestValue({ subject });
}

/**
 * What secret words of a command line are for: these words, in this order, of what `secretPurpose` says. Under other words
 * a key could be handed to another option, or to another program.
 */
export function wordsPurpose(pin: Pin): Digest {
  const words = isRemotePin(pin) ? [] : pin.closure === null ? [pin.launch.command, ...pin.launch.args] : pin.launch.args;
  return digestValue({ purpose: secretPurpose(pin), words: [...words] });
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
