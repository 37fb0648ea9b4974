import { Command } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { info } from '../operations/info.ts';
import { card } from '../report/card.ts';
import { infoDocument } from '../report/json/info.ts';
import { ReferenceCommand } from './reference-options.ts';

export class InfoCommand extends ReferenceCommand {
  static override readonly paths = [['info']];
  static override readonly usage = Command.Usage({
    category: 'before',
    description: 'show what a server is and can do, from its bytes, before anything is installed',
    details:
      'Downloads and verifies the package and everything it loads, reads the code, starts the server once in the sandbox, and prints one card. Changes nothing.',
    examples: [
      ['A package', '$0 info @modelcontextprotocol/server-filesystem'],
      [
        'An exact version, with the arguments that the server will get',
        '$0 info @modelcontextprotocol/server-filesystem@2025.8.21 -- ~/notes',
      ],
      ['A launch command from a README', '$0 info -- npx -y @modelcontextprotocol/server-memory'],
    ],
  });

  override async run(host: Host): Promise<number> {
    const { reference, typed } = this.reference();
    const probe = await this.probeChoice(host);
    const result = await info({ reference, typed, probe }, host, this.progress);
    this.answer(
      () => card(result.disclosure, { full: this.full, clientCommand: result.clientCommand }, this.style()),
      () => infoDocument(result.disclosure, { command: result.clientCommand[0] ?? '', args: result.clientCommand.slice(1) }),
    );
    return result.disclosure.decision.verdict === 'block' ? exit.findings : exit.clean;
  }
}
