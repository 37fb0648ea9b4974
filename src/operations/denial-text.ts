import { printable } from '../model/printable.ts';
import { shellLine } from '../model/shell-line.ts';
import type { Ticket } from '../model/ticket.ts';
import type { Denial } from '../sandbox/denials.ts';
import { scopeOption } from './command-line.ts';

/** What a server's sandbox did not let it do, on one line, with the command that would; `null` of `allow` = there is none. */
export function denialText({ name, scope }: Pick<Ticket, 'name' | 'scope'>, { kind, target, why, allow }: Denial): string {
  const what = { net: 'connecting to', read: 'reading', write: 'writing to', listen: 'being reached on port' }[kind];
  // The name of a system call tells nobody anything.
  const reason = kind === 'write' || why === '' ? '' : ` (${printable(why, { maxLength: 200 })})`;
  const start = `pinfold: ${name}: its sandbox kept it from ${what} ${printable(target, { maxLength: 300 })}${reason}`;
  if (allow === null) return start;
  const command = shellLine(['pinfold', 'sandbox', 'allow', ...scopeOption(scope), name, kind, allow]);
  return `${start}; to allow it: ${printable(command, { maxLength: 600 })}`;
}
