import type { Disclosure } from '../model/disclosure.ts';
import { type ItemKind, itemKinds, listings } from '../model/manifest.ts';
import { printable } from '../model/printable.ts';
import { viewCapabilities, viewKey } from '../model/views.ts';

/** What differs between clients that can do different things: one phrase per item, or the one phrase of all instructions. */
export interface ViewPhrases {
  /** The capabilities by which the server chooses. */
  readonly by: readonly string[];
  readonly phrases: readonly string[];
}

/** null = every client is shown the same, or nobody looked. Names are made printable. */
export function viewPhrases(probed: Disclosure['probed']): ViewPhrases | null {
  const views = probed?.views;
  if (probed === null || views === undefined) return null;
  const phrases = itemKinds.flatMap((kind) => {
    const main = new Set(probed.manifest[kind].map((item) => nameOf(kind, item)));
    const shown = views.others.map((view) => ({ with: view.with, names: new Set(view[kind].map((item) => nameOf(kind, item))) }));
    const all = new Set([...main, ...shown.flatMap(({ names }) => [...names])]);
    return [...all].sort().flatMap((name) => {
      const to = [...(main.has(name) ? [views.by] : []), ...shown.filter(({ names }) => names.has(name)).map((view) => view.with)];
      const texts = views.own[kind].filter((item) => nameOf(kind, item) === name).length + (main.has(name) ? 1 : 0);
      const whom = to.length === views.others.length + 1 ? '' : whomWords(to, views.by, views.others.length + 1);
      const what = texts > 1 ? ` in ${texts} wordings` : '';
      return whom === '' && what === '' ? [] : [`${printable(name, { maxLength: 60 })}${what}${whom}`];
    });
  });
  const said = views.own.instructions.length === 0 ? [] : [`instructions in ${views.own.instructions.length + 1} wordings`];
  return { by: views.by, phrases: [...phrases, ...said] };
}

function nameOf(kind: ItemKind, item: Readonly<Record<string, unknown>>): string {
  return String(item[listings[kind].key]);
}

/** `with sampling` where exactly the clients that have it are shown it. */
function whomWords(to: readonly (readonly string[])[], by: readonly string[], views: number): string {
  const keys = new Set(to.map(viewKey));
  const needed = by.filter((one) => to.every((view) => view.includes(one)));
  const isThose = needed.length > 0 && keys.size * 2 ** needed.length === 2 ** by.length;
  return isThose ? ` with ${needed.join(' and ')}` : ` for ${keys.size} of ${views} kinds of clients`;
}

/** How a client is named by what it can do. */
export function clientWords(capabilities: readonly string[]): string {
  const known = viewCapabilities.filter((one) => capabilities.includes(one));
  return known.length === 0 ? 'clients that offer nothing of it' : `clients with ${known.join(' and ')}`;
}
