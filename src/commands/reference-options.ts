import { Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import type { Reference } from '../model/reference.ts';
import type { ProbeChoice } from '../operations/look.ts';
import { parseReference } from '../sources/reference.ts';
import { GuardCommand } from './guard-command.ts';

/** A command that takes one reference: as a word, or as a whole launch command after `--`. */
export abstract class ReferenceCommand extends GuardCommand {
  readonly noProbe = Option.Boolean('--no-probe', false, { description: 'do not start the server, not even in the sandbox' });
  readonly probeUnsandboxed = Option.Boolean('--probe-unsandboxed', false, {
    description: 'where there is no sandbox: start it on this machine (asks first)',
  });
  readonly bin = Option.String('--bin', { description: 'which program of the package is the server' });
  readonly full = Option.Boolean('--full', false, { description: 'print everything, not only one screen' });
  readonly words = Option.Rest({ name: 'reference' });

  /** What the user typed, understood. Words after `--` are server arguments when a reference was given, else the launch command. */
  protected reference(): { readonly reference: Reference; readonly typed: string } {
    const { afterDashes } = this.context;
    const parsed = this.words.length === 0 && afterDashes !== null ? parseReference([], afterDashes) : parseReference(this.words, null);
    const serverArgs = this.words.length > 0 && afterDashes !== null ? afterDashes : parsed.serverArgs;
    const typed = this.words.length === 0 ? (afterDashes ?? []).join(' ') : this.words.join(' ');
    return { reference: { ...parsed, serverArgs, bin: this.bin ?? parsed.bin }, typed };
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
