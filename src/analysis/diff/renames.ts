import { canonical } from '../../model/canonical.ts';
import type { JsonObject } from '../../model/json.ts';

/** One item under another name. */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

/** Two items are one under another name from this share of words on that both have, of all that both are made of. */
export const renameThreshold = 0.8;
/** Items of fewer words have too little to be recognised by. */
const minWords = 12;
/** Beyond this only equal ones are found: an attacker chooses how many there are, and how long. */
const maxPairs = 2_500;
const maxWords = 2_000;

/**
 * Items that went under one name and came under another: equal in all but the name, or nearly (`renameThreshold`), with
 * only one candidate on each side. Anything less sure is one gone and one new. Sorted by the old name; what else changed
 * in a renamed item is for the caller to tell.
 */
export function findRenames(
  gone: readonly string[],
  come: readonly string[],
  old: ReadonlyMap<string, JsonObject>,
  now: ReadonlyMap<string, JsonObject>,
  key: string,
): readonly Rename[] {
  const [left, right] = [bodies(gone, old, key), bodies(come, now, key)];
  const equal = pairs(left, right, (a, b) => a !== '' && a === b);
  const open = (all: ReadonlyMap<string, string>, taken: readonly string[]) => new Map([...all].filter(([name]) => !taken.includes(name)));
  // Where several are equal nothing tells which became which: a likeness of less says nothing more.
  const ambiguous = (mine: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>) => {
    const bodiesOfOthers = new Set(others.values());
    return [...mine].filter(([, body]) => bodiesOfOthers.has(body)).map(([name]) => name);
  };
  const [restLeft, restRight] = [open(left, ambiguous(left, right)), open(right, ambiguous(right, left))];
  const near = restLeft.size * restRight.size > maxPairs ? [] : pairs(counted(restLeft), counted(restRight), isNear);
  return [...equal, ...near].sort((a, b) => (a.from < b.from ? -1 : 1));
}

/** Those that fit exactly one of the other side, both ways. */
function pairs<T>(left: ReadonlyMap<string, T>, right: ReadonlyMap<string, T>, fits: (a: T, b: T) => boolean): readonly Rename[] {
  const found = [...left].flatMap(([from, a]) => [...right].flatMap(([to, b]) => (fits(a, b) ? [{ from, to }] : [])));
  return found.filter((one) => found.every((other) => other === one || (other.from !== one.from && other.to !== one.to)));
}

function bodies(names: readonly string[], items: ReadonlyMap<string, JsonObject>, key: string): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [name, bodyOf(items.get(name) ?? {}, key)]));
}

/** Everything but the name, in one text; empty = there is nothing, or it has no canonical form. */
function bodyOf(item: JsonObject, key: string): string {
  const { [key]: _, ...others } = item;
  if (Object.keys(others).length === 0) return '';
  try {
    return canonical(others);
  } catch {
    return '';
  }
}

interface Words {
  readonly total: number;
  readonly counts: ReadonlyMap<string, number>;
}

function counted(all: ReadonlyMap<string, string>): ReadonlyMap<string, Words> {
  return new Map([...all].map(([name, body]) => [name, wordsOf(body)]));
}

function wordsOf(body: string): Words {
  const words = body.match(/[\p{L}\p{N}_]+/gu) ?? [];
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return { total: words.length, counts };
}

/** Sørensen–Dice over words with their number: what both have, twice, of what both are made of. */
function isNear(a: Words, b: Words): boolean {
  if (Math.min(a.total, b.total) < minWords || Math.max(a.total, b.total) > maxWords) return false;
  let shared = 0;
  for (const [word, count] of a.counts) shared += Math.min(count, b.counts.get(word) ?? 0);
  return (2 * shared) / (a.total + b.total) >= renameThreshold;
}
