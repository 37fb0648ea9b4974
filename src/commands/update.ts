import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { update } from '../operations/update.ts';
import { updateDocument } from '../report/json/diff.ts';
import { styleFor } from '../report/style.ts';
import { updatedText, updatePlanText } from '../report/update.ts';
import { GuardCommand } from './guard-command.ts';
import { scopeOf } from './scope-option.ts';

export class UpdateCommand extends GuardCommand {
  static override readonly paths = [['update']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'show what a newer version gains, ask, and re-pin; until then the pinned version keeps serving',
    examples: [
      ['To the newest version', '$0 update filesystem'],
      ['To an exact version or range', '$0 update filesystem@2025.8.21'],
      ['To what the MCP registry lists', '$0 update io.github.owner/server'],
      ['Back to the version that was pinned before', '$0 update filesystem --rollback'],
    ],
  });

  readonly scope = Option.String('--scope', 'user', { description: 'user or project' });
  readonly yes = Option.Boolean('--yes', false, { description: 'answer yes where policy approves by itself, and nowhere else' });
  readonly rollback = Option.Boolean('--rollback', false, { description: 'pin the version that was pinned before' });
  readonly noProbe = Option.Boolean('--no-probe', false, { description: 'do not start the server, not even in the sandbox' });
  readonly full = Option.Boolean('--full', false, { description: 'every change of every text' });
  readonly reason = Option.String('--reason', { description: 'why, kept with the approval' });
  readonly target = Option.String({ name: 'name[@version]' });

  override async run(host: Host): Promise<number> {
    const style = styleFor(host.terminal.colour.stderr, host.terminal.columns);
    const result = await update(
      {
        target: this.target,
        scope: scopeOf(this.scope),
        probe: this.noProbe ? 'none' : 'sandboxed',
        rollback: this.rollback,
        yes: this.yes,
        reason: this.reason ?? null,
        show: (plan) => this.note(updatePlanText(plan, { full: this.full }, style)),
      },
      host,
      this.progress,
    );
    this.answer(
      () => updatedText(result, this.style()),
      () => updateDocument(result),
    );
    return exit.clean;
  }
}
