import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { list } from '../operations/list.ts';
import { listDocument } from '../report/json/list.ts';
import { listText } from '../report/list.ts';
import { GuardCommand } from './guard-command.ts';

export class ListCommand extends GuardCommand {
  static override readonly paths = [['list'], ['ls']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'every MCP server in every client on this machine, guarded or not',
    examples: [
      ['All of them', '$0 list'],
      ['One client, as JSON', '$0 list --client cursor --json'],
    ],
  });

  readonly client = Option.String('--client', { description: 'only this client' });
  readonly project = Option.String('--project', { description: 'the project folder; default: the repository around the current folder' });

  override async run(host: Host): Promise<number> {
    const listing = await list({ client: this.client ?? null, project: this.project ?? null }, host);
    this.answer(
      () => listText({ ...listing, home: host.places.home }, this.style()),
      () => listDocument(listing),
    );
    return exit.clean;
  }
}
