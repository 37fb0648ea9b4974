import { Command } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { status } from '../operations/status.ts';
import { statusDocument } from '../report/json/log.ts';
import { statusText } from '../report/status.ts';
import { GuardCommand } from './guard-command.ts';

export class StatusCommand extends GuardCommand {
  static override readonly paths = [['status']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'every pinned server: what waits for you, when it last ran, how often you were asked',
    examples: [['All of them', '$0 status']],
  });

  override async run(host: Host): Promise<number> {
    const found = await status(host);
    this.answer(
      () => statusText(found, this.style()),
      () => statusDocument(found),
    );
    return exit.clean;
  }
}
