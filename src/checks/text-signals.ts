import { wordsOfCode } from '../analysis/text/field.ts';
import type { SignalLevel } from '../analysis/text/rule.ts';
import type { Signal } from '../analysis/text/signal.ts';
import { textSignals } from '../analysis/text/signals.ts';
import { type Finding, type FindingCode, finding } from '../model/finding.ts';
import type { WordCheck } from './check.ts';

const codeOf = { high: 'text-signal-high', medium: 'text-signal-medium', low: 'text-signal-low' } as const satisfies Record<
  SignalLevel,
  FindingCode
>;

/** Code units before and behind the span that are kept, so that a person sees what it stands in; and of the span itself. */
const around = 40;
const spanMax = 100;

/**
 * Words that look like orders to the model: one finding per rule and item, at the first place. `args`: rule, pointer,
 * start and end in UTF-16 units of the text there, how it was read, and the text around. Informs and escalates only.
 */
export const textSignalsCheck: WordCheck = {
  codes: Object.values(codeOf),
  run({ probed, static: found, elsewhere = [] }) {
    const findings = new Map<string, Finding>();
    for (const signal of textSignals(probed?.manifest ?? wordsOfCode(found), elsewhere)) {
      const key = JSON.stringify([signal.rule, signal.level, signal.field.subject]);
      if (!findings.has(key)) findings.set(key, toFinding(signal));
    }
    return [...findings.values()];
  },
};

function toFinding({ rule, level, reading, field, start, end, other }: Signal): Finding {
  const { text, subject, pointer } = field;
  const shown = Math.min(end, start + spanMax);
  return finding(codeOf[level], subject, {
    rule,
    pointer,
    start,
    end,
    reading,
    before: `${start > around ? '…' : ''}${text.slice(Math.max(0, start - around), start)}`,
    span: `${text.slice(start, shown)}${shown < end ? '…' : ''}`,
    after: `${text.slice(end, end + around)}${end + around < text.length ? '…' : ''}`,
    ...(other === undefined ? {} : { other }),
  });
}
