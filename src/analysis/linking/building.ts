import { memberOf as originOf } from '../syntax/origin.ts';
import type { Term } from './term.ts';

const maxAlternatives = 12;

/** The member of what a term stands for. */
export function memberOf(term: Term, name: string): Term {
  if (term === null || typeof term === 'string') return null;
  if (name === '*') return anyMember(term);
  if ('members' in term) return Object.hasOwn(term.members, name) ? (term.members[name] ?? null) : null;
  if ('param' in term) return { ...term, path: term.path === '' ? name : `${term.path}.${name}` };
  if ('ref' in term) return { ref: originOf(term.ref, name)[0] ?? term.ref };
  return 'any' in term ? any(term.any.map((part) => memberOf(part, name))) : null;
}

/** What a computed name may take out of a table: any of what is in it, and what is put there later. */
function anyMember(term: Exclude<Term, string | null>): Term {
  if ('members' in term) return { any: [...Object.values(term.members), null] };
  if ('list' in term) return { any: [...term.list, null] };
  if ('ref' in term) return term.ref.startsWith('module:.') ? { ref: originOf(term.ref, null)[0] ?? term.ref } : null;
  return 'any' in term ? any(term.any.map((part) => memberOf(part, '*'))) : null;
}

/** One of these: without what is said twice, flat, and bounded. */
export function any(terms: readonly Term[]): Term {
  if (terms.length < 2) return terms[0] ?? null;
  const flat = terms.flatMap((term) => (term !== null && typeof term === 'object' && 'any' in term ? term.any : [term]));
  const distinct = [...new Map(flat.map((term) => [typeof term === 'object' ? JSON.stringify(term) : term, term])).values()];
  const kept = distinct.length > maxAlternatives ? [...distinct.slice(0, maxAlternatives - 1), null] : distinct;
  return kept.length === 0 ? null : kept.length === 1 ? (kept[0] ?? null) : { any: kept };
}

/** One after the other; a text when all of it is known. */
export function text(parts: readonly Term[]): Term {
  const flat: Term[] = [];
  for (const part of parts.flatMap((found) => (found !== null && typeof found === 'object' && 'text' in found ? found.text : [found]))) {
    const last = flat.at(-1);
    if (typeof part === 'string' && typeof last === 'string') flat[flat.length - 1] = last + part;
    else if (part !== '' && !(part === null && last === null)) flat.push(part);
  }
  return flat.length === 0 ? '' : flat.length === 1 ? (flat[0] ?? null) : flat.every((part) => part === null) ? null : { text: flat };
}

/** A literal must not look like a place or a hole. */
export function clean(text: string): string {
  const plain = text.replaceAll('\0', '');
  return /^(?:~|<(?:package|cwd|tmp|argument)>)/.test(plain) && plain !== '~' && !plain.startsWith('~/') ? `./${plain}` : plain;
}
