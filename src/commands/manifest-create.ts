import { Command } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { createManifest } from '../operations/manifest/create.ts';
import { manifestCreateDocument } from '../report/json/manifest.ts';
import { createdText } from '../report/manifest.ts';
import { FolderCommand } from './manifest-folder.ts';

export class ManifestCreateCommand extends FolderCommand {
  static override readonly paths = [['manifest', 'create']];
  static override readonly usage = Command.Usage({
    category: 'for authors',
    description: 'write mcp-manifest.json for a server that you develop: what it lists, and what its code can do',
    details: 'Reads the folder and the dependencies that are installed below it, and starts the built server in the sandbox only.',
    examples: [
      ['The server of this folder', '$0 manifest create'],
      ['With a command of its own', '$0 manifest create . -- node dist/index.js --stdio'],
    ],
  });

  override async run(host: Host): Promise<number> {
    const created = await createManifest(this.server(host), host, this.progress);
    this.sayMissing(created.missing);
    this.answer(
      () => createdText(created, this.style()),
      () => manifestCreateDocument(created),
    );
    return exit.clean;
  }
}
