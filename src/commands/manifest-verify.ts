import { resolve } from 'node:path';
import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { declaredFile } from '../model/declared-manifest.ts';
import { verifyManifest } from '../operations/manifest/verify.ts';
import { manifestVerifyDocument } from '../report/json/manifest.ts';
import { verifiedText } from '../report/manifest.ts';
import { signatureExits, VerifyingCommand } from './verifying-command.ts';

export class ManifestVerifyCommand extends VerifyingCommand {
  static override readonly paths = [['manifest', 'verify']];
  static override readonly usage = Command.Usage({
    category: 'for authors',
    description: 'whether exactly this key, or exactly this identity, signed a manifest as it is',
    details: 'Exit 0: yes; 1: no, or not signed; 3: cannot be checked here. Offline.',
    examples: [
      ['By a key', '$0 manifest verify --key signing.pub'],
      [
        'By an identity',
        '$0 manifest verify --identity https://github.com/o/r/.github/workflows/release.yml@refs/tags/v1 --issuer https://token.actions.githubusercontent.com',
      ],
    ],
  });

  readonly file = Option.String({ name: 'file', required: false });

  override async run(host: Host): Promise<number> {
    const verified = await verifyManifest(resolve(host.places.cwd, this.file ?? declaredFile), this.wanted(host) ?? this.sayWhose(), host);
    this.answer(
      () => verifiedText(verified, this.style()),
      () => manifestVerifyDocument(verified),
    );
    return signatureExits[verified.outcome];
  }
}
