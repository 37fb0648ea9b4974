import { type AdvisoryHit, advisorySeverities, isStop } from '../../model/advisory.ts';
import { type Finding, finding } from '../../model/finding.ts';

/** Findings of hits: one for each that stops, or was let pass; the rest together for each package, with the worst word. */
export function hitFindings(hits: readonly AdvisoryHit[]): readonly Finding[] {
  const weak = new Map<string, AdvisoryHit[]>();
  const found: Finding[] = [];
  for (const hit of hits) {
    const { id, subject, summary, source, matched, overriddenUntil } = hit;
    if (overriddenUntil !== null)
      found.push(finding('advisory-overridden', subject, { id, summary, source, until: overriddenUntil.slice(0, 10) }));
    else if (isStop(hit))
      found.push(finding(hit.kind === 'revoked' ? 'revoked' : 'advisory-malicious', subject, { id, summary, source, matched }));
    else weak.set(subject, [...(weak.get(subject) ?? []), hit]);
  }
  return [...found, ...[...weak].map(([subject, own]) => vulnerable(subject, own))];
}

function vulnerable(subject: string, hits: readonly AdvisoryHit[]): Finding {
  const worst = [...hits].sort((a, b) => advisorySeverities.indexOf(a.severity) - advisorySeverities.indexOf(b.severity));
  const severity = worst[0]?.severity ?? 'unknown';
  const ids = worst.map(({ id }) => id);
  const shown = ids.length > 3 ? [...ids.slice(0, 3), `and ${ids.length - 3} more`] : ids;
  return finding('advisory-vulnerable', subject, {
    severity: severity === 'unknown' ? 'severity not stated' : severity,
    ids: shown,
    summary: worst[0]?.summary ?? '',
  });
}
