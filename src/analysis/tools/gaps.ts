import type { Node } from 'oxc-parser';
import type { Place } from '../syntax/walk.ts';
import type { StaticKind } from './items.ts';
import { isFunction, type Module } from './module.ts';

/** How a list that cannot be read seems to be made, the most telling first, by words of the code around it. */
const makings: readonly (readonly [RegExp, string])[] = [
  [/open-?api|swagger/i, 'are built from an OpenAPI document at run time'],
  [/\.listTools\(|\.listPrompts\(|\.listResources\(|method:\s*["'`](?:tools|prompts|resources)\/list["'`]/, 'are listed by another server'],
  [/readdir|\bglob(?:Sync)?\(|import\.meta\.glob/, 'are loaded from files that are looked for at run time'],
  [/\bfetch\(|axios|https?\.get\(|\.request\(/, 'are fetched at run time'],
  [/process\.env|process\.argv|\bargv\b/, 'depend on arguments or the environment'],
];
const maxText = 6_000;

/** One sentence on what cannot be read, and where. */
export function gapAt(kind: StaticKind, module: Module, node: Node, place: Place): string {
  const where = `${module.path}:${module.lineOf(node)}`;
  for (let at: Place | null = place, level = 0; at !== null && level < 2; at = at.parent) {
    if (!isFunction(at.node) && at !== place) continue;
    level++;
    const text = module.text.slice(at.node.start, Math.min(at.node.end, at.node.start + maxText));
    const made = makings.find(([words]) => words.test(text));
    if (made !== undefined) return `${kind} ${made[1]} (${where})`;
  }
  return `${kind} are made at run time (${where})`;
}
