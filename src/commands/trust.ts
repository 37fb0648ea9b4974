import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { trust } from '../operations/trust.ts';
import { trustDocument } from '../report/json/outcomes.ts';
import { styleFor } from '../report/style.ts';
import { trustedText, trustPlanText } from '../report/trust.ts';
import { GuardCommand } from './guard-command.ts';
import { scopeOf } from './scope-option.ts';

export class TrustCommand extends GuardCommand {
  static override readonly paths = [['trust']];
  static override readonly usage = Command.Usage({
    category: 'project',
    description: 'let the lock and the entries that came with this repository count on this machine',
    details:
      'Shows every pin of the lock and every entry in the files of the project, asks, downloads and verifies the bytes that the lock names. Counts for exactly this lock and these entries: after the next change it asks again.',
    examples: [
      ['The repository around the current folder', '$0 trust'],
      ['This machine, after a restored backup or a damaged store', '$0 trust --scope user'],
    ],
  });

  readonly scope = Option.String('--scope', 'project', { description: 'project, or user: the lock of this machine' });
  readonly project = Option.String('--project', { description: 'the project folder' });
  readonly yes = Option.Boolean('--yes', false, { description: 'answer yes where policy approves by itself, and nowhere else' });

  override async run(host: Host): Promise<number> {
    const style = styleFor(host.terminal.colour.stderr, host.terminal.columns);
    const result = await trust(
      { scope: scopeOf(this.scope), project: this.project ?? null, yes: this.yes, show: (plan) => this.note(trustPlanText(plan, style)) },
      host,
      this.progress,
    );
    this.answer(
      () => trustedText(result),
      () => trustDocument(result),
    );
    return exit.clean;
  }
}
