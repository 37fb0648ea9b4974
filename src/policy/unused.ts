import { type Finding, finding } from '../model/finding.ts';
import type { PolicyLayer } from './layers.ts';
import { allowMatches, denyMatch } from './match.ts';
import { parseSubject } from './subject.ts';

/**
 * One finding for each allow and deny entry that no server on this machine matches, in the order of the policies: old
 * exceptions surface, and so does a deny entry with a typing error in its subject.
 */
export function unusedEntries(
  layers: readonly PolicyLayer[],
  servers: readonly { readonly subject: string; readonly version: string }[],
): readonly Finding[] {
  const here = servers.flatMap(({ subject, version }) => {
    const parsed = parseSubject(subject);
    return parsed === null ? [] : [{ subject: parsed, version }];
  });
  return layers.flatMap(({ layer, path, policy }) => {
    const allow = (policy.allow ?? []).map((entry) => ({
      list: 'allow',
      entry,
      used: here.some((one) => allowMatches({ version: 1, allow: [entry] }, one.subject, one.version).length > 0),
    }));
    const deny = (policy.deny ?? []).map((entry) => ({
      list: 'deny',
      entry,
      used: here.some((one) => denyMatch({ version: 1, deny: [entry] }, one.subject, one.version)),
    }));
    return [...allow, ...deny]
      .filter(({ used }) => !used)
      .map(({ list, entry }) => finding('policy-entry-unused', `${layer}:${list}:${entry.subject}`, { file: path, reason: entry.reason }));
  });
}
