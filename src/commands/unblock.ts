import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { unblock } from '../operations/unblock.ts';
import { blockedText, unblockedText } from '../report/approve.ts';
import { unblockedDocument } from '../report/json/review.ts';
import { GuardCommand } from './guard-command.ts';
import { scopeOf } from './scope-option.ts';

export class UnblockCommand extends GuardCommand {
  static override readonly paths = [['unblock']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'take back what you blocked for ever; it is offered again, and approved only when you say so',
    examples: [['What was blocked of `notes`', '$0 unblock notes']],
  });

  readonly scope = Option.String('--scope', 'user', { description: 'user or project' });
  readonly name = Option.String({ name: 'name' });

  override async run(host: Host): Promise<number> {
    const { name } = this;
    const result = await unblock({ name, scope: scopeOf(this.scope), show: (items) => this.note(blockedText(name, items)) }, host);
    this.answer(
      () => unblockedText(result),
      () => unblockedDocument(result),
    );
    return exit.clean;
  }
}
