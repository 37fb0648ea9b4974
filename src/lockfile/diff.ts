import { canonical } from '../model/canonical.ts';
import type { JsonValue } from '../model/json.ts';
import type { Pin } from '../model/pin.ts';
import type { Lock } from './lock.ts';
import { pinOf } from './lock.ts';

/** What is between two locks. Names sorted by code unit; all empty = the same pins. */
export interface LockDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly {
    readonly name: string;
    /** The members of the pin that differ, sorted. */
    readonly members: readonly (keyof Pin)[];
    readonly before: Pin;
    readonly after: Pin;
  }[];
}

/** The difference from one lock to another. */
export function diffLocks(before: Lock, after: Lock): LockDiff {
  const names = [...new Set([...Object.keys(before.pins), ...Object.keys(after.pins)])].sort();
  const added: string[] = [];
  const removed: string[] = [];
  const changed: LockDiff['changed'][number][] = [];
  for (const name of names) {
    const left = pinOf(before, name);
    const right = pinOf(after, name);
    if (left === null) added.push(name);
    else if (right === null) removed.push(name);
    else {
      const members = differingMembers(left, right);
      if (members.length > 0) changed.push({ name, members, before: left, after: right });
    }
  }
  return { added, removed, changed };
}

function differingMembers(left: Pin, right: Pin): readonly (keyof Pin)[] {
  const members = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort() as (keyof Pin)[];
  const text = (pin: Pin, member: keyof Pin) => canonical((pin[member] ?? null) as unknown as JsonValue);
  return members.filter((member) => text(left, member) !== text(right, member));
}
