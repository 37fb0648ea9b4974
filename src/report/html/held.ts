import type { Digest } from '../../model/digest.ts';
import type { QuarantinedEntry } from '../../model/entry-results.ts';
import { shellLine } from '../../model/shell-line.ts';
import { command, html, type Markup, remote } from './markup.ts';

/** A server that `watch` stopped, and what an approval of it would mean. */
export interface HeldCard {
  readonly entry: QuarantinedEntry;
  /** The lines that a terminal would show. Attacker-controlled; empty = it could not be looked at. */
  readonly lines: readonly string[];
  /** Of the entry and of everything that is shown. */
  readonly card: Digest;
  /** Why it cannot be approved here; null = it can. Attacker-controlled. */
  readonly refusal: string | null;
  /** What must be typed to approve; null = the button is enough. */
  readonly typed: string | null;
}

interface Place {
  readonly paths: { readonly home: string; readonly held: string };
  readonly csrf: string;
}

/** The servers that `watch` stopped, each with a form: looked at first, approved only from its card. Nothing for none. */
export function heldSection(entries: readonly QuarantinedEntry[], place: Place): Markup | null {
  if (entries.length === 0) return null;
  return html`<section><h2>Servers that nobody approved</h2><ul>${entries.map(
    (entry) => html`<li>${headOf(entry)}
${formOf(
  entry,
  place,
  null,
  html`<button name="decision" value="look">Look at it</button>
<button name="decision" value="remove">${takeOut(entry)}</button>`,
)}
<p class="soft">In the terminal: <code>${remote(commandOf(entry))}</code></p></li>`,
  )}</ul></section>`;
}

/** The page of one of them: what a terminal would show before it asks, and the answers. */
export function heldBody({ entry, lines, card, refusal, typed }: HeldCard, place: Place): Markup {
  const name =
    typed === null
      ? null
      : html`<p><label>To approve, type the name <code>${remote(typed)}</code>: <input name="typed" autocapitalize="off" spellcheck="false" maxlength="64"></label></p>`;
  return html`<header><h1>A server that nobody approved</h1><p><a href="${place.paths.home}">all that waits</a></p></header>
<section>${headOf(entry)}
${
  lines.length === 0
    ? null
    : html`<pre class="card">${lines.map(
        (line) => html`${command(line)}
`,
      )}</pre>`
}
${refusal === null ? null : html`<p class="red">It cannot be approved here: ${remote(refusal)}</p>`}
${formOf(
  entry,
  place,
  card,
  html`${refusal === null ? name : null}<p class="buttons">${refusal === null ? html`<button name="decision" value="approve">Approve</button>` : null}
<button name="decision" value="stay">Keep it stopped</button>
<button name="decision" value="remove">${takeOut(entry)}</button></p>`,
)}
<p class="soft">Approved, it starts behind the guard (a remote server: as it is). Kept stopped, it goes on waiting. In the terminal: <code>${remote(commandOf(entry))}</code></p></section>`;
}

function headOf({ name, client, change, how, starts }: QuarantinedEntry): Markup {
  return html`<p><strong>${remote(name)}</strong> was ${change} in ${client}, and is ${how === 'off' ? 'switched off' : 'kept from starting'}</p>
<pre>${command(starts ?? 'what it starts is not known')}</pre>`;
}

/** Enter in a field must press nothing: the first button of a form is the one that it would press. */
function formOf({ id }: QuarantinedEntry, { paths, csrf }: Place, card: Digest | null, inside: Markup): Markup {
  return html`<form method="post" action="${paths.held}" autocomplete="off">
<button disabled class="none" tabindex="-1">press a button below</button>
<input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="entry" value="${id}">${card === null ? null : html`<input type="hidden" name="card" value="${card}">`}
${inside}
</form>`;
}

function takeOut({ change }: QuarantinedEntry): string {
  return change === 'added' ? 'Take it out' : 'Take it out; the accepted one comes back if it is known';
}

function commandOf({ name }: QuarantinedEntry): string {
  return shellLine(['pinfold', 'review', ...(name.startsWith('-') ? ['--', name] : [name])]);
}
