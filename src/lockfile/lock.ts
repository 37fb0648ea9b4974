import type { Pin } from '../model/pin.ts';

/** All pins of one scope, by name. */
export interface Lock {
  readonly version: 1;
  readonly pins: Readonly<Record<string, Pin>>;
}

/** A lock without pins. */
export const emptyLock: Lock = { version: 1, pins: {} };

/** The pin of that name; null = none. Never what an object inherits. */
export function pinOf(lock: Lock, name: string): Pin | null {
  return Object.hasOwn(lock.pins, name) ? (lock.pins[name] ?? null) : null;
}

/** The lock with one pin set, or taken out (null). */
export function withPin(lock: Lock, name: string, pin: Pin | null): Lock {
  const others = Object.entries(lock.pins).filter(([other]) => other !== name);
  return { version: 1, pins: Object.fromEntries(pin === null ? others : [...others, [name, pin]]) };
}
