import { Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import type { Reference, RemoteReference } from '../model/reference.ts';
import { withoutSecretWords } from '../model/secret-spans.ts';
import type { ProbeChoice } from '../operations/look.ts';
import { listedName, resolveRegistryName } from '../operations/registry-name.ts';
import { registryWord } from '../registries/official/name.ts';
import { parseReference } from '../sources/reference.ts';
import { parseRemoteUrl, remoteWord } from '../sources/remote/url.ts';
import { GuardCommand } from './guard-command.ts';

/** A command that takes one reference: as a word, or as a whole launch command after `--`. */
export abstract class ReferenceCommand extends GuardCommand {
  readonly noProbe = Option.Boolean('--no-probe', false, { description: 'do not start the server, not even in the sandbox' });
  readonly probeUnsandboxed = Option.Boolean('--probe-unsandboxed', false, {
    description: 'where there is no sandbox: start it on this machine (asks first)',
  });
  readonly bin = Option.String('--bin', { description: 'which program of the package is the server' });
  readonly full = Option.Boolean('--full', false, { description: 'print everything, not only one screen' });
  readonly header = Option.Array('--header', [], {
    description: 'remote: NAME=VARIABLE, a header whose value is in that environment variable (NAME=- = standard input)',
  });
  readonly listedAs = Option.String('--listed-as', { description: 'its name in the MCP registry, where that lists several servers' });
  readonly words = Option.Rest({ name: 'reference' });

  #listed: Reference | RemoteReference | null = null;

  /** Asks the MCP registry where the word is one of its names; the other methods then answer with what it lists. */
  protected async resolveListed(host: Host): Promise<void> {
    const named = registryWord(this.words);
    if (named === null) return;
    if (this.listedAs !== undefined)
      throw new GuardError('usage', '--listed-as is for a package or an address that a name leads to', {
        why: `${named.name} is a name itself`,
        hint: `pinfold info ${named.name}`,
      });
    this.progress(`asking the registry about ${named.name}`);
    this.#listed = await resolveRegistryName(named, host);
  }

  /** The remote server that the user typed; null = something else. */
  protected remote(): { readonly reference: RemoteReference; readonly typed: string } | null {
    const listed = this.#listed?.source === 'remote' ? this.#listed : null;
    const typed = listed === null ? remoteWord(this.words) : this.words.join(' ');
    if (typed === null) return null;
    const reference = listed ?? { ...parseRemoteUrl(typed), ...this.#listedAs() };
    if (this.context.afterDashes === null && this.bin === undefined && !this.probeUnsandboxed) return { reference, typed };
    throw new GuardError('usage', 'a remote server takes no arguments, no --bin and no --probe-unsandboxed', {
      why: 'nothing of it is started here',
      hint: `pinfold info ${typed}`,
    });
  }

  /** What the user typed, understood. Words after `--` are server arguments when a reference was given, else the launch command. */
  protected reference(): { readonly reference: Reference; readonly typed: string } {
    const { afterDashes } = this.context;
    if (this.header.length > 0)
      throw new GuardError('usage', '--header is for remote servers', {
        why: 'a package is started, and is sent nothing',
        hint: 'pinfold install https://host/mcp --header Authorization=VARIABLE',
      });
    const parsed = this.#listedPackage() ?? (this.words.length === 0 ? parseReference([], afterDashes) : parseReference(this.words, null));
    const serverArgs = this.words.length > 0 && afterDashes !== null ? afterDashes : parsed.serverArgs;
    const typed = this.words.length === 0 ? withoutSecretWords(afterDashes ?? []).join(' ') : this.words.join(' ');
    return { reference: { ...parsed, ...this.#listedAs(), serverArgs, bin: this.bin ?? parsed.bin }, typed };
  }

  #listedAs(): { readonly listedAs?: string } {
    return this.listedAs === undefined ? {} : { listedAs: listedName(this.listedAs) };
  }

  #listedPackage(): Reference | null {
    return this.#listed === null || this.#listed.source === 'remote' ? null : this.#listed;
  }

  /** How to probe. Starting foreign code outside a sandbox takes a yes of its own. */
  protected async probeChoice(host: Host): Promise<ProbeChoice> {
    if (this.noProbe) return 'none';
    if (!this.probeUnsandboxed) return 'sandboxed';
    const { reference } = this.reference();
    const answer = await host.terminal.ask(`start ${reference.name} now, outside any sandbox, with your rights on this machine? [y/N] `);
    if (!/^y(es)?$/i.test(answer))
      throw new GuardError('approval-refused', 'not started; nothing was changed', { hint: 'leave --probe-unsandboxed out' });
    return 'unsandboxed';
  }
}
