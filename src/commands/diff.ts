import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit, GuardError } from '../model/errors.ts';
import { diff } from '../operations/diff.ts';
import { diffText } from '../report/diff.ts';
import { diffDocument } from '../report/json/diff.ts';
import { GuardCommand } from './guard-command.ts';

export class DiffCommand extends GuardCommand {
  static override readonly paths = [['diff']];
  static override readonly usage = Command.Usage({
    category: 'before',
    description: 'what one version, or pin, can do and says that the other does not',
    details: 'Both sides are analysed with the same rules. Exit 1 when the second side gained something.',
    examples: [
      ['A pin against the newest version', '$0 diff filesystem'],
      ['Two versions', '$0 diff @modelcontextprotocol/server-filesystem@2025.3.28 @modelcontextprotocol/server-filesystem@2025.8.21'],
      ['Two versions of the MCP registry', '$0 diff io.github.owner/server@1.0.0 io.github.owner/server@1.1.0'],
    ],
  });

  readonly noProbe = Option.Boolean('--no-probe', false, { description: 'do not start the servers, not even in the sandbox' });
  readonly full = Option.Boolean('--full', false, { description: 'every change of every text' });
  readonly sides = Option.Rest({ name: 'from to', required: 1 });

  override async run(host: Host): Promise<number> {
    const [from, to, ...rest] = this.sides;
    if (from === undefined || rest.length > 0)
      throw new GuardError('usage', 'diff takes one or two sides', {
        why: 'one side is compared with what is pinned, two with each other',
        hint: 'pinfold diff --help',
      });
    const result = await diff({ from, to: to ?? null, probe: this.noProbe ? 'none' : 'sandboxed' }, host, this.progress);
    this.answer(
      () => diffText(result, { full: this.full }, this.style()),
      () => diffDocument(result),
    );
    return result.gain === 'none' ? exit.clean : exit.findings;
  }
}
