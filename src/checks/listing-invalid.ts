import { canonical } from '../model/canonical.ts';
import { type Finding, finding } from '../model/finding.ts';
import type { JsonObject } from '../model/json.ts';
import { type ItemKind, itemKinds, listings } from '../model/manifest.ts';
import type { WordCheck } from './check.ts';

/** What cannot be pinned: an item without a name, a name twice, text that has no canonical form. */
export const listingInvalid: WordCheck = {
  codes: ['listing-invalid'],
  run({ probed }) {
    if (probed === null) return [];
    return itemKinds.flatMap((kind) => invalidIn(kind, probed.manifest[kind]));
  },
};

function invalidIn(kind: ItemKind, items: readonly JsonObject[]): readonly Finding[] {
  const { key } = listings[kind];
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const name = item[key];
    if (typeof name !== 'string' || name === '') return [finding('listing-invalid', `${kind}/${index}`, { why: 'nameless', member: key })];
    const findings: Finding[] = [];
    if (seen.has(name)) findings.push(finding('listing-invalid', `${kind}/${name}`, { why: 'twice' }));
    seen.add(name);
    try {
      canonical(item);
    } catch {
      findings.push(finding('listing-invalid', `${kind}/${index}`, { why: 'no-canonical-form' }));
    }
    return findings;
  });
}
