import { html, type Markup, remote } from './markup.ts';
import { shownSection, type WordsSection } from './review.ts';

/** What waits of one server, to be looked at. */
export interface LookView {
  /** The pin's name. */
  readonly name: string;
  readonly sections: readonly WordsSection[];
  /** Why words cannot be shown: one line each. */
  readonly problems: readonly string[];
  /** The command that decides. */
  readonly remedy: string;
  /** Absolute path of the page. */
  readonly home: string;
}

/** What was withheld, side by side with what was pinned, and where to decide: no form, no button. All words are attacker-controlled. */
export function lookBody({ name, sections, problems, remedy, home }: LookView): Markup {
  return html`<header><h1>What ${remote(name)} said, and nobody approved</h1>
${sections.length + problems.length === 0 ? html`<p>Nothing of it waits any more.</p>` : null}
${problems.map((line) => html`<p class="red">${remote(line)}</p>`)}
<p>It was withheld from the client. Nothing can be decided on this page. To decide, in a terminal: <code>${remote(remedy)}</code>, or <code>pinfold review --web</code></p>
<p class="soft">The page ends with the session of the server.</p></header>
${sections.map((section) => shownSection(section, home))}`;
}
