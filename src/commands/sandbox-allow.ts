import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit, GuardError } from '../model/errors.ts';
import { type Allowance, allowInSandbox } from '../operations/sandbox.ts';
import { sandboxAllowDocument } from '../report/json/sandbox.ts';
import { sandboxAllowedText, sandboxChangeText } from '../report/sandbox.ts';
import { styleFor } from '../report/style.ts';
import { GuardCommand } from './guard-command.ts';
import { scopeOf } from './scope-option.ts';

export class SandboxAllowCommand extends GuardCommand {
  static override readonly paths = [['sandbox', 'allow']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'let a server in its sandbox reach one host, file or folder more, or be reached on a port; asks',
    details:
      'What was refused stands on the stderr of the server (the log of the client) and in `pinfold log`, with the command that allows it.',
    examples: [
      ['A host', '$0 sandbox allow notes net api.example.com'],
      ['A folder, to read and change', '$0 sandbox allow notes write ~/notes'],
      ['A port, on which programs of this machine reach it', '$0 sandbox allow notes listen 8080'],
    ],
  });

  readonly scope = Option.String('--scope', 'user', { description: 'user or project' });
  readonly reason = Option.String('--reason', { description: 'why, kept with the approval' });
  readonly name = Option.String({ name: 'name' });
  readonly kind = Option.String({ name: 'net|read|write|listen' });
  readonly target = Option.String({ name: 'host, path or port' });

  override async run(host: Host): Promise<number> {
    const style = styleFor(host.terminal.colour.stderr, host.terminal.columns);
    const change = await allowInSandbox(
      {
        name: this.name,
        scope: scopeOf(this.scope),
        allow: { kind: kindOf(this.kind), target: this.target },
        reason: this.reason ?? null,
        show: (plan) => this.note(sandboxChangeText(plan, style)),
      },
      host,
    );
    this.answer(
      () => sandboxAllowedText(change, this.style()),
      () => sandboxAllowDocument(change),
    );
    return exit.clean;
  }
}

function kindOf(word: string): Allowance['kind'] {
  if (word === 'net' || word === 'read' || word === 'write' || word === 'listen') return word;
  throw new GuardError('usage', `a sandbox allows net, read, write or listen, not \`${word}\``, {
    why: 'a host, a file or folder, or a port of its own',
    hint: 'pinfold sandbox allow --help',
  });
}
