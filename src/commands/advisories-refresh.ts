import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { importArchive } from '../operations/advisories/import.ts';
import { isStopped, refreshAdvisories } from '../operations/advisories/refresh.ts';
import { projectFolder } from '../operations/project-folder.ts';
import { refreshText } from '../report/advisories.ts';
import { refreshDocument } from '../report/json/advisories.ts';
import { GuardCommand } from './guard-command.ts';

export class AdvisoriesRefreshCommand extends GuardCommand {
  static override readonly paths = [['advisories', 'refresh']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'ask advisories, revocation feeds and the MCP registry about everything that is pinned',
    details:
      'What is found keeps a server from its next start, and running ones are told. `watch` and `audit` do this too. Exit 1 when something that is pinned is malicious or revoked.',
    examples: [
      ['Everything that is pinned on this machine', '$0 advisories refresh'],
      ['From a downloaded database, without the network', '$0 advisories refresh --offline --from all.zip'],
    ],
  });

  readonly from = Option.Array('--from', [], {
    description: "a database to take in: OSV's all.zip of an ecosystem; several times for several",
  });
  readonly project = Option.String('--project', { description: 'the project folder' });

  override async run(host: Host): Promise<number> {
    for (const file of this.from) {
      for (const { type, unreadable } of await importArchive(file, host, this.progress))
        if (unreadable > 0) this.note(`${file}: ${unreadable} files hold no record that can be understood (${type})`);
    }
    const refreshed = await refreshAdvisories({ project: await projectFolder(this.project ?? null, host) }, host);
    this.answer(
      () => refreshText(refreshed, this.style()),
      () => refreshDocument(refreshed),
    );
    return refreshed.servers.some(isStopped) ? exit.findings : exit.clean;
  }
}
