import type { Host } from '../host/host.ts';
import { exit, GuardError } from '../model/errors.ts';
import { planLinkHandler, registerLinkHandler } from '../operations/link-handler.ts';
import { GuardCommand } from './guard-command.ts';

/** The half of `open` that makes pinfold the program of install links. */
export abstract class RegisterCommand extends GuardCommand {
  /** Shows what is written, asks, and writes it. Returns the exit code. */
  protected async registerSchemes(schemes: readonly string[], host: Host): Promise<number> {
    const plan = planLinkHandler(schemes, [host.machine.nodePath, `${host.machine.installation}/bin/pinfold.js`], host);
    this.note(`${plan.file}\n\n${plan.text}\n${plan.commands.map((words) => words.join(' ')).join('\n')}`);
    const answer = await host.terminal.ask('write this file and run these commands? [y/N] ');
    if (!/^y(es)?$/i.test(answer)) throw new GuardError('approval-refused', 'not registered; nothing was changed');
    await registerLinkHandler(plan, host);
    this.answer(
      () => `links of ${schemes.join(', ')} open with pinfold; to undo it, remove ${plan.file}`,
      () => ({ schemaVersion: 1, schemes, file: plan.file }),
    );
    return exit.clean;
  }
}
