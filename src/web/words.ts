import type { Host } from '../host/host.ts';
import type { WithheldWords } from '../model/entry-results.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { WithheldOf } from '../operations/withheld.ts';
import { readWithheldWords } from '../operations/withheld-words.ts';
import { cardOf, planOf, withheldId } from '../operations/words-plan.ts';
import type { ShownItem, WordsSection } from '../report/html/review.ts';

/** What of all that waits is to be shown. */
export interface Wanted {
  /** `<scope>:<name>`; null = every server. */
  readonly server: string | null;
  /** Items of that server to begin after. */
  readonly from: number;
}

/** What one page shows of servers' words. */
export interface ShownWords {
  readonly sections: readonly WordsSection[];
  /** Why words of a server cannot be shown: one line each. */
  readonly problems: readonly string[];
}

/** After how many items of its server a page begins, as its address says. */
export function firstIn(request: Request): number {
  return Number(/^\d{1,6}$/.exec(new URL(request.url).searchParams.get('from') ?? '')?.[0] ?? 0);
}

/** What is wanted of the words that wait: at most `limits.pageMaxItems` items and `limits.pageMaxChars` characters. */
export async function wordsOf(all: readonly WithheldWords[], { server, from }: Wanted, host: Host): Promise<ShownWords> {
  const sections: WordsSection[] = [];
  const problems: string[] = [];
  const room = { items: limits.pageMaxItems, chars: limits.pageMaxChars };
  for (const { scope, name, pins } of all.filter(({ items }) => items > 0)) {
    if (server !== null && server !== `${scope}:${name}`) continue;
    try {
      sections.push(await sectionOf({ name, scope, pins }, server === null ? 0 : from, room, host));
    } catch (cause) {
      if (!(cause instanceof GuardError)) throw cause;
      problems.push([`${name}: ${cause.message}`, cause.why, cause.hint].filter((part) => part !== undefined).join('; '));
    }
  }
  return { sections, problems };
}

async function sectionOf(of: WithheldOf, from: number, room: { items: number; chars: number }, host: Host): Promise<WordsSection> {
  const withheld = await readWithheldWords(of, host);
  const plan = planOf(withheld, withheld.items);
  const ids = withheld.items.map(withheldId);
  const shown: ShownItem[] = [];
  for (const [index, item] of plan.items.entries()) {
    const id = ids[index];
    if (index < from || id === undefined) continue;
    const chars = JSON.stringify([item.before, item.after]).length;
    const tooLong = chars > limits.pageMaxChars;
    if (room.items === 0 || (!tooLong && chars > room.chars)) break;
    room.items -= 1;
    room.chars -= tooLong ? 0 : chars;
    const isLast = !plan.items.slice(index + 1).some((later) => later.kind === item.kind && later.name === item.name);
    shown.push({ id, item, tooLong, ticked: isLast && !tooLong });
  }
  return { plan, pins: of.pins, card: cardOf(plan), shown, from };
}
