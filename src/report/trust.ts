import type { Evidence } from '../model/outcome.ts';
import { printable, printableCommand } from '../model/printable.ts';
import type { Trusted, TrustPlan, UntrustedEntry } from '../model/results.ts';
import { count } from './bytes.ts';
import { section } from './card.ts';
import { hang } from './layout.ts';
import { sandboxLines } from './sandbox.ts';
import type { Style } from './style.ts';
import { unpinnedWords } from './unpinned.ts';

/** What came with a repository and would run here: the pins of its lock, and the entries in its own files. */
export function trustPlanText(plan: TrustPlan, style: Style): string {
  const blocks = plan.pins.map((pin) => {
    const tools = pin.tools.length === 0 ? 'no words pinned' : `${count(pin.tools.length, 'tool')}: ${pin.tools.join(', ')}`;
    return [
      `  ${style.bold(printable(pin.name))}  ${printable(pin.version === '' ? pin.subject : `${pin.subject}@${pin.version}`)}`,
      hang('    ', printable(tools, { maxLength: 400 }), style.columns),
      ...unpinnedLines(pin, style),
      ...(pin.sandbox === null ? [] : ['    its sandbox:', ...sandboxLines(pin.sandbox, style, '      ')]),
      `    approved by ${printable(pin.approvedBy)}, ${pin.status}; policy here: ${pin.decision.verdict}`,
    ].join('\n');
  });
  const entries = plan.entries.map((entry) => entryText(entry, plan.place, style));
  return [
    ...(plan.lockDigest === null
      ? []
      : [section(`the lock in ${printable(plan.place)} pins ${count(plan.pins.length, 'server')}`, blocks, style)]),
    ...(entries.length === 0
      ? []
      : [section(`files in ${printable(plan.place)} bring ${count(entries.length, 'server')} that no pin answers for`, entries, style)]),
    ...signatureLines(plan.signature, style),
    '',
  ].join('\n');
}

/** Nothing for a lock that nobody signed: most are not. */
function signatureLines(signature: Evidence | null, style: Style): readonly string[] {
  if (signature === null || signature.outcome === 'absent') return [];
  const line = hang(`lock signature ${signature.outcome}: `, printable(signature.detail, { maxLength: 600 }), style.columns);
  return [signature.outcome === 'verified' ? line : style.yellow(line)];
}

function entryText({ name, client, file, starts, hands, decision }: UntrustedEntry, place: string, style: Style): string {
  const where = file.startsWith(place) ? file.slice(place.length + 1) : file;
  return [
    `  ${style.bold(printable(name))}  ${client}, ${printable(where)}`,
    hang(
      '    ',
      starts === null ? 'its client would not start it as it is written' : `starts \`${printableCommand(starts)}\``,
      style.columns,
    ),
    ...(hands.length === 0 ? [] : [hang('    ', `hands on ${printable(hands.join(', '), { maxLength: 400 })}`, style.columns)]),
    `    policy here: ${decision.verdict}`,
  ].join('\n');
}

function unpinnedLines({ unpinned }: TrustPlan['pins'][number], style: Style): readonly string[] {
  if (unpinned === null) return [];
  const { command, reason } = unpinned;
  return [
    hang('    ', `starts \`${printableCommand(command)}\``, style.columns),
    hang('    ', style.yellow(`bytes not pinned: ${unpinnedWords(reason)}`), style.columns),
  ];
}

/** What counts on this machine now. */
export function trustedText(trusted: Trusted): string {
  const [pins, entries] = [trusted.pins, trusted.entries].map((names) => names.map((name) => printable(name)).join(', '));
  return [
    ...(trusted.lockDigest === null ? [] : [`trusted on this machine, for exactly this lock: ${pins || 'no pins'}`]),
    ...(entries === '' ? [] : [`trusted on this machine, for exactly these entries: ${entries}`]),
  ].join('\n');
}
