import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit, GuardError } from '../model/errors.ts';
import { isWrong, type Verified } from '../model/verified.ts';
import { refreshTrust } from '../operations/refresh-trust.ts';
import { isPinned, verifyAll, verifyPinned } from '../operations/verify.ts';
import { verifyTarget } from '../operations/verify-target.ts';
import { verifyDocument } from '../report/json/verify.ts';
import { verifyText } from '../report/verify.ts';
import { GuardCommand } from './guard-command.ts';
import { scopeOf } from './scope-option.ts';

export class VerifyCommand extends GuardCommand {
  static override readonly paths = [['verify']];
  static override readonly usage = Command.Usage({
    category: 'before',
    description: 'compare bytes, signatures and provenance again with what was approved, one line for each',
    details:
      'Hashes every file of a pinned server, asks the registry what it serves now, and verifies who signed and built it. Of a reference that nobody pinned, what can be verified of it. What could not be checked is said, and is not wrong. Exit 1 when something is.',
    examples: [
      ['A pinned server', '$0 verify filesystem'],
      ['Everything that is pinned', '$0 verify --all'],
      ['A package that nobody pinned', '$0 verify @modelcontextprotocol/server-memory@2025.8.4'],
      ['A bundle: who signed it', '$0 verify ./server.mcpb'],
      ['An image: who attested its digest', '$0 verify oci:ghcr.io/owner/server:1.2.3'],
      ['By this key and no other', '$0 verify --key cosign.pub oci:ghcr.io/owner/server:1.2.3'],
      ['A name of the MCP registry', '$0 verify io.github.owner/server'],
    ],
  });

  readonly scope = Option.String('--scope', 'user', { description: 'user or project' });
  readonly all = Option.Boolean('--all', false, { description: 'every pin of the lock' });
  readonly full = Option.Boolean('--full', false, { description: 'with --all: every line of every server' });
  readonly refresh = Option.Boolean('--refresh', false, { description: 'ask for the trust root of today first, and keep it' });
  readonly key = Option.String('--key', { description: 'an image: public keys (PEM), one of which has to have signed it' });
  readonly listedAs = Option.String('--listed-as', { description: 'its name in the MCP registry, to be held against' });
  readonly target = Option.String({ name: 'name or reference', required: false });

  override async run(host: Host): Promise<number> {
    const result = await this.#verified(host);
    this.answer(
      () => verifyText(result, { full: this.full }, this.style()),
      () => verifyDocument(result),
    );
    if (result.servers.length === 0) return exit.nothingToAudit;
    return result.servers.some(isWrong) ? exit.findings : exit.clean;
  }

  async #verified(host: Host): Promise<Verified> {
    const [target, scope] = [this.target, scopeOf(this.scope)];
    if (this.all === (target !== undefined))
      throw new GuardError('usage', target === undefined ? 'verify what?' : 'either one server or --all', {
        why: 'a name says which server, --all takes every one',
        hint: 'pinfold verify --all',
      });
    const pinned = target === undefined || (await isPinned(target, scope, host));
    if (pinned && (this.key ?? this.listedAs) !== undefined)
      throw new GuardError('usage', '--key and --listed-as are for what is not pinned', {
        why: 'a pin is held to what was approved',
        hint: 'pinfold verify --help',
      });
    if (this.refresh) await refreshTrust(host, this.progress);
    if (target === undefined) return verifyAll(scope, host, this.progress);
    return pinned
      ? verifyPinned(target, scope, host, this.progress)
      : verifyTarget(target, { listedAs: this.listedAs ?? null, keyFile: this.key ?? null }, host, this.progress);
  }
}
