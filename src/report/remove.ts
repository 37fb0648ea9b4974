import { printable } from '../model/printable.ts';
import type { Removed } from '../model/results.ts';
import { tilde } from '../model/tilde.ts';
import { endedText } from './sign-in.ts';
import type { Style } from './style.ts';

/** Where the server was taken out, and whether its pin is gone. */
export function removedText(result: Removed, home: string, style: Style): string {
  const lines = result.places.map(({ client, file }) => `  ${client}: ${printable(tilde(file, home))}`);
  const name = printable(result.name);
  const head = lines.length === 0 ? `no client started \`${name}\`` : `took \`${name}\` out of`;
  const pin = result.pinForgotten
    ? 'its pin is forgotten; its files go with: pinfold store prune'
    : 'its pin stays: another client uses it';
  const gone =
    result.secretsForgotten.length === 0
      ? []
      : [`deleted the secrets that were kept for it: ${result.secretsForgotten.map((one) => printable(one)).join(', ')}`];
  const ended = result.signedOut === null ? [] : [endedText(result.signedOut, 'the sign-in', style)];
  return [head, ...lines, pin, ...gone, ...ended].join('\n');
}
