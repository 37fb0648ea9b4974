import { resolve } from 'node:path';
import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { declaredFile } from '../model/declared-manifest.ts';
import { exit } from '../model/errors.ts';
import { signManifest } from '../operations/manifest/sign.ts';
import { manifestSignDocument } from '../report/json/manifest.ts';
import { signedText } from '../report/manifest.ts';
import { SigningCommand } from './signing-command.ts';

export class ManifestSignCommand extends SigningCommand {
  static override readonly paths = [['manifest', 'sign']];
  static override readonly usage = Command.Usage({
    category: 'for authors',
    description: 'sign a manifest, with a key in a file or as the CI job that runs this',
    details: 'The signature lies beside it: .sig (SSH), .dsse.json (DSSE) or .sigstore.json. Publish both files.',
    examples: [
      ['With an SSH or PEM key', '$0 manifest sign --key ~/.ssh/id_ed25519'],
      ['In CI, without a key', '$0 manifest sign --keyless'],
    ],
  });

  readonly file = Option.String({ name: 'file', required: false });

  override async run(host: Host): Promise<number> {
    const signed = await signManifest(resolve(host.places.cwd, this.file ?? declaredFile), this.how(host), host);
    this.answer(
      () => signedText(signed, this.style()),
      () => manifestSignDocument(signed),
    );
    return exit.clean;
  }
}
