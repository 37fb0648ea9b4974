import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import type { ApprovePlan } from '../model/results.ts';
import { approve } from '../operations/approve.ts';
import { approveCommand } from '../operations/approve-command.ts';
import { isCommandName } from '../operations/run-command.ts';
import { approvedText, pendingText } from '../report/approve.ts';
import { approveDocument } from '../report/json/outcomes.ts';
import { styleFor } from '../report/style.ts';
import { GuardCommand } from './guard-command.ts';
import { scopeOf } from './scope-option.ts';

export class ApproveCommand extends GuardCommand {
  static override readonly paths = [['approve']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'show what a running server said that was not approved, ask, and pin it',
    examples: [['What the server `notes` was stopped from saying', '$0 approve notes']],
  });

  readonly scope = Option.String('--scope', 'user', { description: 'user or project' });
  readonly yes = Option.Boolean('--yes', false, { description: 'answer yes where policy approves by itself, and nowhere else' });
  readonly reject = Option.Boolean('--reject', false, { description: 'forget the waiting words; they stay withheld' });
  readonly reason = Option.String('--reason', { description: 'why, kept with the approval' });
  readonly full = Option.Boolean('--full', false, { description: 'every change of every text' });
  readonly pins = Option.String('--pins', { description: 'the file of `pinfold run --pins FILE -- <command>`' });
  readonly name = Option.String({ name: 'name' });

  override async run(host: Host): Promise<number> {
    const style = styleFor(host.terminal.colour.stderr, host.terminal.columns);
    const request = {
      name: this.name,
      scope: scopeOf(this.scope),
      yes: this.yes,
      reject: this.reject,
      reason: this.reason ?? null,
      show: (plan: ApprovePlan) => this.note(pendingText(plan, { full: this.full }, style)),
    };
    const { pins = null } = this;
    const result = isCommandName(this.name) ? await approveCommand({ ...request, pins }, host) : await approve(request, host);
    this.answer(
      () => approvedText(result, this.style()),
      () => approveDocument(result),
    );
    return exit.clean;
  }
}
