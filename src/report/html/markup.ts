import { printable, printableCommand } from '../../model/printable.ts';

/** Text that is HTML already. Only `html` and `remote` make it: a string is never taken for it. */
export interface Markup {
  readonly kind: 'markup';
  readonly text: string;
}

type Part = string | number | Markup | null | readonly (Markup | null)[];

/**
 * A piece of HTML. Every string that is put in is text, whatever it holds: its markup characters are escaped, for content
 * and for a double-quoted attribute alike, and what a person cannot see is shown. Only `Markup` is put in as it is.
 */
export function html(template: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { kind: 'markup', text: template.map((piece, index) => piece + render(parts[index] ?? null)).join('') };
}

/** Pieces one after the other. */
export function joined(parts: readonly (Markup | null)[]): Markup {
  return { kind: 'markup', text: render(parts) };
}

/** Code points of one text on a page; a page has room for whole descriptions, not for whole books. */
const maxLength = 20_000;

/** Text that others wrote: escaped, its invisible characters shown, its direction kept to itself. */
export function remote(text: string): Markup {
  return html`<bdi>${text}</bdi>`;
}

/** A command line, or a line of a terminal, that a person says yes to: whole, as `printableCommand` makes it. */
export function command(text: string): Markup {
  return { kind: 'markup', text: `<bdi>${escaped(printableCommand(text))}</bdi>` };
}

function render(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escaped(printable(part, { maxLength, lines: true }));
  return 'kind' in part ? part.text : part.map((inner) => render(inner)).join('');
}

function escaped(text: string): string {
  return text.replace(/[&<>"'`]/g, (found) => `&#${found.codePointAt(0) ?? 0};`);
}
