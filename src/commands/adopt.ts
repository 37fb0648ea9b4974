import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { adopt } from '../operations/adopt.ts';
import { adoptedText, adoptPlanText } from '../report/adopt.ts';
import { adoptDocument } from '../report/json/adopt.ts';
import { styleFor } from '../report/style.ts';
import { EntryChoiceCommand } from './entry-choice.ts';

export class AdoptCommand extends EntryChoiceCommand {
  static override readonly paths = [['adopt']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'put servers that your clients have already behind the guard, as they are',
    details:
      'npm packages are pinned with every byte, everything else with its command line; what a server says is held to what it says first. Adopting approves nothing: it only keeps things from changing. `release` brings every entry back byte for byte.',
    examples: [
      ['Every server of every client', '$0 adopt'],
      ['One server', '$0 adopt github'],
      ['All of one client, without being asked', '$0 adopt --client cursor --yes'],
    ],
  });

  readonly noProbe = Option.Boolean('--no-probe', false, { description: 'do not start servers, not even in the sandbox' });
  readonly reason = Option.String('--reason', { description: 'why, kept with the approval' });

  override async run(host: Host): Promise<number> {
    await this.takeBackLeft(host);
    const style = styleFor(host.terminal.colour.stderr, host.terminal.columns);
    const result = await adopt(
      {
        ...(await this.choice(host)),
        probe: this.noProbe ? 'none' : 'sandboxed',
        yes: this.yes,
        reason: this.reason ?? null,
        command: this.again('adopt', ...(this.noProbe ? ['--no-probe'] : [])),
        show: (plan) => this.note(adoptPlanText(plan, style)),
      },
      host,
      this.progress,
    );
    this.answer(
      () => adoptedText(result, this.style()),
      () => adoptDocument(result),
    );
    if (result.entries.some(({ how }) => how === 'blocked')) return exit.findings;
    return result.entries.some(({ how }) => how === 'failed') ? exit.incomplete : exit.clean;
  }
}
