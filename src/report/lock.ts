import type { Outcome } from '../model/outcome.ts';
import { printable } from '../model/printable.ts';
import { count } from './bytes.ts';
import { hang, pad, width } from './layout.ts';
import type { Style } from './style.ts';

/** What `lock sign` signed, and what to commit. */
export function lockSignedText(
  signed: {
    readonly file: string;
    readonly pins: readonly string[];
    readonly signature: string;
    readonly fingerprint: string | null;
  },
  style: Style,
): string {
  const { file, pins, signature, fingerprint } = signed;
  const who = fingerprint === null ? 'as this CI job; its certificate is in the bundle and in a public log' : `with ${fingerprint}`;
  const names = pins.length === 0 ? '' : `: ${pins.join(', ')}`;
  return [
    hang('signed ', `${printable(file, { maxLength: 2_000 })} ${who}`, style.columns),
    hang('  ', printable(`${count(pins.length, 'pin')}${names}`, { maxLength: 400 }), style.columns),
    `  ${printable(signature, { maxLength: 2_000 })}`,
  ].join('\n');
}

/** What `lock verify` found: the answer, and a line for each file where that says more. */
export function lockVerifiedText(
  result: {
    readonly file: string;
    readonly digest: string;
    readonly outcome: Outcome;
    readonly why: string;
    readonly signatures: readonly { readonly file: string; readonly outcome: Outcome; readonly why: string }[];
    readonly others: readonly string[];
  },
  style: Style,
): string {
  const paint = { verified: style.green, absent: style.yellow, unavailable: style.yellow, invalid: style.red };
  const { outcome, signatures, others } = result;
  const widest = Math.max(0, ...signatures.map(({ file }) => width(file)));
  const lines = signatures.map((one) =>
    hang(`  ${paint[one.outcome](pad(one.outcome, 11))}  ${pad(one.file, Math.min(widest, 40))}  `, one.why, style.columns),
  );
  return [
    hang(
      `${paint[outcome](outcome)}  `,
      `${printable(result.file, { maxLength: 2_000 })} (${result.digest}): ${result.why}`,
      style.columns,
    ),
    ...(signatures.length > 1 ? lines : []),
    ...(others.length === 0 ? [] : [hang('  ', `no signatures, and ignored: ${printable(others.join(', '))}`, style.columns)]),
  ].join('\n');
}
