import { diffItem, type FieldChange } from '../../analysis/diff/manifests.ts';
import { wordDiff } from '../../analysis/diff/words.ts';
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { WithheldItem } from '../../model/results.ts';
import { html, joined, type Markup, remote } from './markup.ts';

/** An item old against new, side by side, every field that differs and all of it; a new one as a whole. */
export function compared(item: WithheldItem): Markup {
  const { before, after } = item;
  if (before === null) return alone(after);
  if (typeof before === 'string' && typeof after === 'string') return sides(null, before, after);
  if (!isObject(before) || !isObject(after)) return sides(null, pretty(before), pretty(after));
  const { fields } = diffItem(before, after);
  // A comparison of fields takes lists of plain values for sets; what is approved is exactly this.
  return html`${fields.map(field)}<details><summary>the whole item as it would be pinned</summary><pre>${whole(pretty(after))}</pre></details>`;
}

function field({ path, before, after, absent }: FieldChange): Markup {
  return sides(path, absent === 'before' ? null : pretty(before), absent === 'after' ? null : pretty(after));
}

function pretty(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** null = the side has no such thing. */
function sides(path: string | null, before: string | null, after: string | null): Markup {
  const runs = wordDiff(before ?? '', after ?? '');
  const side = (mark: 'del' | 'add') =>
    runs.map(({ op, text }): Markup | null => {
      if (op === 'same') return joined(whole(text));
      if (op !== mark) return null;
      return mark === 'del' ? html`<del>${whole(text)}</del>` : html`<ins>${whole(text)}</ins>`;
    });
  const title = path === null ? null : html`<h4>${remote(path)}</h4>`;
  return html`${title}<div class="sides"><div><p class="soft">pinned</p>${before === null ? none : html`<div class="text">${side('del')}</div>`}</div>
<div><p class="soft">now</p>${after === null ? none : html`<div class="text">${side('add')}</div>`}</div></div>`;
}

const none = html`<p class="soft">not there</p>`;

/** Nothing of the name is pinned: the text that a model reads first, then all of it. */
function alone(value: JsonValue): Markup {
  if (!isObject(value)) return html`<div class="text box"><ins>${whole(pretty(value))}</ins></div>`;
  const { description, ...rest } = value as JsonObject & { readonly description?: JsonValue };
  const told =
    typeof description === 'string' ? html`<h4>/description</h4><div class="text box"><ins>${whole(description)}</ins></div>` : null;
  return html`<p class="soft">nothing is pinned under this name</p>${told}
<h4>${told === null ? 'the whole item' : 'everything else'}</h4><pre><ins>${whole(pretty(told === null ? value : rest))}</ins></pre>`;
}

/** A page caps one text; what is approved has to be shown whole, so it comes in pieces. */
const pieceLength = 10_000;

function whole(text: string): readonly Markup[] {
  const points = [...text];
  const pieces: Markup[] = [];
  for (let at = 0; at < points.length; at += pieceLength) pieces.push(remote(points.slice(at, at + pieceLength).join('')));
  return pieces;
}
