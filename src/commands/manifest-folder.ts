import { resolve } from 'node:path';
import { Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import type { FolderServer } from '../operations/manifest/derive.ts';
import { missingText } from '../report/manifest.ts';
import { GuardCommand } from './guard-command.ts';

/** A command about a server under development: its folder, and how it is started. */
export abstract class FolderCommand extends GuardCommand {
  readonly bin = Option.String('--bin', { description: 'which program of the package is the server' });
  readonly folder = Option.String({ name: 'folder', required: false });

  protected server(host: Host): FolderServer {
    const { afterDashes } = this.context;
    return { folder: resolve(host.places.cwd, this.folder ?? '.'), command: afterDashes, bin: this.bin ?? null };
  }

  protected sayMissing(missing: readonly string[]): void {
    const text = missingText(missing);
    if (text !== null) this.note(text);
  }
}
