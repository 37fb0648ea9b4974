import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit, GuardError } from '../model/errors.ts';
import { exec } from '../operations/exec.ts';
import { execText } from '../report/entries.ts';
import { styleFor } from '../report/style.ts';
import { SettlingCommand } from './settling-command.ts';

export class ExecCommand extends SettlingCommand {
  static override readonly paths = [['exec']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'run another installer, and decide about every server that it adds or changes',
    details:
      'The command gets this terminal. Afterwards each entry that it wrote into any client goes through the card; what is refused is taken back byte for byte. Ends with the exit code of the command, or 77 when something was refused.',
    examples: [
      ["A client's own command", '$0 exec -- claude mcp add notes -- npx -y @scope/notes'],
      ['Any installer', '$0 exec -- npx -y @smithery/cli install @scope/notes --client cursor'],
    ],
  });

  readonly project = Option.String('--project', { description: 'the project folder; default: the repository around the current folder' });

  override async run(host: Host): Promise<number> {
    const [command, ...args] = this.context.afterDashes ?? [];
    if (command === undefined)
      throw new GuardError('usage', 'exec takes a command after --', {
        why: 'it runs an installer and looks at what that wrote',
        hint: 'pinfold exec -- claude mcp add notes -- npx -y @scope/notes',
      });
    const style = styleFor(host.terminal.colour.stderr, host.terminal.columns);
    const result = await exec(
      {
        command,
        args,
        project: this.project ?? null,
        settle: this.howToSettle(host),
      },
      host,
      this.progress,
    );
    // The command's own output is on stdout already; ours must not mix with what a pipe reads from it.
    const text = execText(result, host.places.home, style);
    if (text !== '') this.note(text);
    const isRefused = result.decisions.some(({ outcome }) => outcome === 'refused');
    if (isRefused) return exit.denied;
    return result.code ?? exit.incomplete;
  }
}
