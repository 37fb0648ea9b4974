import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { ignoreAdvisory } from '../operations/advisories/ignore.ts';
import { overriddenText, overrideText } from '../report/advisories.ts';
import { overrideDocument } from '../report/json/advisories.ts';
import { styleFor } from '../report/style.ts';
import { GuardCommand } from './guard-command.ts';

export class AdvisoriesIgnoreCommand extends GuardCommand {
  static override readonly paths = [['advisories', 'ignore']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'let one wrong advisory about one exact version pass until a day',
    details: 'A person at a terminal decides. It counts on this machine alone, is shown by `status` and `audit`, and ends by itself.',
    examples: [
      [
        'A record that names the wrong package',
        '$0 advisories ignore MAL-2026-1 notes@1.2.0 --reason "reported as wrong: ossf#932" --until 2027-01-31',
      ],
    ],
  });

  readonly reason = Option.String('--reason', { required: true, description: 'why; shown with every finding' });
  readonly until = Option.String('--until', { required: true, description: 'the day on which it ends' });
  readonly id = Option.String({ name: 'id' });
  readonly subject = Option.String({ name: 'name@version' });

  override async run(host: Host): Promise<number> {
    const { id, subject, reason, until } = this;
    const style = styleFor(host.terminal.colour.stderr, host.terminal.columns);
    const show: Parameters<typeof ignoreAdvisory>[0]['show'] = (override, summary) => this.note(overrideText(override, summary, style));
    const override = await ignoreAdvisory({ id, subject, reason, until, show }, host);
    this.answer(
      () => overriddenText(override),
      () => overrideDocument(override),
    );
    return exit.clean;
  }
}
