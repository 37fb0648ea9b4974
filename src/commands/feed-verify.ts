import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit, GuardError } from '../model/errors.ts';
import { verifyFeed } from '../operations/feed/verify.ts';
import { verifiedFeedText } from '../report/advisories.ts';
import { feedVerifyDocument } from '../report/json/advisories.ts';
import { GuardCommand } from './guard-command.ts';

export class FeedVerifyCommand extends GuardCommand {
  static override readonly paths = [['feed', 'verify']];
  static override readonly usage = Command.Usage({
    category: 'for authors',
    description: 'compare a revocation feed with its key or identity, as whoever reads it will',
    examples: [
      ['A folder', '$0 feed verify feed --name acme --key acme.pub'],
      ['What is served', '$0 feed verify https://feeds.acme.example --name acme --key acme.pub'],
    ],
  });

  readonly name = Option.String('--name', { required: true, description: 'the name that the feed must have' });
  readonly key = Option.String('--key', { description: 'public key: PEM, or an SSH line' });
  readonly issuer = Option.String('--issuer', { description: 'of the identity that signs it with sigstore' });
  readonly identity = Option.String('--identity', { description: 'that identity, exactly' });
  readonly place = Option.String({ name: 'folder or address' });

  override async run(host: Host): Promise<number> {
    const { name, place } = this;
    const feed = await verifyFeed({ name, place, signer: this.signer() }, host);
    this.answer(
      () => verifiedFeedText(feed, this.style()),
      () => feedVerifyDocument(feed),
    );
    return exit.clean;
  }

  private signer(): Parameters<typeof verifyFeed>[0]['signer'] {
    const { key, issuer, identity } = this;
    if (key !== undefined && issuer === undefined && identity === undefined) return { keyFile: key };
    if (key === undefined && issuer !== undefined && identity !== undefined) return { issuer, subject: identity };
    throw new GuardError('usage', 'verify takes --key FILE, or --issuer and --identity', {
      why: 'a signature is checked against one signer',
      hint: 'pinfold feed verify --help',
    });
  }
}
