import type { JsonValue } from '../../model/json.ts';

/**
 * What a client's parser tolerates. `json-comments`: comments, but no trailing commas. `jsonc`: both. `json5`: what
 * json5.org allows; what pinfold writes into such a file is plain JSON. `script`: a program that the client executes.
 */
export type Dialect = 'json' | 'json-comments' | 'jsonc' | 'json5' | 'toml' | 'yaml' | 'front-matter' | 'script';

/** Member names and array indexes from the root. */
export type TextPath = readonly (string | number)[];

/** A place where the text is not what the dialect allows. Says what and where, and never quotes the text: it may be a secret. */
export interface TextProblem {
  /** Lower case, no full stop, with line and column. */
  readonly message: string;
}

export interface ParsedText {
  /** Objects have no prototype, so that a member called `__proto__` is a member. undefined = the text holds no value. */
  readonly value: JsonValue | undefined;
  /** Empty when the text is valid. */
  readonly problems: readonly TextProblem[];
  /** Paths of members whose name occurs more than once in their object; the last one wins in `value`. */
  readonly duplicates: readonly TextPath[];
}

/**
 * A configuration as text that can be edited: only the bytes of one member change, and everything else (comments, order,
 * spacing, quotes, number spellings, line endings) stays. It is parsed once; every edit gives a new text, which is parsed
 * again and compared before it is returned: an edit that would change anything but its own member throws. Texts come
 * without a byte-order mark.
 *
 * @throws GuardError `config-invalid`, from every method: the text is not valid in its dialect, a member on the way or
 * inside the edited one occurs twice, or something on the way is not a container.
 */
export interface EditableText extends ParsedText {
  readonly text: string;
  /** Replaces the value at `path`, or adds it (and missing maps on the way) behind the last sibling. */
  set(path: TextPath, value: JsonValue): EditableText;
  /** Takes the member out; `set` of a new member and then `remove` gives the same text again. */
  remove(path: TextPath): EditableText;
  /**
   * The value at `path` as it is written, with its comments, as a text that only `setText` of the same dialect understands;
   * null = not there. It may hold secrets.
   */
  textAt(path: TextPath): string | null;
  /** Puts back what `textAt` gave: after any `set` of the same path, byte for byte. */
  setText(path: TextPath, valueText: string): EditableText;
}
