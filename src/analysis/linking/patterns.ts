import { posix } from 'node:path';
import type { Term } from './term.ts';

/** Stands in a text for a part that nobody knows. */
export const hole = '\0';
/** Stands where a program ends and its arguments begin, in the command of a `program` scope: a path may have spaces. */
export const argumentsBegin = '\x01';

/** More alternatives than this are "anything else too". */
const maxPatterns = 48;
const maxLength = 1_000;
const maxDepth = 24;

/** Looks up what a single file cannot say; null = nobody knows. */
export type Lookup = (term: Term & object, depth: number) => readonly string[] | null;

/**
 * Every text that a term may stand for, with `hole` where a part is unknown. A text that is unknown altogether is
 * the hole alone; empty = it stands for nothing that is not said elsewhere. Bounded in number, length and depth.
 */
export function patternsOf(term: Term, lookup: Lookup, depth = 0): readonly string[] {
  if (term === null || depth > maxDepth) return [hole];
  if (typeof term === 'string') return [term.slice(0, maxLength)];
  if ('any' in term) return bounded(term.any.flatMap((part) => patternsOf(part, lookup, depth + 1)));
  if ('text' in term) return joined(term.text, '', lookup, depth);
  if ('list' in term) return joined(term.list, ' ', lookup, depth);
  if ('place' in term) return bounded(joined(term.place, '/', lookup, depth).map(normalPlace));
  if ('url' in term) return based(term.url, lookup, depth);
  return bounded(lookup(term, depth + 1) ?? [hole]);
}

/** Distinct, and no more than the bound; what is left out is a hole. */
export function bounded(found: readonly string[]): readonly string[] {
  const distinct = [...new Set(found)];
  return distinct.length <= maxPatterns ? distinct : [...distinct.slice(0, maxPatterns - 1), hole];
}

function joined(parts: readonly Term[], glue: string, lookup: Lookup, depth: number): readonly string[] {
  let texts: readonly string[] = [''];
  for (const [index, part] of parts.entries()) {
    const found = patternsOf(part, lookup, depth + 1);
    // Where not all can be told, how each begins says more than how some of them end.
    const next = texts.length > 1 && texts.length * found.length > maxPatterns ? [hole] : found;
    texts = bounded(texts.flatMap((text) => next.map((tail) => `${text}${index === 0 ? '' : glue}${tail}`.slice(0, maxLength))));
  }
  return texts;
}

/** A later absolute part starts anew, as `path.resolve` does; where a part is unknown, nobody knows where `..` leads. */
function normalPlace(text: string): string {
  const anew = Math.max(...[...text.matchAll(/\/(?=~\/|<(?:package|cwd|tmp|argument)>)/g)].map((match) => match.index + 1), 0);
  const rest = text.slice(anew);
  const climb = rest.lastIndexOf('/..');
  if (climb >= 0 && rest.includes(hole)) return `${hole}${rest.slice(climb + 3)}`;
  const normal = posix.normalize(rest);
  return normal.length > 1 ? normal.replace(/\/$/, '') : normal;
}

/** A path with a scheme stands for itself; any other has the base's host. */
function based([path = null, base = null]: readonly Term[], lookup: Lookup, depth: number): readonly string[] {
  const [paths, bases] = [patternsOf(path, lookup, depth + 1), patternsOf(base, lookup, depth + 1)];
  return bounded(
    paths.flatMap((text) => {
      if (/^[a-z][a-z\d+.-]*:/i.test(text)) return [text];
      // What is wholly unknown may bring a host of its own.
      if (text.startsWith(hole) || text.startsWith('//')) return [hole, ...bases];
      return bases.map((from) =>
        from.startsWith('<package>')
          ? normalPlace(`${posix.dirname(from)}/${text}`)
          : `${from.replace(/\/$/, '')}/${text.replace(/^\//, '')}`,
      );
    }),
  );
}
