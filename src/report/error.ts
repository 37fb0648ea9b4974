import type { GuardError } from '../model/errors.ts';
import { printable } from '../model/printable.ts';
import type { Style } from './style.ts';

/** A failure on at most three lines: what, why, one hint. */
export function errorText(error: GuardError, style: Style): string {
  const lines = [`${style.red('error:')} ${printable(error.message, { maxLength: 600 })}`];
  if (error.why !== undefined) lines.push(`  why: ${printable(error.why, { maxLength: 1_000 })}`);
  if (error.hint !== undefined) lines.push(` hint: ${printable(error.hint, { maxLength: 1_000 })}`);
  return lines.join('\n');
}

/** Something that should not have happened, with the stack for a report. */
export function bugText(cause: unknown, version: string): string {
  const stack = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return [
    'bug: pinfold stopped in a way it should not have; nothing was approved',
    printable(stack, { maxLength: 4_000, lines: true }),
    ` hint: please report this with the lines above (pinfold ${version})`,
  ].join('\n');
}
