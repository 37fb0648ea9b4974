import type { Host } from '../host/host.ts';
import type { LockScope } from '../model/pin.ts';
import { isCommandName } from './run-command.ts';
import { withheldOfCommand } from './withheld-command.ts';
import { withheldOfPin } from './withheld-pin.ts';
import type { Withheld } from './words-plan.ts';

/** Which server: a pin of a lock, or one that is started by `run -- <command>`, perhaps with pins in a file. */
export interface WithheldOf {
  readonly name: string;
  readonly scope: LockScope;
  readonly pins: string | null;
}

/** What waits of one server. @throws GuardError `pin-not-found`, and as the records' readers. */
export function readWithheld({ name, scope, pins }: WithheldOf, host: Host): Promise<Withheld> {
  return isCommandName(name) ? withheldOfCommand(name, pins, host) : withheldOfPin(name, scope, host);
}
