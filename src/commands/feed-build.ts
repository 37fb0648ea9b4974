import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit, GuardError } from '../model/errors.ts';
import { type BuildFeedRequest, buildFeed } from '../operations/feed/build.ts';
import { builtFeedText } from '../report/advisories.ts';
import { feedBuildDocument } from '../report/json/advisories.ts';
import { GuardCommand } from './guard-command.ts';

export class FeedBuildCommand extends GuardCommand {
  static override readonly paths = [['feed', 'build']];
  static override readonly usage = Command.Usage({
    category: 'for authors',
    description: 'sign the records of a folder as the next version of a revocation feed',
    details:
      'Writes feed.json (a key) or feed.sigstore.json (a CI job) into the folder: put that file on any web server. Build again before it runs out.',
    examples: [
      ['The first time', '$0 feed build feed --name acme --key ~/.ssh/id_ed25519'],
      ['In CI, without a key', '$0 feed build feed --keyless --days 14'],
    ],
  });

  readonly name = Option.String('--name', { description: 'of the feed; default: that of the feed that is there' });
  readonly key = Option.String('--key', { description: 'secret key: Ed25519 or ECDSA P-256, in PEM or OpenSSH form' });
  readonly keyless = Option.Boolean('--keyless', false, { description: 'Sigstore, with the identity of this CI job' });
  readonly days = Option.String('--days', '30', { description: 'how long it is good' });
  readonly number = Option.String('--version-number', { description: 'default: one more than that of the feed that is there' });
  readonly fulcio = Option.String('--fulcio-url', 'https://fulcio.sigstore.dev', { description: 'certificate authority for --keyless' });
  readonly rekor = Option.String('--rekor-url', 'https://rekor.sigstore.dev', { description: 'log for --keyless' });
  readonly folder = Option.String({ name: 'folder', required: false });

  override async run(host: Host): Promise<number> {
    const { folder = '.', name = null, days, number } = this;
    const built = await buildFeed(
      { folder, name, days: Number(days), version: number === undefined ? null : Number(number), with: this.how() },
      host,
    );
    this.answer(
      () => builtFeedText(built),
      () => feedBuildDocument(built),
    );
    return exit.clean;
  }

  private how(): BuildFeedRequest['with'] {
    if ((this.key === undefined) !== this.keyless)
      throw new GuardError('usage', 'build takes --key FILE, or --keyless', {
        why: 'who holds a feed checks who signed it',
        hint: 'pinfold feed build --help',
      });
    return this.key === undefined ? { services: { fulcioUrl: this.fulcio, rekorUrl: this.rekor } } : { keyFile: this.key };
  }
}
