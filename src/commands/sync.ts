import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit, GuardError } from '../model/errors.ts';
import { sync } from '../operations/sync.ts';
import { syncText } from '../report/entries.ts';
import { syncDocument } from '../report/json/entries.ts';
import { GuardCommand } from './guard-command.ts';
import { scopeOf } from './scope-option.ts';

export class SyncCommand extends GuardCommand {
  static override readonly paths = [['sync']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: "copy servers from one client into others, each in the other's own dialect",
    details:
      'Placeholders, transports and names are translated; what cannot be said in the other client is left out with a reason. Guarded entries stay guarded. An entry with a secret in clear is left out. Tools that need no asking in one client are never made so in another.',
    examples: [
      ['Look first', '$0 sync --from cursor --to claude-desktop,codex --dry-run'],
      ['Two servers only', '$0 sync --from cursor --to codex github filesystem'],
    ],
  });

  readonly from = Option.String('--from', { description: 'client id to copy from' });
  readonly to = Option.String('--to', { description: 'client ids to copy into, separated by commas' });
  readonly scope = Option.String('--scope', 'user', { description: 'user or project' });
  readonly project = Option.String('--project', { description: 'the project folder; default: the repository around the current folder' });
  readonly replace = Option.Boolean('--replace', false, { description: 'overwrite entries of the same name that start something else' });
  readonly dryRun = Option.Boolean('--dry-run', false, { description: 'say what would be done, and write nothing' });
  readonly names = Option.Rest({ name: 'name' });

  override async run(host: Host): Promise<number> {
    const { from, names, replace, dryRun } = this;
    if (from === undefined || this.to === undefined)
      throw new GuardError('usage', 'sync takes --from and --to', {
        why: 'servers are copied from one client to others',
        hint: 'pinfold sync --from cursor --to claude-desktop,codex',
      });
    const to = this.to.split(',').map((id) => id.trim());
    const result = await sync({ from, to, names, scope: scopeOf(this.scope), project: this.project ?? null, replace, dryRun }, host);
    this.answer(
      () => syncText(result, this.style()),
      () => syncDocument(result),
    );
    return result.rows.some(({ action }) => action === 'skip') ? exit.incomplete : exit.clean;
  }
}
