import { diffItem, type FieldChange } from '../../analysis/diff/manifests.ts';
import { wordDiff } from '../../analysis/diff/words.ts';
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { WithheldItem } from '../../model/results.ts';
import { html, joined, type Markup, remote } from './markup.ts';

/** An item old against new, side by side, every field that differs and all of it; a new one as a whole. */
export function compared(item: WithheldItem): Markup {
  const { before, after } = item;
  if (before === null) return alone(after);
  if (!isObject(before) || !isObject(after)) return sides(null, before, after);
  const { fields } = diffItem(before, after);
  // A comparison of fields takes lists of plain values for sets; what is approved is exactly this.
  return html`${fields.map(field)}<details><summary>the whole item as it would be pinned</summary><pre>${whole(pretty(after))}</pre></details>`;
}

function field({ path, before, after, absent }: FieldChange): Markup {
  return sides(path, before, after, absent);
}

function pretty(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

function sides(path: string | null, before: JsonValue, after: JsonValue, absent: FieldChange['absent'] = null): Markup {
  const runs = wordDiff(absent === 'before' ? '' : pretty(before), absent === 'after' ? '' : pretty(after));
  const side = (title: string, mark: 'del' | 'add', value: JsonValue, isThere: boolean): Markup => {
    const text = runs.map(({ op, text: run }): Markup | null => {
      if (op === 'same') return joined(whole(run));
      if (op !== mark) return null;
      return mark === 'del' ? html`<del>${whole(run)}</del>` : html`<ins>${whole(run)}</ins>`;
    });
    const body = typeof value === 'string' ? html`<div class="text">${text}</div>` : html`<div class="text json">${text}</div>`;
    return html`<div><p class="soft">${title}</p>${isThere ? body : none}</div>`;
  };
  return html`${path === null ? null : html`<h4>${remote(path)}</h4>`}<div class="sides">${side('pinned', 'del', before, absent !== 'before')}
${side('now', 'add', after, absent !== 'after')}</div>`;
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
