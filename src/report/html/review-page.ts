import { html, type Markup } from './markup.ts';
import { pageStyle } from './style.ts';

/** The style of the review page; its digest stands in the content policy, so it is one constant. */
export const reviewStyle = `${pageStyle}
main { max-width: 80rem; }
h4 { font: 600 .85rem/1.4 ui-monospace, monospace; margin: .7rem 0 .2rem; }
fieldset { border: 1px solid var(--line); border-radius: 6px; margin: .75rem 0; padding: .25rem .75rem .75rem; min-width: 0; }
legend { font-weight: 600; padding: 0 .25rem; max-width: 100%; overflow-wrap: anywhere; }
.sides { display: grid; gap: .5rem; grid-template-columns: minmax(0, 1fr); }
.sides > div, .box { background: var(--box); border: 1px solid var(--line); border-radius: 6px; padding: .4rem .6rem; min-width: 0; }
.text, h4, label, a, del, ins { overflow-wrap: anywhere; }
del { color: var(--red); text-decoration: line-through; }
ins { color: var(--green); font-weight: 600; text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 3px; }
.json { font: .875rem/1.5 ui-monospace, monospace; }
pre ins, .box ins { font-weight: inherit; text-decoration: none; }
.filter { list-style: none; display: flex; flex-wrap: wrap; gap: .5rem 1rem; padding: 0; }
a { color: inherit; } a[aria-current] { font-weight: 700; text-decoration: none; }
.said { border: 1px solid currentColor; border-radius: 6px; padding: .5rem .75rem; }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .75rem; }
button, input { font: inherit; color: inherit; }
button { background: var(--box); border: 1px solid var(--soft); border-radius: 6px; padding: .4rem .9rem; cursor: pointer; }
input[name="typed"] { background: var(--page); border: 1px solid var(--soft); border-radius: 6px; padding: .3rem .5rem; max-width: 100%; }
input[type="checkbox"] { width: 1.1rem; height: 1.1rem; vertical-align: -.15rem; }
button:focus-visible, input:focus-visible, a:focus-visible { outline: 3px solid currentColor; outline-offset: 2px; }
.none { display: none; }
@media (min-width: 48rem) { .sides { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } }
`;

/** A whole page of the review: no script, no address but its own. The content policy is a header. */
export function reviewPage(title: string, body: Markup): string {
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    html`<title>${title}</title>`.text,
    `<style>${reviewStyle}</style></head>`,
    html`<body><main>${body}</main></body></html>`.text,
    '',
  ].join('\n');
}

/** A page that only says something. */
export function saidPage(title: string, lines: readonly string[]): string {
  return reviewPage(title, html`<header><h1>${title}</h1>${lines.map((line) => html`<p>${line}</p>`)}</header>`);
}
