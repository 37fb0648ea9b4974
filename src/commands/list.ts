import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit, GuardError } from '../model/errors.ts';
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
      ['The home of another machine', '$0 list --root /mnt/c/Users/ada --platform win32'],
      ['One file', '$0 list --config codex=./config.toml'],
    ],
  });

  readonly client = Option.String('--client', { description: 'only this client' });
  readonly project = Option.String('--project', { description: 'the project folder; default: the repository around the current folder' });

  readonly root = Option.String('--root', { description: 'the home of another user or machine, as on a mounted disk' });
  readonly platform = Option.String('--platform', {
    description: 'darwin, linux or win32: whose places to look in; default: this machine',
  });
  readonly config = Option.Array('--config', [], { description: 'client=FILE: read that file as the client would, wherever it lies' });

  override async run(host: Host): Promise<number> {
    const { client = null, project = null, root = null, config } = this;
    const listing = await list({ client, project, root, platform: platformOf(this.platform), configs: config }, host);
    this.answer(
      () => listText({ ...listing, home: root ?? host.places.home }, this.style()),
      () => listDocument(listing),
    );
    return exit.clean;
  }
}

function platformOf(text: string | undefined): 'darwin' | 'linux' | 'win32' | null {
  if (text === undefined) return null;
  if (text === 'darwin' || text === 'linux' || text === 'win32') return text;
  throw new GuardError('usage', `\`${text}\` is no platform`, {
    why: 'it says where clients keep their files',
    hint: 'one of: darwin, linux, win32',
  });
}
