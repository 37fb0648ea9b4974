import type { Origin } from '../syntax/origin.ts';

/**
 * What an expression stands for as far as one file says: a function of that file's bytes alone, plain data. What another
 * file or a caller decides stays a name in it, and is looked up when the files of a closure are put together.
 */
export type Term =
  /** A text, a number as a text, or a place: `~`, `<package>/…`, `<cwd>`, `<tmp>`, `<argument>`. Attacker-controlled. */
  | string
  /** Anything. */
  | null
  /** What a module exports, or a global: `module:./config base.url`. */
  | { readonly ref: Origin }
  /** Argument number `at` of the function `of` of this file, or a member of it by dotted path. */
  | { readonly param: string; readonly at: number; readonly path: string }
  /** A function (or the constructor of a class) of this file. */
  | { readonly fn: string }
  /** One of these. */
  | { readonly any: readonly Term[] }
  /** One after the other. */
  | { readonly text: readonly Term[] }
  /** Joined as `path.join` does. */
  | { readonly place: readonly Term[] }
  /** `new URL(path, base)`. */
  | { readonly url: readonly Term[] }
  /** An array. */
  | { readonly list: readonly Term[] }
  /** An object; `more` = it has members that are not spelled out. */
  | { readonly members: Readonly<Record<string, Term>>; readonly more: boolean };

/** A call whose meaning another file knows, or whose arguments a function of this file hands on. */
export interface Call {
  readonly to: { readonly ref: Origin } | { readonly fn: string };
  readonly args: readonly Term[];
  readonly line: number;
}

/** What one file offers to and takes from others. */
export interface FileLinks {
  /** Dotted path of an exported name → what it holds; '' = the whole module, `default` left out. */
  readonly exports: Readonly<Record<string, Term>>;
  /** Specifiers of `export * from`, sorted. */
  readonly stars: readonly string[];
  readonly calls: readonly Call[];
  /** Functions of this file that leave sight: anybody may call them with anything. Sorted. */
  readonly passed: readonly string[];
  /** What of other files is used other than by calling it: read, handed on, stored. */
  readonly taken: readonly { readonly ref: Origin; readonly line: number }[];
  /** True when it loads modules that it does not name, or could not be read: they may call any export of the package. */
  readonly loadsAny: boolean;
  /** True when there was more than the bounds hold: then every function of the file counts as passed. */
  readonly overflow: boolean;
}

/** Of a file that could not be read. */
export const unknownLinks: FileLinks = { exports: {}, stars: [], calls: [], passed: [], taken: [], loadsAny: true, overflow: true };

/** True for a term that only other files or callers can complete. */
export function isOpen(term: Term): boolean {
  if (term === null || typeof term === 'string') return false;
  if ('ref' in term || 'param' in term) return true;
  if ('fn' in term) return false;
  return partsOf(term).some(isOpen);
}

/** The functions of the file whose arguments a term needs. */
export function parametersIn(term: Term): readonly string[] {
  if (term === null || typeof term === 'string') return [];
  return 'param' in term ? [term.param] : partsOf(term).flatMap(parametersIn);
}

/** The terms that a term is made of. */
export function partsOf(term: Exclude<Term, string | null>): readonly Term[] {
  if ('any' in term) return term.any;
  if ('text' in term) return term.text;
  if ('place' in term) return term.place;
  if ('url' in term) return term.url;
  if ('list' in term) return term.list;
  return 'members' in term ? Object.values(term.members) : [];
}
