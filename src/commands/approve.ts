import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit, GuardError } from '../model/errors.ts';
import { approve } from '../operations/approve.ts';
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
    details: 'The same on a page, side by side, for all servers: `pinfold review --web`.',
    examples: [
      ['What the server `notes` was stopped from saying', '$0 approve notes'],
      ['Keep the old words, and never be asked about these again', '$0 approve --block notes'],
    ],
  });

  readonly scope = Option.String('--scope', 'user', { description: 'user or project' });
  readonly yes = Option.Boolean('--yes', false, { description: 'answer yes where policy approves by itself, and nowhere else' });
  readonly reject = Option.Boolean('--reject', false, { description: 'forget the waiting words; they stay withheld' });
  readonly block = Option.Boolean('--block', false, { description: 'never be asked about exactly these words again' });
  readonly reason = Option.String('--reason', { description: 'why, kept with the approval' });
  readonly full = Option.Boolean('--full', false, { description: 'every change of every text' });
  readonly pins = Option.String('--pins', { description: 'the file of `pinfold run --pins FILE -- <command>`' });
  readonly name = Option.String({ name: 'name' });

  override async run(host: Host): Promise<number> {
    if (this.reject && this.block)
      throw new GuardError('usage', '--reject and --block are two answers', {
        why: 'one forgets the words, the other keeps them from being asked about',
        hint: 'give one of them',
      });
    const style = styleFor(host.terminal.colour.stderr, host.terminal.columns);
    const result = await approve(
      {
        name: this.name,
        scope: scopeOf(this.scope),
        yes: this.yes,
        decision: this.reject ? 'keep' : this.block ? 'block' : 'approve',
        of: null,
        pins: this.pins ?? null,
        reason: this.reason ?? null,
        show: (plan) => this.note(pendingText(plan, { full: this.full }, style)),
      },
      host,
    );
    this.answer(
      () => approvedText(result, this.style()),
      () => approveDocument(result),
    );
    return exit.clean;
  }
}
