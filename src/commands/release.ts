import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit, GuardError } from '../model/errors.ts';
import { release } from '../operations/release.ts';
import { releasedText, releasePlanText } from '../report/adopt.ts';
import { releaseDocument } from '../report/json/adopt.ts';
import { styleFor } from '../report/style.ts';
import { EntryChoiceCommand } from './entry-choice.ts';

export class ReleaseCommand extends EntryChoiceCommand {
  static override readonly paths = [['release']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'take adopted servers out from behind the guard: each entry exactly as it was',
    details: 'Works without the lock and the store, too. Do this before you uninstall pinfold.',
    examples: [
      ['One server', '$0 release github'],
      ['Everything, on the whole machine', '$0 release --all'],
    ],
  });

  readonly keepPin = Option.Boolean('--keep-pin', false, { description: 'keep pins that nothing starts any more' });

  override async run(host: Host): Promise<number> {
    await this.takeBackLeft(host);
    const choice = await this.choice(host);
    if (!this.all && choice.names.length === 0 && choice.clients === null) {
      throw new GuardError('usage', 'release what?', { why: 'name servers, or clients with --client', hint: 'pinfold release --all' });
    }
    const style = styleFor(host.terminal.colour.stderr, host.terminal.columns);
    const result = await release(
      {
        ...choice,
        everywhere: this.all && this.project === undefined,
        yes: this.yes,
        keepPins: this.keepPin,
        command: this.again('release', ...(this.keepPin ? ['--keep-pin'] : [])),
        show: (plan) => this.note(releasePlanText(plan, host.places.home, style)),
      },
      host,
    );
    this.answer(
      () => releasedText(result, host.places.home, this.style()),
      () => releaseDocument(result),
    );
    return result.entries.some(({ how }) => how === 'left') ? exit.incomplete : exit.clean;
  }
}
