import type { Host } from '../../host/host.ts';
import { isStop } from '../../model/advisory.ts';
import type { Evidence } from '../../model/outcome.ts';
import { epochMs } from '../../model/time.ts';
import { readOverrides, withOverrides } from '../../store/overrides.ts';
import { readPolicies } from '../../store/policies.ts';
import { askedOf } from '../advisories/asked.ts';
import { feedEvidence, feedFindings, refreshFeeds } from '../advisories/feeds.ts';
import { hitFindings } from '../advisories/findings.ts';
import { feedHits } from '../advisories/knowledge.ts';
import { askOsv, type OsvAnswer } from '../advisories/osv-answer.ts';
import { registryNamesOf } from './registry-names.ts';
import type { Voucher } from './voucher.ts';

/** Public advisories about the server and everything that it loads. What is found stops an install; nothing fresh may, by policy. */
export const advisoriesVoucher: Voucher = {
  id: 'advisories',
  appliesTo: () => true,
  async vouch(subject, host) {
    const { artifact, closure, resolution } = subject;
    const asked = askedOf(artifact, closure, registryNamesOf(subject));
    // A project's own feeds count for its pins; whoever only looks at something inside a clone does not ask addresses that it names.
    const { layers } = await readPolicies(host, null);
    const [answer, feeds, { overrides }] = await Promise.all([askOsv(asked, host), refreshFeeds(layers, host), readOverrides(host)]);
    const hits = withOverrides([...answer.hits, ...feedHits(asked, feeds, host)], overrides, host.now());
    const osv =
      resolution.ecosystem === 'remote' ? [] : [evidenceOf({ ...answer, hits: hits.filter(({ source }) => source === 'osv') }, host)];
    return {
      evidence: [...osv, ...feedEvidence(feeds)],
      builder: null,
      findings: [...hitFindings(hits), ...feedFindings(feeds)],
    };
  },
};

function evidenceOf(answer: OsvAnswer, host: Host): Evidence {
  const { hits, packages, unread } = answer;
  const stops = hits.filter((hit) => isStop(hit) && hit.overriddenUntil === null);
  const all = packages === 1 ? 'one package' : `${packages} packages`;
  if (stops.length > 0) {
    const first = stops.slice(0, 3).map(({ id, subject }) => `${id} is about ${subject}`);
    return {
      source: 'advisories',
      outcome: 'invalid',
      detail: [...first, ...(stops.length > 3 ? [`and ${stops.length - 3} more`] : [])].join('; '),
    };
  }
  if (!answer.fresh) return { source: 'advisories', outcome: 'unavailable', detail: staleWords(answer, host) };
  if (unread.length > 0) {
    const ids = unread.slice(0, 3).join(', ');
    return { source: 'advisories', outcome: 'unavailable', detail: `${all} asked about, but what ${ids} says could not be read` };
  }
  const known = new Set(hits.map(({ subject }) => subject)).size;
  const none = known === 0 ? 'none says anything' : `they speak of ${known === 1 ? 'one of them' : `${known} of them`}`;
  const when = answer.why === null ? 'now' : `${age(answer, host)} (${answer.why})`;
  return { source: 'advisories', outcome: 'verified', detail: `public advisories about ${all}, asked ${when}: ${none}` };
}

function staleWords(answer: OsvAnswer, host: Host): string {
  const { packages, unknown, why } = answer;
  const reason = why === null ? '' : ` (${why})`;
  if (unknown === packages) return `public advisories could not be asked${reason}, and nothing is known from before`;
  if (unknown > 0)
    return `public advisories could not be asked${reason}; of ${unknown} of ${packages} packages nothing is known from before`;
  return `public advisories could not be asked${reason}; what is known is from ${age(answer, host)}`;
}

function age({ at }: Pick<OsvAnswer, 'at'>, host: Host): string {
  const hours = Math.floor((host.now() - (epochMs(at) ?? host.now())) / 3_600_000);
  return hours < 1
    ? 'less than an hour ago'
    : hours < 48
      ? `${hours} ${hours === 1 ? 'hour' : 'hours'} ago`
      : `${Math.floor(hours / 24)} days ago`;
}
