import { isOpen, type OpenWord, openParts } from './filled.ts';
import { isPlaintextSecret } from './plaintext-secret.ts';
import { fromTemplate, type Surroundings, splitTemplate } from './surroundings.ts';

/** Where a word of a command line stands, for people and as the name of a secret: no variable can be called so. */
export function wordName({ place }: Pick<OpenWord, 'place'>): string {
  return `argument-${place}`;
}

/** True for the name of a word of a command line. */
export function isWordName(name: string): boolean {
  return /^argument-(?:0|[1-9]\d{0,4})$/.test(name);
}

/** The option that a word of a command line belongs to, as it is written (`--api-key`, `-p`); null = it belongs to none. */
export function optionOf({ word, before }: Pick<OpenWord, 'word' | 'before'>): string | null {
  const own = /^(-{1,2}[A-Za-z][\w.-]*)[=:]/.exec(word)?.[1];
  if (own !== undefined) return own;
  return !isOpen(before) && /^-{1,2}[A-Za-z][\w.-]*$/.test(before) ? before : null;
}

/**
 * True where a value of an open word is a secret as it stands: what `isPlaintextSecret` says of one of its open parts, under the
 * name that stands before it. Open words that only look odd are none.
 */
export function isSecretWord(open: OpenWord, value: string, surroundings: Surroundings): boolean {
  const parts = openParts(open.word, value, surroundings);
  const pieces = splitTemplate(open.word, 'client').map((piece) => fromTemplate(piece, surroundings));
  const option = optionOf(open)?.replace(/^-+/, '') ?? '';
  return parts?.some((part, at) => isSecretPart(pieces[at] ?? '', part, pieces[at + 1] ?? '', at === 0 ? option : '')) ?? false;
}

/** `lead`, `tail`: the pinned text around the part. */
function isSecretPart(lead: string, part: string, tail: string, option: string): boolean {
  // `scheme://user:password@`
  if (lead.endsWith('://') && tail.startsWith('@') && part.includes(':'))
    return isPlaintextSecret('password', part.slice(part.indexOf(':') + 1));
  const assigned = /([A-Za-z][\w.-]*)["']?\s*[=:]\s*(?:(?:Bearer|Basic|Token)\s+)?["']?$/i.exec(lead)?.[1];
  const named = assigned ?? /-([A-Za-z][\w.-]*)\s+$/.exec(lead)?.[1];
  const scheme = /\b(?:Bearer|Basic)\s+$/i.test(lead) ? 'authorization' : null;
  return isPlaintextSecret(named ?? scheme ?? (/^-?$/.test(lead) ? option : ''), part);
}
