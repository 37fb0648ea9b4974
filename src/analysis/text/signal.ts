import type { TextField } from './field.ts';
import type { ReadingKind } from './reading.ts';
import type { SignalLevel } from './rule.ts';

/** One rule that fired in one text. */
export interface Signal {
  readonly rule: string;
  readonly level: SignalLevel;
  readonly reading: ReadingKind;
  readonly field: TextField;
  /** What fired, in UTF-16 units of `field.text`. */
  readonly start: number;
  readonly end: number;
  /** A tool of another server that it is about, `server: tool`. */
  readonly other?: string;
}
