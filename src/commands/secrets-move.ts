import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { projectFolder } from '../operations/project-folder.ts';
import { moveSecrets } from '../operations/secrets-move.ts';
import { secretsMoveDocument } from '../report/json/secrets.ts';
import { secretsMovedText } from '../report/secrets.ts';
import { GuardCommand } from './guard-command.ts';
import { scopeOf } from './scope-option.ts';

export class SecretsMoveCommand extends GuardCommand {
  static override readonly paths = [['secrets', 'move']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'take plaintext secrets out of the files of clients, into the keychain; servers get them at their start',
    details: 'Only entries behind the guard can be given them. References and examples stay. `release` puts the values back.',
    examples: [
      ['See what would be moved', '$0 secrets move --dry-run'],
      ['Of one server', '$0 secrets move github'],
    ],
  });

  readonly client = Option.String('--client', { description: 'client ids, separated by commas; default: all' });
  readonly scope = Option.String('--scope', { description: 'user or project; default: both' });
  readonly project = Option.String('--project', { description: 'the project folder; default: the repository around the current folder' });
  readonly variables = Option.Array('--env', [], { description: 'a variable that is moved whatever it looks like; may be repeated' });
  readonly file = Option.Boolean('--file', false, { description: 'into a file that only you may read, not into the keychain' });
  readonly dryRun = Option.Boolean('--dry-run', false, { description: 'say what would be moved, and change nothing' });
  readonly names = Option.Rest({ name: 'name' });

  override async run(host: Host): Promise<number> {
    const { names, variables, dryRun, file: inFile } = this;
    const clients = this.client?.split(',').map((id) => id.trim()) ?? null;
    const scope = this.scope === undefined ? null : scopeOf(this.scope);
    const project = await projectFolder(this.project ?? null, host);
    const result = await moveSecrets({ names, variables, dryRun, inFile, clients, scope, project }, host);
    this.answer(
      () => secretsMovedText(result, host.places.home, this.style()),
      () => secretsMoveDocument(result),
    );
    return result.rows.some(({ how, left }) => how === 'left' || left.length > 0) ? exit.incomplete : exit.clean;
  }
}
