import type { AdvisorySeverity } from '../model/advisory.ts';

const words: Readonly<Record<string, AdvisorySeverity>> = {
  critical: 'critical',
  high: 'high',
  moderate: 'moderate',
  medium: 'moderate',
  low: 'low',
};

/** The word that a database gives (`HIGH`); null = none that is known. */
export function severityWord(text: unknown): AdvisorySeverity | null {
  const word = typeof text === 'string' ? text.toLowerCase() : '';
  return Object.hasOwn(words, word) ? (words[word] ?? null) : null;
}

const weights: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  C: { H: 0.56, L: 0.22, N: 0 },
  I: { H: 0.56, L: 0.22, N: 0 },
  A: { H: 0.56, L: 0.22, N: 0 },
};
const privileges: Readonly<Record<string, readonly [unchanged: number, changed: number]>> = {
  N: [0.85, 0.85],
  L: [0.62, 0.68],
  H: [0.27, 0.5],
};

/** The word for the base score of a CVSS 3 vector; null for another version, or a vector that is none. @see CVSS v3.1, section 7.1 */
export function severityOfVector(vector: string): AdvisorySeverity | null {
  if (!/^CVSS:3\.[01]\//.test(vector)) return null;
  const metrics = new Map(
    vector
      .split('/')
      .slice(1)
      .map((part) => part.split(':') as [string, string]),
  );
  const weigh = (metric: string) => weights[metric]?.[metrics.get(metric) ?? ''] ?? Number.NaN;
  const changed = metrics.get('S') === 'C';
  const privilege = privileges[metrics.get('PR') ?? '']?.[changed ? 1 : 0] ?? Number.NaN;
  const lost = 1 - (1 - weigh('C')) * (1 - weigh('I')) * (1 - weigh('A'));
  const impact = changed ? 7.52 * (lost - 0.029) - 3.25 * (lost - 0.02) ** 15 : 6.42 * lost;
  const exploitability = 8.22 * weigh('AV') * weigh('AC') * privilege * weigh('UI');
  const score = impact <= 0 ? 0 : Math.min(10, (changed ? 1.08 : 1) * (impact + exploitability));
  if (Number.isNaN(score)) return null;
  const rounded = Math.ceil(Math.round(score * 100_000) / 10_000) / 10;
  return rounded >= 9 ? 'critical' : rounded >= 7 ? 'high' : rounded >= 4 ? 'moderate' : rounded > 0 ? 'low' : null;
}
