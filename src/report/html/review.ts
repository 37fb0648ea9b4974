import type { Digest } from '../../model/digest.ts';
import type { Review, WithheldWords } from '../../model/entry-results.ts';
import type { ApprovePlan, WithheldItem } from '../../model/results.ts';
import { shellLine } from '../../model/shell-line.ts';
import { count } from '../bytes.ts';
import { findingSentence } from '../findings.ts';
import { clientWords } from '../views.ts';
import { compared } from './compare.ts';
import { heldSection } from './held.ts';
import { html, type Markup, remote } from './markup.ts';

/** The words of one server, as far as this page shows them. */
export interface WordsSection {
  /** Of all that waits of the server, shown or not. */
  readonly plan: ApprovePlan;
  /** The file of pins that an approval is written to; null = the lock or the store. */
  readonly pins: string | null;
  readonly card: Digest;
  readonly shown: readonly ShownItem[];
  /** Items before the first that is shown. */
  readonly from: number;
}

export interface ShownItem {
  readonly id: Digest;
  readonly item: WithheldItem;
  /** Too long to be read on a page: it cannot be approved here. */
  readonly tooLong: boolean;
  /** Ticked at first; a name that was said in several versions counts as it was said last. */
  readonly ticked: boolean;
}

export interface ReviewView {
  readonly review: Review;
  readonly sections: readonly WordsSection[];
  /** `<scope>:<name>` of the only server that is shown; null = all. */
  readonly server: string | null;
  /** Why words of a server cannot be shown: one line each. */
  readonly problems: readonly string[];
  /** What became of the last decision; null = there was none. */
  readonly said: { readonly done: boolean; readonly lines: readonly string[] } | null;
  /** Absolute paths of this page and of decisions. */
  readonly paths: { readonly home: string; readonly decide: string; readonly held: string };
  readonly csrf: string;
}

/** Everything that waits, and a form per server. All names and words in it are attacker-controlled. */
export function reviewBody(view: ReviewView): Markup {
  const { review, sections, server, said } = view;
  const waiting = review.words.filter(({ items }) => items > 0);
  const empty = review.entries.length + waiting.length === 0;
  return html`<header><h1>What waits for you</h1>
${said === null ? null : html`<p role="status" class="said ${said.done ? 'green' : 'red'}">${said.lines.map((line, at) => html`${at === 0 ? null : html`<br>`}${remote(line)}`)}</p>`}
${empty ? html`<p>Nothing waits. You can close this page, and press Ctrl-C in its terminal.</p>` : null}
${view.problems.map((line) => html`<p class="red">${remote(line)}</p>`)}
${waiting.length < 2 ? null : filter(waiting, server, view.paths.home)}</header>
${sections.map((section) => wordsSection(section, view))}
${server === null ? heldSection(review.entries, view) : null}
${blockedSection(review)}`;
}

function filter(waiting: readonly WithheldWords[], server: string | null, home: string): Markup {
  const link = (id: string | null, text: string, items: number) => {
    const href = id === null ? home : `${home}?server=${encodeURIComponent(id)}`;
    return html`<li><a href="${href}"${id === server ? html` aria-current="page"` : null}>${remote(text)} (${items})</a></li>`;
  };
  const all = waiting.reduce((sum, { items }) => sum + items, 0);
  const each = waiting.map(({ scope, name, items }) => link(`${scope}:${name}`, scope === 'user' ? name : `${name}, ${scope}`, items));
  return html`<nav aria-label="servers"><ul class="filter">${[link(null, 'all servers', all), ...each]}</ul></nav>`;
}

const tierWords = { red: 'serious gain', amber: 'notable gain', grey: 'common gain', none: 'no gain' } as const;
const nouns = {
  tools: 'tool',
  prompts: 'prompt',
  resources: 'resource',
  resourceTemplates: 'resource template',
  instructions: 'instructions to the model',
  agentSurface: 'asks the client for',
  ui: 'page',
  scope: 'right that a sign-in gives it',
} as const;

function wordsSection(section: WordsSection, { paths, csrf }: ReviewView): Markup {
  const { plan, pins, card, shown } = section;
  const { name, scope, gain } = plan;
  const id = `${scope}:${name}`;
  const more = furtherItems(section, paths.home);
  if (shown.length === 0) return html`<section>${heading(section)}${more}</section>`;
  return html`<section>${heading(section)}
${whatWasSaid(section, true)}
${pins === null ? null : html`<p>An approval is written to the file of pins <code>${remote(pins)}</code></p>`}
<form method="post" action="${paths.decide}" autocomplete="off">
<button disabled class="none" tabindex="-1">press a button below</button>
<input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="server" value="${id}"><input type="hidden" name="card" value="${card}">${pins === null ? null : html`<input type="hidden" name="pins" value="${pins}">`}
${shown.map((one) => itemBox(one, true))}${more}
${gain === 'red' ? html`<p><label>To approve, type the name <code>${remote(name)}</code>: <input name="typed" autocapitalize="off" spellcheck="false" maxlength="64"></label></p>` : null}
<p class="buttons"><button name="decision" value="approve">Approve what is ticked</button>
<button name="decision" value="keep">Keep the old</button>
<button name="decision" value="block">Block for ever</button></p>
<p class="soft">Approve counts from the next start of the server. Keep the old forgets what is ticked until it says so again. Block for ever never asks about exactly these words again.</p>
</form></section>`;
}

/** The same with nothing to decide. `home`: absolute path of the page. */
export function shownSection(section: WordsSection, home: string): Markup {
  return html`<section>${heading(section)}
${whatWasSaid(section, false)}
${section.shown.map((one) => itemBox(one, false))}${furtherItems(section, home)}</section>`;
}

function heading({ plan: { name, scope } }: WordsSection): Markup {
  return html`<h2>${remote(name)} <span class="soft">${scope} scope</span></h2>`;
}

function whatWasSaid({ plan: { gain, items, decision, findings } }: WordsSection, canTick: boolean): Markup {
  const blocked =
    decision.verdict === 'block'
      ? html`<p class="red">As a whole it cannot be approved: ${remote(decision.reasons[0] ?? '')}.${canTick ? ' Untick what that is about.' : null}</p>`
      : null;
  return html`<p><span class="mark ${gain}">${tierWords[gain]}</span> it said ${count(items.length, 'thing')} that nobody approved</p>
${blocked}${findings.length === 0 ? null : html`<ul>${findings.map((one) => html`<li><span class="mark">${one.severity}</span> <strong>${remote(one.subject)}</strong>: ${remote(findingSentence(one))} <code class="soft">${one.code}</code></li>`)}</ul>`}`;
}

function furtherItems({ plan, shown, from }: WordsSection, home: string): Markup | null {
  const { name, scope, items } = plan;
  const rest = items.length - from - shown.length;
  if (rest === 0) return null;
  const next = `${home}?server=${encodeURIComponent(`${scope}:${name}`)}&from=${from + shown.length}`;
  return html`<p>${count(rest, 'more item')} of it: <a href="${next}">${shown.length === 0 ? 'look at them' : 'look at the next ones'}</a></p>`;
}

function itemBox({ id, item, tooLong, ticked }: ShownItem, canTick: boolean): Markup {
  const title = item.name === '' ? html`${nouns[item.kind]}` : html`${nouns[item.kind]} <code>${remote(item.name)}</code>`;
  const body = tooLong
    ? html`<p class="amber">Too long to be read on a page; look at it in the terminal: <code>pinfold approve --full</code></p>`
    : compared(item);
  const of = html`${item.before === null ? 'new' : 'changed'}: ${title}${item.clients === undefined ? null : html` <span class="soft">withheld from ${item.clients.map(clientWords).join('; ')}</span>`}${item.onThisMachine === true ? html` <span class="soft">depends on this machine: pinned here, not in the lock</span>` : null}`;
  const tick = html`<label><input type="checkbox" name="item" value="${id}"${ticked ? html` checked` : null}> ${of}</label>`;
  return html`<fieldset><legend>${canTick ? tick : of}</legend>${body}</fieldset>`;
}

function blockedSection({ words }: Review): Markup | null {
  const blocked = words.filter((one) => one.blocked > 0);
  if (blocked.length === 0) return null;
  const row = ({ scope, name, blocked: items }: WithheldWords) =>
    html`<li>${items} of ${remote(name)}; take it back in the terminal: <code>${remote(shellLine(['pinfold', 'unblock', ...(scope === 'project' ? ['--scope', 'project'] : []), name]))}</code></li>`;
  return html`<section><h2>Blocked for ever</h2><ul>${blocked.map(row)}</ul></section>`;
}
