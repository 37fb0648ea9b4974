import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { inspect } from '../operations/inspect.ts';
import { inspectText } from '../report/inspect.ts';
import { inspectDocument } from '../report/json/inspect.ts';
import { GuardCommand } from './guard-command.ts';

export class InspectCommand extends GuardCommand {
  static override readonly paths = [['inspect']];
  static override readonly usage = Command.Usage({
    category: 'before',
    description: 'what the words of a saved tool list try to make a model do',
    details:
      'For a dump rather than a package: a list of tools, an answer to tools/list, several servers by name, a session transcript. Exit 1 when something blocks or a signal is high.',
    examples: [
      ['A saved answer to tools/list', '$0 inspect tools.json'],
      ['From a pipe, for another program', '$0 inspect - --json < tools.json'],
    ],
  });

  readonly full = Option.Boolean('--full', false, { description: 'list every finding' });
  readonly file = Option.String({ name: 'file' });

  override async run(host: Host): Promise<number> {
    const inspection = await inspect(this.file, host);
    this.answer(
      () => inspectText(inspection, { full: this.full }, this.style()),
      () => inspectDocument(inspection),
    );
    const findings = inspection.servers.flatMap((server) => server.findings);
    return findings.some(({ code, severity }) => severity === 'block' || code === 'text-signal-high') ? exit.findings : exit.clean;
  }
}
