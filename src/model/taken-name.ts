import { skeleton } from './confusable.ts';
import type { ToolsElsewhere } from './manifest.ts';

/** A tool whose name another server's tool has, or has but for how it is written. */
export interface TakenName {
  /** The other one. */
  readonly server: string;
  readonly tool: string;
  /** `disguised`: it only looks the same, so it was made to be taken for the other. */
  readonly how: 'same' | 'disguised';
  /** A text of it speaks of the other server, or of another tool of that name. */
  readonly refers: boolean;
}

/** Tools of other servers by what their names look like. */
export type ToolIndex = ReadonlyMap<string, readonly Pick<TakenName, 'server' | 'tool'>[]>;

export function toolIndex(elsewhere: readonly ToolsElsewhere[]): ToolIndex {
  const index = new Map<string, Pick<TakenName, 'server' | 'tool'>[]>();
  for (const { server, tools } of elsewhere) {
    for (const tool of tools) {
      const key = skeleton(tool);
      index.set(key, [...(index.get(key) ?? []), { server, tool }]);
    }
  }
  return index;
}

/**
 * Whose name a tool takes; null = nobody's here. The same name is an everyday thing (`search` belongs to many): it says
 * something together with a text that speaks of the other one. Of several others, a disguise and a text count first.
 *
 * @param texts every text of the tool but its name. All attacker-controlled.
 */
export function takenName(name: string, texts: readonly string[], index: ToolIndex): TakenName | null {
  const others = index.get(skeleton(name)) ?? [];
  const plain = others.length === 0 ? [] : texts.map(asWords);
  const taken = others.map(({ server, tool }): TakenName => {
    const how = spelling(tool) === spelling(name) ? 'same' : 'disguised';
    return { server, tool, how, refers: plain.some((text) => speaksOf(text, server, tool)) };
  });
  return taken.toSorted((a, b) => weight(b) - weight(a))[0] ?? null;
}

/** True when the name and the text, or the name alone, show that the tool wants to be taken for the other. */
export function isShadowing({ how, refers }: TakenName): boolean {
  return how === 'disguised' || refers;
}

function weight({ how, refers }: TakenName): number {
  return (how === 'disguised' ? 2 : 0) + (refers ? 1 : 0);
}

/** Names that differ only here differ by taste, not by disguise. */
function spelling(name: string): string {
  return name.toLowerCase().replace(/[\s._-]/g, '');
}

/** Words in lower case with one space around each, so that a name of several words is found however they are joined. */
function asWords(text: string): string {
  const words = text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .toLowerCase();
  return ` ${words.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()} `;
}

/** Server names that every text has. */
const everyday = /^ (?:mcp|server|tool|tools|search|files|notes|memory|local|test|\p{L}{1,2}) $/u;
const contrast =
  /(?: (?:other|original|real|official|old|another|existing|replaces?|replacing|supersedes?)| instead of| rather than| in place of)$/;

function speaksOf(text: string, server: string, tool: string): boolean {
  const called = asWords(server);
  if (!everyday.test(called) && text.includes(called)) return true;
  const name = asWords(tool);
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const before = text.slice(Math.max(0, at - maxDistance), at);
    if (contrast.test(before) || contrast.test(before.replace(/ (?:the|a|an|any|its|your)$/, ''))) return true;
  }
  return false;
}

const maxDistance = 40;
