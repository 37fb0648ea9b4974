import type { Disclosure } from '../model/disclosure.ts';
import { printable } from '../model/printable.ts';
import { findingSentence } from './findings.ts';
import { hang } from './layout.ts';
import type { Style } from './style.ts';

const codes = ['lookalike-strong', 'lookalike', 'brand-unproven'];

/**
 * Who stands behind the package, and whom its name may be taken for: one line for the first, one for each of the second.
 * What the registry does not say is said to be so.
 */
export function identityLines({ publisher, findings }: Pick<Disclosure, 'publisher' | 'findings'>, style: Style): readonly string[] {
  const { maintainers, firstPublished, versions, repository } = publisher;
  const owners = maintainers === null || maintainers.length === 0 ? 'owner unknown' : `by ${maintainers.slice(0, 4).join(', ')}`;
  const since = firstPublished === null ? 'first publication unknown' : `since ${firstPublished.slice(0, 10)}`;
  const facts = [owners, since, ...(versions === null ? [] : [`${versions} versions`]), 'downloads not known'];
  const claims = repository === null ? '' : `; says that it is ${repository}`;
  const known = findings.filter(({ code }) => codes.includes(code));
  const paint = known.some(({ code }) => code === 'lookalike-strong') ? style.red : style.yellow;
  return [
    hang('  ', printable(`${facts.join(', ')}${claims}`), style.columns),
    ...known.map((found) => hang('  ', (found.code === 'brand-unproven' ? style.dim : paint)(findingSentence(found)), style.columns)),
  ];
}
