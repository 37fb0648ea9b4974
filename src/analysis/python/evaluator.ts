import type { PyNode } from './syntax.ts';

/**
 * Where a value comes from: a dotted path (`os.environ`, `builtins.open`, `httpx.Client()`, `pathlib.Path.home()`).
 * A last part `*` = any member.
 */
export type Origin = string;

export interface Evaluator {
  /** What an expression may be; empty = a value of its own, or nothing known. */
  origins(node: PyNode): readonly Origin[];
  /** The one text that an expression is; null = not known. */
  text(node: PyNode): string | null;
  /** What the text of an expression begins with; '' = not known. */
  head(node: PyNode): string;
  /** What a name of the file may be, asked from another file. */
  named(name: string): readonly Origin[];
  /** The one text that a name of the file is, or a member of a class of it (`Names.READ`), asked from another file. */
  namedText(name: string, member: string | null): string | null;
  /** True when the file was too tangled to follow to the end. */
  lostTrack(): boolean;
}

/** What a dotted path of the package's own code stands for; null = not of this package, or not known. */
export interface OwnNames {
  readonly origins: (path: string) => readonly Origin[] | null;
  readonly text: (path: string) => string | null;
}
