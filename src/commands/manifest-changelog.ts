import { resolve } from 'node:path';
import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { changelog } from '../operations/manifest/changelog.ts';
import { changelogMarkdown } from '../report/changelog.ts';
import { changelogDocument } from '../report/json/changelog.ts';
import { GuardCommand } from './guard-command.ts';

export class ManifestChangelogCommand extends GuardCommand {
  static override readonly paths = [['manifest', 'changelog']];
  static override readonly usage = Command.Usage({
    category: 'for authors',
    description: 'what a release can do, says and asks for that the last one did not; Markdown',
    examples: [
      ['Two manifests', '$0 manifest changelog old/mcp-manifest.json mcp-manifest.json'],
      ['Two published versions', '$0 manifest changelog @scope/name@1.2.0 @scope/name@1.3.0 --out CHANGES.md'],
    ],
  });

  readonly noProbe = Option.Boolean('--no-probe', false, { description: 'do not start the servers, not even in the sandbox' });
  readonly out = Option.String('--out', { description: 'write the Markdown to this file' });
  readonly from = Option.String({ name: 'from' });
  readonly to = Option.String({ name: 'to' });

  override async run(host: Host): Promise<number> {
    const { from, to } = this;
    const changes = await changelog({ from, to, probe: this.noProbe ? 'none' : 'sandboxed' }, host, this.progress);
    const text = changelogMarkdown(changes);
    if (this.out !== undefined) {
      await host.files.writeAtomic(resolve(host.places.cwd, this.out), `${text}\n`, { mode: 0o644 });
      this.note(`written to ${this.out}`);
    }
    if (this.out === undefined || this.json)
      this.answer(
        () => text,
        () => changelogDocument(changes),
      );
    return exit.clean;
  }
}
