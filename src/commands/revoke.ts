import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { makeRevocation } from '../operations/feed/revoke.ts';
import { revocationText } from '../report/advisories.ts';
import { revokeDocument } from '../report/json/advisories.ts';
import { GuardCommand } from './guard-command.ts';

export class RevokeCommand extends GuardCommand {
  static override readonly paths = [['revoke']];
  static override readonly usage = Command.Usage({
    category: 'for authors',
    description: 'make a record that says that a server must not run any more',
    details:
      'A record in OSV form, for a feed: `feed build` signs it. A package with or without version, a package URL, an origin, a name in the MCP registry, or the hash of a file.',
    examples: [
      ['One version', '$0 revoke @acme/mcp@1.2.0 --reason "sends mail to a stranger" --out feed'],
      ['Every version from one on', '$0 revoke pypi:acme-mcp --introduced 2.0 --fixed 2.3 --reason "…" --out feed'],
      ['A remote server', '$0 revoke https://mcp.acme.example --reason "the host was taken over" --out feed'],
      ['These bytes, under any name', '$0 revoke sha512-… --reason "…" --out feed'],
    ],
  });

  readonly reason = Option.String('--reason', { required: true, description: 'what whoever is stopped gets to read' });
  readonly id = Option.String('--id', { description: 'of the record, like ACME-2026-1; default: a made-up one' });
  readonly introduced = Option.String('--introduced', { description: 'revoked from this version on' });
  readonly fixed = Option.String('--fixed', { description: 'good again from this version on' });
  readonly out = Option.String('--out', { description: "the feed's folder; without it the record is printed" });
  readonly what = Option.String({ name: 'what' });

  override async run(host: Host): Promise<number> {
    const { what, reason, id = null, introduced = null, fixed = null, out = null } = this;
    const made = await makeRevocation({ what, reason, id, introduced, fixed, out }, host);
    this.answer(
      () => revocationText(made),
      () => revokeDocument(made),
    );
    return exit.clean;
  }
}
