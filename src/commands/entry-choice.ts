import { Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { shellLine } from '../model/shell-line.ts';
import type { EntryChoice } from '../operations/adopt-candidates.ts';
import { projectFolder } from '../operations/project-folder.ts';
import { GuardCommand } from './guard-command.ts';
import { scopeOf } from './scope-option.ts';

/** What `adopt` and `release` share: which entries are meant. */
export abstract class EntryChoiceCommand extends GuardCommand {
  readonly all = Option.Boolean('--all', false, { description: 'every entry of every client' });
  readonly client = Option.String('--client', { description: 'client ids, separated by commas; default: all' });
  readonly scope = Option.String('--scope', { description: 'user or project; default: both' });
  readonly project = Option.String('--project', { description: 'the project folder; default: the repository around the current folder' });
  readonly yes = Option.Boolean('--yes', false, { description: 'answer the question with yes' });
  readonly names = Option.Rest({ name: 'name' });

  protected async choice(host: Host): Promise<EntryChoice> {
    if (this.all && (this.names.length > 0 || this.client !== undefined)) {
      throw new GuardError('usage', '--all and a choice contradict each other', {
        why: '--all takes every entry',
        hint: 'leave --all out',
      });
    }
    return {
      names: this.names,
      clients: this.client?.split(',').map((id) => id.trim()) ?? null,
      scope: this.scope === undefined ? null : scopeOf(this.scope),
      project: await projectFolder(this.project ?? null, host),
    };
  }

  /** The same command with its answer, for a hint. */
  protected again(command: 'adopt' | 'release', ...more: readonly string[]): string {
    return shellLine([
      'pinfold',
      command,
      '--yes',
      ...more,
      ...(this.all ? ['--all'] : []),
      ...(this.client === undefined ? [] : ['--client', this.client]),
      ...(this.scope === undefined ? [] : ['--scope', this.scope]),
      ...(this.project === undefined ? [] : ['--project', this.project]),
      ...this.names,
    ]);
  }
}
