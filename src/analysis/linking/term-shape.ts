import { isObject } from '../../model/json.ts';
import type { Call, FileLinks, Term } from './term.ts';

/** Deeper than any term that is made here (`syntax/terms.ts` bounds its own steps). */
const maxDepth = 64;

/** True for what `collectLinks` may give, as it comes back from another process or from a file. */
export function isFileLinks(value: unknown): value is FileLinks {
  return (
    isObject(value) &&
    isObject(value['exports']) &&
    Object.values(value['exports']).every((term) => isTerm(term)) &&
    isTexts(value['stars']) &&
    isTexts(value['passed']) &&
    isList(value['calls'], isCall) &&
    isList(value['taken'], (taken) => isObject(taken) && isReference(taken) && isLine(taken['line'])) &&
    typeof value['loadsAny'] === 'boolean' &&
    typeof value['overflow'] === 'boolean'
  );
}

/** True for a term of any depth that the analysis makes. */
export function isTerm(value: unknown, depth = 0): value is Term {
  if (value === null || typeof value === 'string') return true;
  if (!isObject(value) || depth > maxDepth) return false;
  const inner = (term: unknown): boolean => isTerm(term, depth + 1);
  if ('ref' in value) return isReference(value);
  if ('param' in value) return typeof value['param'] === 'string' && isLine(value['at']) && typeof value['path'] === 'string';
  if ('fn' in value) return typeof value['fn'] === 'string';
  if ('members' in value)
    return isObject(value['members']) && Object.values(value['members']).every(inner) && typeof value['more'] === 'boolean';
  return ['any', 'text', 'place', 'url', 'list'].some((kind) => isList(value[kind], inner));
}

function isCall(value: unknown): value is Call {
  if (!isObject(value) || !isObject(value['to']) || !isLine(value['line'])) return false;
  return (isReference(value['to']) || typeof value['to']['fn'] === 'string') && isList(value['args'], (term) => isTerm(term));
}

function isReference(value: Readonly<Record<string, unknown>>): boolean {
  return typeof value['ref'] === 'string' && /^(?:module|global):/.test(value['ref']);
}

function isTexts(value: unknown): boolean {
  return isList(value, (item) => typeof item === 'string');
}

function isList(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => isItem(item));
}

function isLine(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
