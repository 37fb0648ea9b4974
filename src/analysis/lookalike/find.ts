import { skeleton } from '../../model/confusable.ts';
import { type Resemblance, resemblances } from '../../model/lookalike.ts';
import { isSlip } from './distance.ts';
import { holds, type NameParts, nameParts, wordsOf } from './name-parts.ts';
import { publisherVendor, type Vendor, vendors } from './vendor.ts';

export interface PackageName {
  readonly ecosystem: 'npm' | 'pypi';
  readonly name: string;
}

/** A name that another one may be taken for. */
export interface Found {
  readonly resemblance: Resemblance;
  readonly target: PackageName;
  /** null = from the user's own list. */
  readonly vendor: Vendor | null;
}

/** A person compares two names at a time, not ten. */
const maxFound = 3;

/** Words that are one letter away from a brand and are things of their own. */
const ownWords: ReadonlySet<string> = new Set('motion canvas liner mono pulse strip slick lucid email openapi scrapi'.split(' '));

/**
 * The names that this one may be taken for, strongest resemblance first, one per vendor, at most three. Empty = none, or
 * the name is a vendor's own or one of `own` (what the user has approved or allowed).
 */
export function findResemblances(candidate: PackageName, own: readonly PackageName[]): readonly Found[] {
  const isOwn = own.some(({ ecosystem, name }) => ecosystem === candidate.ecosystem && name === candidate.name);
  if (isOwn || publisherVendor(candidate.ecosystem, candidate.name) !== null) return [];
  const parts = nameParts(candidate.name);
  const found = [
    ...own.flatMap((target) => (target.ecosystem === candidate.ecosystem ? compare(candidate, target, null) : [])),
    ...vendors.flatMap((vendor) => strongest(inTable(candidate, parts, vendor))),
  ];
  return found.sort((a, b) => weight(a) - weight(b)).slice(0, maxFound);
}

function weight(found: Found): number {
  return resemblances.indexOf(found.resemblance);
}

function strongest(found: readonly Found[]): readonly Found[] {
  const [first] = [...found].sort((a, b) => weight(a) - weight(b));
  return first === undefined ? [] : [first];
}

function inTable(candidate: PackageName, parts: NameParts, vendor: Vendor): readonly Found[] {
  const here = vendor[candidate.ecosystem];
  const elsewhere = candidate.ecosystem === 'npm' ? 'pypi' : 'npm';
  const as = (resemblance: Resemblance, name = mainName(candidate.ecosystem, vendor)): Found => ({
    resemblance,
    target: { ecosystem: here.length === 0 ? elsewhere : candidate.ecosystem, name },
    vendor,
  });
  const whole = here.flatMap((name) => compare(candidate, { ecosystem: candidate.ecosystem, name }, vendor));
  const copied = here.filter((name) => isCopyOf(parts, nameParts(name), vendor));
  const crossed = parts.core.length > 0 && /mcp/.test(candidate.name) && vendor[elsewhere].includes(candidate.name);
  const core = parts.core.join('-');
  const tokens = vendor.names.some((name) => holds(parts.tokens, wordsOf(name)) || holds(parts.scopeCore, wordsOf(name)));
  const isCloseCore =
    !tokens &&
    core !== '' &&
    !ownWords.has(core) &&
    vendor.names.some((name) => shape(core) === shape(name) || isSlip(core.replaceAll('-', ''), name.replaceAll('-', '')));
  return [
    ...whole,
    ...(parts.scope !== null && isScopeOf(parts, vendor) ? [as('scope')] : []),
    ...(isCloseCore ? [as('typo')] : []),
    ...(copied[0] === undefined ? [] : [as('copy', copied[0])]),
    ...(crossed ? [{ resemblance: 'ecosystem' as const, target: { ecosystem: elsewhere, name: candidate.name } as const, vendor }] : []),
    ...(tokens ? [as(parts.tokens.includes('official') ? 'claim' : 'brand')] : []),
  ];
}

/** Whole names, and scopes: equal in shape, or a slip apart. One scope is one owner. */
function compare(candidate: PackageName, target: PackageName, vendor: Vendor | null): readonly Found[] {
  const [mine, other] = [nameParts(candidate.name), nameParts(target.name)];
  const as = (resemblance: Resemblance): readonly Found[] => [{ resemblance, target, vendor }];
  if (mine.scope !== null && mine.scope === other.scope) return [];
  if (/^@[^/]+$/.test(target.name)) {
    if (mine.scope === null) return [];
    if (shape(mine.scope) === shape(target.name)) return as('skeleton');
    return isSlip(mine.scope.slice(1), target.name.slice(1)) ? as('typo') : [];
  }
  if (shape(candidate.name) === shape(target.name)) return as((mine.scope === null) === (other.scope === null) ? 'skeleton' : 'copy');
  if (mine.scope === null && other.scope === null) return isSlip(mine.bare, other.bare) ? as('typo') : [];
  const sameBare = shape(mine.bare) === shape(other.bare) || isSlip(mine.bare, other.bare);
  const closeScope = mine.scope !== null && other.scope !== null && isSlip(mine.scope.slice(1), other.scope.slice(1));
  return sameBare && closeScope ? as('typo') : [];
}

/** `@notion-official`, `@stripe-hq`: called after the brand, and not the brand's. */
function isScopeOf({ scopeCore }: NameParts, vendor: Vendor): boolean {
  const core = scopeCore.join('-');
  const mashed = core.replaceAll('-', '');
  return vendor.names.some((name) => {
    const brand = name.replaceAll('-', '');
    if (mashed === brand || (brand.length >= 5 && !ownWords.has(mashed) && isSlip(mashed, brand))) return true;
    const rest = brand.length >= 5 && mashed.startsWith(brand) ? mashed.slice(brand.length) : null;
    return rest !== null && /^(?:hq|inc|io|ai|app|labs?|dev|team|official|mcp|org|com|tools?|js)+$/.test(rest);
  });
}

/** The scoped name without its scope, or below a scope that says the brand. */
function isCopyOf(mine: NameParts, official: NameParts, vendor: Vendor): boolean {
  if (official.scope === null || official.core.length === 0 || mine.bare !== official.bare) return false;
  return mine.scope === null || vendor.names.some((name) => holds(wordsOf(mine.scope ?? ''), wordsOf(name)));
}

/** The vendor's package that a person would have meant: one called after MCP, else its first. */
function mainName(ecosystem: 'npm' | 'pypi', vendor: Vendor): string {
  const names = vendor[ecosystem].length > 0 ? vendor[ecosystem] : [...vendor.npm, ...vendor.pypi];
  return names.find((name) => /mcp/.test(name)) ?? names[0] ?? vendor.brand;
}

/** The skeleton with what else passes for each other at a glance: `i` and `l`, digits that stand for letters. */
function shape(name: string): string {
  return skeleton(name)
    .replace(/^_+|_+$/g, '')
    .replaceAll('i', 'l')
    .replaceAll('3', 'e')
    .replaceAll('4', 'a')
    .replaceAll('5', 's')
    .replaceAll('7', 't');
}
