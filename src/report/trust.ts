import { printable } from '../model/printable.ts';
import type { Trusted, TrustPlan } from '../model/results.ts';
import { count } from './bytes.ts';
import { section } from './card.ts';
import { hang } from './layout.ts';
import type { Style } from './style.ts';
import { unpinnedWords } from './unpinned.ts';

/** What a lock that came with a repository would let run here. */
export function trustPlanText(plan: TrustPlan, style: Style): string {
  const blocks = plan.pins.map((pin) => {
    const tools = pin.tools.length === 0 ? 'no words pinned' : `${count(pin.tools.length, 'tool')}: ${pin.tools.join(', ')}`;
    return [
      `  ${style.bold(printable(pin.name))}  ${printable(pin.version === '' ? pin.subject : `${pin.subject}@${pin.version}`)}`,
      hang('    ', printable(tools, { maxLength: 400 }), style.columns),
      ...unpinnedLines(pin, style),
      `    approved by ${printable(pin.approvedBy)}, ${pin.status}; policy here: ${pin.decision.verdict}`,
    ].join('\n');
  });
  return [section(`the lock in ${printable(plan.place)} pins ${count(plan.pins.length, 'server')}`, blocks, style), ''].join('\n');
}

function unpinnedLines({ unpinned }: TrustPlan['pins'][number], style: Style): readonly string[] {
  if (unpinned === null) return [];
  const { command, reason } = unpinned;
  return [
    hang('    ', `starts \`${printable(command, { maxLength: 2_000 })}\``, style.columns),
    hang('    ', style.yellow(`bytes not pinned: ${unpinnedWords(reason)}`), style.columns),
  ];
}

/** What counts on this machine now. */
export function trustedText(trusted: Trusted): string {
  const names = trusted.pins.map((name) => printable(name)).join(', ');
  return `trusted on this machine, for exactly this lock: ${names || 'no pins'}`;
}
