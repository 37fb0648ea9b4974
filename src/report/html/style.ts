/**
 * The page's only style. Colours carry nothing that words do not say; both schemes have a contrast of 4.5 or more.
 * Print shows what is folded on a screen.
 */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1b1d21; --soft: #565c66; --line: #d4d7dd; --page: #fff; --box: #f4f5f7; --red: #a8071a; --amber: #8a4b00; --green: #0b6b2e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7e9ee; --soft: #a3abb8; --line: #3a3f49; --page: #15171b; --box: #1f2228; --red: #ff9d9d; --amber: #f2bd6b; --green: #7fd79b; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 56rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0; }
h2 { font-size: 1.15rem; margin: 1.75rem 0 .5rem; padding-bottom: .2rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
main, h1, h2, h3, p, li, dd, dt, td, summary, pre, bdi { overflow-wrap: anywhere; min-width: 0; }
p { margin: .3rem 0; }
ul { margin: .3rem 0; padding-left: 1.2rem; }
code, pre { font: .875rem/1.5 ui-monospace, monospace; }
pre { background: var(--box); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .75rem; margin: .4rem 0; white-space: pre-wrap; }
.text { white-space: pre-wrap; }
.soft { color: var(--soft); }
.verdict, .mark { display: inline-block; border: 1px solid currentColor; border-radius: 6px; padding: 0 .45rem; font-size: .85rem; font-weight: 600; }
.mark { min-width: 5.2rem; text-align: center; }
.red { color: var(--red); } .amber { color: var(--amber); } .green { color: var(--green); } .grey { color: var(--soft); }
details { border: 1px solid var(--line); border-radius: 6px; margin: .35rem 0; padding: .35rem .6rem; }
summary { cursor: pointer; }
summary:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
details > :not(summary) { margin-left: .25rem; }
dl { margin: .3rem 0; } dt { font-weight: 600; margin-top: .4rem; } dd { margin: 0 0 0 1rem; }
@media print {
  :root { --ink: #000; --soft: #333; --line: #999; --page: #fff; --box: #fff; --red: #000; --amber: #000; --green: #000; }
  body { font-size: 10pt; } main { max-width: none; padding: 0; }
  details { border: 0; padding: 0; } details::details-content { content-visibility: visible; block-size: auto; display: block; }
  h2, h3, summary { break-after: avoid; } li, tr { break-inside: avoid; }
}
`;
