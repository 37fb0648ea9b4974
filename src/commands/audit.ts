import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { audit } from '../operations/audit.ts';
import { auditText } from '../report/audit.ts';
import { auditDocument } from '../report/json/outcomes.ts';
import { GuardCommand } from './guard-command.ts';

export class AuditCommand extends GuardCommand {
  static override readonly paths = [['audit']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'check every server of every client against what was approved',
    details:
      'Unguarded entries, changed entries, changed bytes, withheld words, policy. Exit 1 for findings that policy or their kind make a block, 4 when there was nothing to audit.',
    examples: [
      ['This machine', '$0 audit'],
      ['For a script', '$0 audit --json'],
    ],
  });

  readonly project = Option.String('--project', { description: 'the project folder; default: the repository around the current folder' });
  readonly full = Option.Boolean('--full', false, { description: 'every finding' });

  override async run(host: Host): Promise<number> {
    const result = await audit({ project: this.project ?? null }, host, this.progress);
    this.answer(
      () => auditText(result, { full: this.full }, this.style()),
      () => auditDocument(result),
    );
    if (result.summary.entries === 0 && result.servers.length === 0)
      return result.problems.length > 0 ? exit.incomplete : exit.nothingToAudit;
    return result.summary.findings.block > 0 ? exit.findings : exit.clean;
  }
}
