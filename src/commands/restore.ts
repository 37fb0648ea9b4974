import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { restorable, restore } from '../operations/restore.ts';
import { restorableText, restoredText } from '../report/entries.ts';
import { restoreDocument } from '../report/json/entries.ts';
import { styleFor } from '../report/style.ts';
import { GuardCommand } from './guard-command.ts';

export class RestoreCommand extends GuardCommand {
  static override readonly paths = [['restore']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: "give clients' files the bytes back that they had before pinfold touched them",
    details:
      'Everything that was written since goes, whoever wrote it; `pinfold release` takes only the guard away. What is replaced is kept: --undo brings it back.',
    examples: [
      ['What there is', '$0 restore --list'],
      ['One file', '$0 restore ~/.cursor/mcp.json'],
    ],
  });

  readonly list = Option.Boolean('--list', false, { description: 'say what there is, and change nothing' });
  readonly undo = Option.Boolean('--undo', false, { description: 'bring back what the last restore replaced' });
  readonly yes = Option.Boolean('--yes', false, { description: 'do not ask' });
  readonly files = Option.Rest({ name: 'file' });

  override async run(host: Host): Promise<number> {
    const { home } = host.places;
    const style = styleFor(host.terminal.colour.stderr, host.terminal.columns);
    const files = this.list
      ? await restorable(host)
      : await restore(
          { files: this.files, undo: this.undo, yes: this.yes, show: (found) => this.note(restorableText(found, home, style)) },
          host,
        );
    this.answer(
      () => (this.list ? restorableText(files, home, this.style()) : restoredText(files, home)),
      () => restoreDocument(files, !this.list),
    );
    return exit.clean;
  }
}
