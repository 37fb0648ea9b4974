import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { switchEntries } from '../operations/switch-entries.ts';
import { switchedText } from '../report/entries.ts';
import { switchDocument } from '../report/json/entries.ts';
import { GuardCommand } from './guard-command.ts';

abstract class SwitchCommand extends GuardCommand {
  abstract readonly on: boolean;
  readonly client = Option.String('--client', { description: 'client ids, separated by commas; default: all' });
  readonly project = Option.String('--project', { description: 'the project folder; default: the repository around the current folder' });
  readonly name = Option.String({ name: 'name' });

  override async run(host: Host): Promise<number> {
    const clients = this.client?.split(',').map((id) => id.trim()) ?? null;
    const result = await switchEntries({ name: this.name, clients, project: this.project ?? null, on: this.on }, host);
    this.answer(
      () => switchedText(result, host.places.home, this.style()),
      () => switchDocument(result),
    );
    return result.refused.length === 0 ? exit.clean : exit.incomplete;
  }
}

export class EnableCommand extends SwitchCommand {
  static override readonly paths = [['enable']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'switch a server on, in the way of each client that has it',
    examples: [['In one client', '$0 enable filesystem --client codex']],
  });
  readonly on = true;
}

export class DisableCommand extends SwitchCommand {
  static override readonly paths = [['disable']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'switch a server off, in the way of each client that has it; its entry stays',
    examples: [['Everywhere', '$0 disable filesystem']],
  });
  readonly on = false;
}
