import type { Outcome } from '../model/outcome.ts';
import { printable } from '../model/printable.ts';
import { isWrong, type Verified, type VerifiedServer } from '../model/verified.ts';
import { count } from './bytes.ts';
import { findingSentence } from './findings.ts';
import { hang, pad, width } from './layout.ts';
import type { Style } from './style.ts';

/** A block of lines for each server; of many, one line for each that is as it should be. */
export function verifyText({ servers }: Verified, options: { readonly full: boolean }, style: Style): string {
  const [first] = servers;
  if (first === undefined) return 'nothing is pinned here';
  if (servers.length === 1) return block(first, style);
  const lines = servers.map((server) => (options.full || isWrong(server) ? block(server, style) : line(server, style)));
  const wrong = servers.filter(isWrong).length;
  const sum = wrong === 0 ? `${count(servers.length, 'server')}, nothing wrong` : `${wrong} of ${count(servers.length, 'server')} wrong`;
  return [...lines, wrong === 0 ? sum : style.red(sum)].join('\n');
}

const paints: Readonly<Record<Outcome, 'green' | 'dim' | 'yellow' | 'red'>> = {
  verified: 'green',
  absent: 'dim',
  unavailable: 'yellow',
  invalid: 'red',
};

/** Outcome, source, what was compared. */
function block(server: VerifiedServer, style: Style): string {
  const { label, pin, evidence, findings } = server;
  const widest = Math.max(0, ...evidence.map(({ source }) => width(source)));
  return [
    `${style.bold(printable(label))}${pin === null ? '' : `  pinned as ${printable(pin)}`}`,
    ...evidence.map(({ source, outcome, detail }) => {
      const start = `  ${style[paints[outcome]](pad(outcome, 11))}  ${pad(source, widest)}  `;
      return hang(start, printable(detail, { maxLength: 600 }), style.columns);
    }),
    ...findings.map((found) =>
      hang(
        `  ${found.severity === 'block' ? style.red('block') : style.yellow(found.severity)}  `,
        `${findingSentence(found)} (${found.code})`,
        style.columns,
      ),
    ),
  ].join('\n');
}

/** How often each outcome came, for a server with nothing wrong. */
function line({ label, pin, evidence }: VerifiedServer, style: Style): string {
  const outcomes = [...new Set(evidence.map(({ outcome }) => outcome))].map(
    (wanted) => `${evidence.filter(({ outcome }) => outcome === wanted).length} ${wanted}`,
  );
  return hang(`${style.green('ok')}  `, `${printable(pin ?? label)}: ${outcomes.join(', ')}`, style.columns);
}
