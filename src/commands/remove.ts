import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { remove } from '../operations/remove.ts';
import { removeDocument } from '../report/json/outcomes.ts';
import { removedText } from '../report/remove.ts';
import { GuardCommand } from './guard-command.ts';
import { scopeOf } from './scope-option.ts';

export class RemoveCommand extends GuardCommand {
  static override readonly paths = [['remove'], ['rm']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'take a server out of the clients that start it, and forget its pin',
    examples: [
      ['Everywhere', '$0 remove filesystem'],
      ['Out of one client; the pin stays while another uses it', '$0 remove filesystem --client cursor'],
    ],
  });

  readonly client = Option.String('--client', { description: 'client ids, separated by commas; default: all' });
  readonly scope = Option.String('--scope', 'user', { description: 'user or project' });
  readonly yes = Option.Boolean('--yes', false, { description: 'also delete the secrets that are kept for it' });
  readonly name = Option.String({ name: 'name' });

  override async run(host: Host): Promise<number> {
    await this.takeBackLeft(host);
    const clients = this.client?.split(',').map((id) => id.trim()) ?? null;
    const result = await remove({ name: this.name, scope: scopeOf(this.scope), clients, yes: this.yes }, host);
    this.answer(
      () => removedText(result, host.places.home, this.style()),
      () => removeDocument(result),
    );
    return exit.clean;
  }
}
