import {
  type Capability,
  type CapabilityEvidence,
  type CapabilityReport,
  capabilityClasses,
  type GainTier,
} from '../../model/capability.ts';
import { count } from '../bytes.ts';
import { levelWords, placeOf, scopesIn, seenBeyondPlumbing, tellingFirst, throughOf, unreadWords } from '../capability-words.ts';
import { html, type Markup, remote } from './markup.ts';

const tierWords: Record<GainTier, string> = { red: 'serious', amber: 'notable', grey: 'common', none: 'common' };

/** All classes, `own` are words of the package's name: what was seen with its evidence, the plumbing, what cannot be told, what was not seen. */
export function capabilitySection(report: CapabilityReport, own: readonly string[]): Markup {
  const of = (verdict: Capability['verdict']) => report.capabilities.filter((one) => one.verdict === verdict);
  const plumbing = of('seen').filter(({ reach }) => reach === 'baseline');
  const read = report.read === null ? null : html`, ${count(report.read.files, 'file')} of ${count(report.read.packages, 'package')} read`;
  return html`<section><h2>What it can do</h2>
${seenBeyondPlumbing(report.capabilities).map((one) => seen(one, own))}
${list('Plus the usual SDK plumbing', plumbing)}
${unknown(of('cannot-tell'))}
${list('Not seen', of('not-seen'))}
<p class="soft">rules ${report.ruleset}${read}</p></section>`;
}

function seen(capability: Capability, own: readonly string[]): Markup {
  const { class: of, evidence } = capability;
  const scopes = tellingFirst(capability.scopes, own);
  const { phrase, gain } = capabilityClasses[of];
  const through = throughOf(capability);
  const whose = through === null ? html`in its own code` : html`through ${remote(through)}`;
  const on = scopesIn(scopes, 60);
  const brief = on === '' ? null : html`: ${remote(on)}`;
  const named = scopes.map((scope, index) => html`${index === 0 ? '' : ', '}<code>${scope === '*' ? html`any` : remote(scope)}</code>`);
  return html`<details><summary><span class="mark ${gain}">${tierWords[gain]}</span> <strong>${phrase}</strong>${brief}, ${whose}</summary>
<p class="soft"><code>${of}</code></p>${scopes.length === 0 ? null : html`<p>On: ${named}</p>`}
<ul>${evidence.map(place)}</ul></details>`;
}

function place(item: CapabilityEvidence): Markup {
  const words = item.unread === null ? levelWords[item.level] : unreadWords(item.unread);
  const way = item.path.slice(0, -1);
  const through = item.through === null ? null : html`, through ${remote(item.through)}`;
  return html`<li><code>${remote(placeOf(item))}</code>: ${words}${through}${
    way.length === 0
      ? null
      : html`<br><span class="soft">reached by ${way.map((step, index) => html`${index === 0 ? '' : ' → '}<code>${remote(step)}</code>`)}</span>`
  }</li>`;
}

function list(title: string, members: readonly Capability[]): Markup | null {
  if (members.length === 0) return null;
  return html`<p>${title}: ${members.map(({ class: of }, index) => html`${index === 0 ? '' : ', '}${capabilityClasses[of].phrase} <code class="soft">${of}</code>`)}</p>`;
}

function unknown(members: readonly Capability[]): Markup | null {
  const blind = members[0]?.evidence[0];
  if (members.length === 0) return null;
  const because = blind === undefined ? null : html`<p>because <code>${remote(blind.file)}</code> ${unreadWords(blind.unread)}</p>`;
  return html`<div>${list('Cannot tell', members)}${because}</div>`;
}
