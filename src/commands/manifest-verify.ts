import { resolve } from 'node:path';
import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { declaredFile } from '../model/declared-manifest.ts';
import { exit, GuardError } from '../model/errors.ts';
import { verifyManifest, type Wanted } from '../operations/manifest/verify.ts';
import { manifestVerifyDocument } from '../report/json/manifest.ts';
import { verifiedText } from '../report/manifest.ts';
import { GuardCommand } from './guard-command.ts';

const codes = { verified: exit.clean, absent: exit.findings, invalid: exit.findings, unavailable: exit.incomplete } as const;

export class ManifestVerifyCommand extends GuardCommand {
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

  readonly key = Option.String('--key', { description: 'public keys: PEM, *.pub, authorized_keys or allowed_signers' });
  readonly identity = Option.String('--identity', { description: 'subject of the certificate, compared exactly' });
  readonly issuer = Option.String('--issuer', { description: 'who issued the identity, compared exactly' });
  readonly trustedRoot = Option.String('--trusted-root', { description: 'trusted_root.json of another Sigstore instance' });
  readonly file = Option.String({ name: 'file', required: false });

  override async run(host: Host): Promise<number> {
    const verified = await verifyManifest(resolve(host.places.cwd, this.file ?? declaredFile), this.wanted(host), host);
    this.answer(
      () => verifiedText(verified, this.style()),
      () => manifestVerifyDocument(verified),
    );
    return codes[verified.outcome];
  }

  private wanted({ places: { cwd } }: Host): Wanted {
    const { key, identity: subject, issuer, trustedRoot } = this;
    if (key !== undefined && subject === undefined && issuer === undefined && trustedRoot === undefined)
      return { keyFile: resolve(cwd, key) };
    if (key === undefined && subject !== undefined && issuer !== undefined)
      return { identity: { subject, issuer }, trustedRootFile: trustedRoot === undefined ? null : resolve(cwd, trustedRoot) };
    throw new GuardError('usage', 'verify takes --key FILE, or --identity and --issuer', {
      why: 'a signature of anybody is no answer: say whose',
      hint: 'pinfold manifest verify --help',
    });
  }
}
