import type { FieldKind } from './field.ts';
import type { NameReference } from './references.ts';

/** How much a signal says, least first. They inform and escalate; none of them ever allows. */
export const signalLevels = ['low', 'medium', 'high'] as const;
export type SignalLevel = (typeof signalLevels)[number];

/** One sentence of a reading, folded; offsets of hits are relative to it. */
export interface Sentence {
  readonly text: string;
  /** The same with its capitals. */
  readonly cased: string;
  readonly kind: FieldKind;
  /** Names of tools in it that are not the item's own, in order. */
  readonly references: readonly NameReference[];
}

export interface Hit {
  readonly start: number;
  readonly end: number;
  /** The rule's own when absent. */
  readonly level?: SignalLevel;
}

/**
 * A named rule, described in docs/signals/<id>.md. `find` is pure; its regular expressions have bounded repetitions,
 * because the text is attacker-controlled.
 */
export interface TextRule {
  readonly id: string;
  /** The highest level that it gives. */
  readonly level: SignalLevel;
  readonly find: (sentence: Sentence) => readonly Hit[];
}

/** A rule that fires on the first match of any of the patterns in prose and in values. */
export function phrases(id: string, level: SignalLevel, ...patterns: readonly RegExp[]): TextRule {
  return {
    id,
    level,
    find: ({ text, kind }) => (kind === 'parameter-name' ? [] : firstMatch(text, patterns)),
  };
}

/** The first match of the first pattern that matches, as a hit; empty = none. */
export function firstMatch(text: string, patterns: readonly RegExp[], level?: SignalLevel): readonly Hit[] {
  for (const pattern of patterns) {
    const match = pattern.exec(text);
    if (match !== null) return [{ start: match.index, end: match.index + match[0].length, ...(level === undefined ? {} : { level }) }];
  }
  return [];
}
