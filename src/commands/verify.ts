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
      ['A name of the MCP registry', '$0 verify io.github.owner/server'],
    ],
  });

  readonly scope = Option.String('--scope', 'user', { description: 'user or project' });
  readonly all = Option.Boolean('--all', false, { description: 'every pin of the lock' });
  readonly full = Option.Boolean('--full', false, { description: 'with --all: every line of every server' });
  readonly refresh = Option.Boolean('--refresh', false, { description: 'ask for the trust root of today first, and keep it' });
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
    if (this.refresh) await refreshTrust(host, this.progress);
    if (target === undefined) return verifyAll(scope, host, this.progress);
    return (await isPinned(target, scope, host))
      ? verifyPinned(target, scope, host, this.progress)
      : verifyTarget(target, host, this.progress);
  }
}
