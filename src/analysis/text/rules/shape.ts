import { limits } from '../../../model/limits.ts';
import { decodings } from '../decode.ts';
import type { TextField } from '../field.ts';
import { fold } from '../fold.ts';
import type { Hit, SignalLevel } from '../rule.ts';

/** A rule about how a text is made; its hits are offsets in the text as written. */
export interface ShapeRule {
  readonly id: string;
  readonly level: SignalLevel;
  readonly find: (field: TextField) => readonly Hit[];
}

export const shapeRules: readonly ShapeRule[] = [
  {
    id: 'letters-of-another-script',
    level: 'high',
    find: ({ text }) => {
      if (!fold(text).mixed) return [];
      const at = text.search(/[\u0370-\u03ff\u0400-\u052f\u0531-\u0587\u1d00-\u1d2f\u2160-\u217f]/u);
      return at === -1 ? [] : [wordAround(text, at)];
    },
  },
  {
    id: 'encoded-words',
    level: 'medium',
    find: ({ text }) =>
      decodings(text)
        .filter(({ how, start }) => ['base64', 'hexadecimal', 'escapes'].includes(how) && !isPicture(text, start))
        .map(({ start, end }) => ({ start, end })),
  },
  {
    id: 'hidden-comment',
    level: 'medium',
    find: ({ text }) =>
      matches(text, /<!--[^>]{8,400}|<(?:span|div|p)[^>]{0,80}(?:display: ?none|visibility: ?hidden|font-size: ?0)[^>]{0,80}>/i),
  },
  { id: 'pushed-out-of-sight', level: 'medium', find: ({ text }) => matches(text, /\S[^\S\n]{60,}\S|\S(?:[^\S\n]*\n){15,}[^\S\n]*\S/) },
  {
    id: 'picture-or-data-link',
    level: 'low',
    find: ({ text, pointer }) =>
      pointer.includes('/icons/') ? [] : matches(text, /!\[[^\]]{0,80}\]\(https?:|\bdata:[a-z]+\/[a-z0-9.+-]+[;,]|\bjavascript:/i),
  },
  {
    id: 'very-long',
    level: 'low',
    find: ({ text }) =>
      text.length > limits.signalLongChars
        ? [{ start: limits.signalLongChars, end: text.length, ...(text.length > limits.signalMaxChars ? { level: 'high' as const } : {}) }]
        : [],
  },
];

function matches(text: string, pattern: RegExp): readonly Hit[] {
  const match = pattern.exec(text);
  return match === null ? [] : [{ start: match.index, end: match.index + match[0].length }];
}

function wordAround(text: string, at: number): Hit {
  const before = /[\p{L}\p{M}]*$/u.exec(text.slice(0, at))?.[0].length ?? 0;
  const after = /^[\p{L}\p{M}]*/u.exec(text.slice(at))?.[0].length ?? 0;
  return { start: at - before, end: at + after };
}

/** Icons and examples carry pictures; nobody reads words out of them. */
function isPicture(text: string, start: number): boolean {
  return /data:(?:image|font|audio|video)\/[\w.+-]+;base64,$/.test(text.slice(Math.max(0, start - 60), start));
}
