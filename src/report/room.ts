import { rowsOf } from './layout.ts';
import type { Style } from './style.ts';

/** How much of everything a card tells: the whole, or what fits one screen. What is left out is counted. */
export interface Room {
  /** Nothing is left out, nothing is cut. */
  readonly full: boolean;
  /** What stands between two sections. */
  readonly between: '\n\n' | '\n';
  /** Rows of one text of others: a finding that needs a person or blocks; anything else. */
  readonly seriousRows: number;
  readonly textRows: number;
  readonly capabilities: number;
  /** Ways of keys. */
  readonly ways: number;
  /** Up to this many tools have a line each; more are named by risk. */
  readonly tools: number;
  /** Rows of names for the tools that say they are destructive. */
  readonly destructiveRows: number;
  /** Rows for what nobody can check. */
  readonly cannotTellRows: number;
  /** Findings of one code that are told in whole, each with its sentence; the rest is counted. */
  readonly findings: { readonly serious: number; readonly warn: number; readonly info: number };
}

const all = Number.POSITIVE_INFINITY;

/** For `--full`. */
export const everything: Room = {
  full: true,
  between: '\n\n',
  seriousRows: all,
  textRows: all,
  capabilities: all,
  ways: all,
  tools: all,
  destructiveRows: all,
  cannotTellRows: all,
  findings: { serious: all, warn: all, info: all },
};

/** Rows of one screen, and those that leave room for what `install` says after a card. */
export const screenRows = 45;
export const usualRows = 40;

const usual: Room = {
  full: false,
  between: '\n\n',
  seriousRows: 4,
  textRows: 3,
  capabilities: 7,
  ways: 3,
  tools: 4,
  destructiveRows: 2,
  cannotTellRows: 4,
  findings: { serious: 3, warn: 2, info: 1 },
};
const close: Room = {
  ...usual,
  seriousRows: 3,
  textRows: 2,
  tools: 2,
  destructiveRows: 1,
  cannotTellRows: 3,
  findings: { serious: 2, warn: 1, info: 0 },
};
const closer: Room = { ...close, textRows: 1, ways: 2, findings: { serious: 1, warn: 0, info: 0 } };

/** From roomy to close: a card takes the first that fits `usualRows`, else the first that fits `screenRows`. */
export const screens: readonly Room[] = [usual, close, closer];

/** Without empty lines between its sections, for a server of which there is too much to tell. */
export const tight: Room = {
  ...closer,
  between: '\n',
  seriousRows: 2,
  ways: 1,
  cannotTellRows: 2,
  findings: { serious: 0, warn: 0, info: 0 },
};

/** Rows of a text that is worth at most so many on a screen; any number with `--full`. */
export function rowsFor({ full, textRows }: Room, most: number): number {
  return full ? all : Math.min(most, textRows);
}

/** A part of a card: a headed block of lines. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
  /** Whether lines of it may be left out where nothing else helps: never findings, the command or the decision. */
  readonly foldable: boolean;
}

/** The sections as one text; one without lines and title is left out. */
export function joinSections(sections: readonly Section[], { between }: Room): string {
  return sections
    .map(({ title, lines }) => (lines.length === 0 ? '' : [...(title === '' ? [] : [title]), ...lines].join('\n')))
    .filter((text) => text !== '')
    .join(between);
}

/**
 * The sections with as few last lines left out as a screen needs, always of what is longest among the foldable: no amount
 * of anything there takes room from findings, command and decision. Each keeps its first line, and says how many it lost.
 */
export function fold(sections: readonly Section[], room: Room, style: Style): readonly Section[] {
  const kept = sections.map(({ lines }) => lines.flatMap((line) => line.split('\n')));
  const folded = () =>
    sections.map((section, index) => {
      const lines = kept[index] ?? [];
      const lost = section.lines.flatMap((line) => line.split('\n')).length - lines.length;
      return lost === 0
        ? section
        : { ...section, lines: [...lines, style.dim(`    … and ${lost} more ${lost === 1 ? 'line' : 'lines'} (--full)`)] };
    });
  for (;;) {
    const now = folded();
    if (rowsOf(joinSections(now, room), style.columns) <= screenRows) return now;
    const longest = kept
      .filter((lines, index) => sections[index]?.foldable === true && lines.length > 1)
      .sort((a, b) => b.length - a.length)[0];
    if (longest === undefined) return now;
    longest.pop();
  }
}
