import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { showSandbox } from '../operations/sandbox.ts';
import { sandboxShowDocument } from '../report/json/sandbox.ts';
import { shownSandboxText } from '../report/sandbox.ts';
import { GuardCommand } from './guard-command.ts';
import { scopeOf } from './scope-option.ts';

export class SandboxShowCommand extends GuardCommand {
  static override readonly paths = [['sandbox', 'show']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'what the sandbox of a pinned server lets it do, and whether this machine has one',
    examples: [['Of the server `notes`', '$0 sandbox show notes']],
  });

  readonly scope = Option.String('--scope', 'user', { description: 'user or project' });
  readonly name = Option.String({ name: 'name' });

  override async run(host: Host): Promise<number> {
    const shown = await showSandbox(this.name, scopeOf(this.scope), host);
    this.answer(
      () => shownSandboxText(shown, this.style()),
      () => sandboxShowDocument(shown),
    );
    return exit.clean;
  }
}
