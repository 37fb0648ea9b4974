import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { serveFeed } from '../operations/feed/serve.ts';
import { GuardCommand } from './guard-command.ts';

export class FeedServeCommand extends GuardCommand {
  static override readonly paths = [['feed', 'serve']];
  static override readonly usage = Command.Usage({
    category: 'for authors',
    description: 'serve a revocation feed to this machine, to try it out',
    details: 'On 127.0.0.1, until Ctrl-C. For others, put the signed file on any web server with https.',
    examples: [['A folder', '$0 feed serve feed']],
  });

  readonly folder = Option.String({ name: 'folder', required: false });

  override async run(host: Host): Promise<number> {
    const tell = (origin: string) =>
      this.answer(
        () => `serving at ${origin}; to look at it: pinfold feed verify ${origin} --name NAME --key FILE`,
        () => ({ schemaVersion: 1, origin }),
      );
    await serveFeed(this.folder ?? '.', tell, host);
    return exit.clean;
  }
}
