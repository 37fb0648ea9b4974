import type { NpmReference } from '../../src/model/reference.ts';
import { installable, parseReference } from '../../src/sources/reference.ts';

/** An npm package by its words. */
export function npmReference(words: readonly string[]): NpmReference {
  return installable(parseReference(words, null));
}
