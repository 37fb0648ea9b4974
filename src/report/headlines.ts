import type { Disclosure } from '../model/disclosure.ts';
import type { Finding, FindingCode } from '../model/finding.ts';

/** What changes how all the rest is read: that it is no server at all, or may not be the one that was meant. */
const headlineCodes: readonly FindingCode[] = ['lookalike-strong', 'lookalike', 'not-a-server'];

/** Findings that are told at the top, most serious first, and the others, which are told in their place: none is told twice. */
export function splitFindings(findings: readonly Finding[]): { readonly top: readonly Finding[]; readonly others: readonly Finding[] } {
  const top = headlineCodes.flatMap((wanted) => findings.filter(({ code }) => code === wanted));
  return { top, others: findings.filter((found) => !top.includes(found)) };
}

/**
 * Who stands behind the package, in one sentence. What the registry does not say is said to be so; the repository is only
 * what the publisher wrote.
 */
export function publisherWords({ maintainers, firstPublished, versions, repository }: Disclosure['publisher']): string {
  const owners = maintainers === null || maintainers.length === 0 ? null : maintainers;
  const known = [
    owners === null ? '' : `by ${owners.slice(0, 4).join(', ')}${owners.length > 4 ? `, +${owners.length - 4}` : ''}`,
    firstPublished === null ? '' : `since ${firstPublished.slice(0, 10)}`,
    versions === null ? '' : versions === 1 ? 'its only version' : `${versions} versions`,
  ].filter((part) => part !== '');
  const unknown = [...(owners === null ? ['owner'] : []), ...(firstPublished === null ? ['age'] : []), 'downloads'];
  const last = unknown.at(-1) ?? '';
  const missing = `${unknown.length > 1 ? `${unknown.slice(0, -1).join(', ')} and ${last}` : last} not known`;
  return [known.join(', '), missing, repository === null ? '' : `says that it is ${repository}`].filter((part) => part !== '').join('; ');
}
