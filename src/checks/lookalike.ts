import { type Finding, type FindingCode, finding } from '../model/finding.ts';
import type { Lookalike, LookalikeStrength } from '../model/lookalike.ts';
import type { Publisher } from '../model/publisher.ts';
import type { Check } from './check.ts';

const codes: Readonly<Record<LookalikeStrength, FindingCode>> = {
  certain: 'lookalike-strong',
  likely: 'lookalike',
  'uses-name': 'brand-unproven',
};

/** One finding per name that the server's own may be taken for; for a brand that it merely uses, one for all of them. */
export const lookalike: Check = {
  codes: ['lookalike-strong', 'lookalike', 'brand-unproven'],
  run({ artifact, publisher, lookalikes }) {
    const subject = `${artifact.name}@${artifact.version}`;
    return lookalikes.map((one): Finding => {
      const { target, strength, resemblance, alternative, reasons } = one;
      const args = { target: named(target), brand: target.vendor ?? '', alternative: alternative ?? '', how: resemblance, reasons };
      if (strength === 'uses-name') return finding(codes[strength], subject, args);
      return finding(codes[strength], subject, {
        ...args,
        how: phrases[resemblance],
        ours: standing(publisher),
        theirs: standing(target.publisher),
      });
    });
  },
};

const phrases: Readonly<Record<Lookalike['resemblance'], string>> = {
  skeleton: 'the two names look the same',
  typo: 'the two are a slip of the finger apart',
  scope: 'its scope is called after the brand and is not listed as its own',
  copy: 'it has the same name without, or below another, scope',
  ecosystem: 'it has the name of a package of another registry',
  claim: 'it calls itself official and is not listed as its own',
  brand: 'it uses the brand',
};

function named({ ecosystem, name }: Lookalike['target']): string {
  return ecosystem === 'npm' ? name : `${name} (PyPI)`;
}

/** Who maintains it and since when; what a registry does not say is said to be so. */
function standing(publisher: Publisher | null): string {
  const owners = publisher?.maintainers ?? null;
  const who = owners === null || owners.length === 0 ? 'owner unknown' : `by ${owners.slice(0, 3).join(', ')}`;
  const since = publisher?.firstPublished == null ? 'age unknown' : `since ${publisher.firstPublished.slice(0, 10)}`;
  const versions = publisher?.versions == null ? '' : `, ${publisher.versions} versions`;
  return `${who}, ${since}${versions}`;
}
