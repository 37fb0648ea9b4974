import { Command } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { checkManifest } from '../operations/manifest/check.ts';
import { manifestCheckDocument } from '../report/json/manifest.ts';
import { checkedText } from '../report/manifest.ts';
import { FolderCommand } from './manifest-folder.ts';

export class ManifestCheckCommand extends FolderCommand {
  static override readonly paths = [['manifest', 'check']];
  static override readonly usage = Command.Usage({
    category: 'for authors',
    description: 'exit 1 when the built server is not what its mcp-manifest.json says; for CI',
    examples: [['In CI, after the build', '$0 manifest check']],
  });

  override async run(host: Host): Promise<number> {
    const checked = await checkManifest(this.server(host), host, this.progress);
    this.sayMissing(checked.missing);
    this.answer(
      () => checkedText(checked, this.style()),
      () => manifestCheckDocument(checked),
    );
    return checked.differences.length === 0 ? exit.clean : exit.findings;
  }
}
