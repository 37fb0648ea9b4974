import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { log } from '../operations/log.ts';
import { logDocument } from '../report/json/log.ts';
import { ledgerCheckText, logText, sound } from '../report/log.ts';
import { GuardCommand } from './guard-command.ts';

/** Events that fit on a screen. */
const shownEvents = 40;

export class LogCommand extends GuardCommand {
  static override readonly paths = [['log']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'what happened: launches, refusals, words withheld, approvals; never arguments, results or secrets',
    examples: [
      ['The last events', '$0 log'],
      ['One server, this week', '$0 log --server notes --since 7d'],
      ['Whether lines were taken out or changed', '$0 log --verify'],
    ],
  });

  readonly server = Option.String('--server', { description: 'only about this server' });
  readonly since = Option.String('--since', { description: 'an age (30m, 12h, 7d, 2w) or a date' });
  readonly all = Option.Boolean('--all', false, { description: 'every event that is kept, not the newest only' });
  readonly verify = Option.Boolean('--verify', false, { description: 'say whether the log is all that was written; exit 1 when not' });

  override async run(host: Host): Promise<number> {
    const limit = this.all || this.json ? null : shownEvents;
    const found = await log({ server: this.server ?? null, since: this.since ?? null, limit }, host);
    this.answer(
      () => (this.verify ? ledgerCheckText(found.check, this.style()) : logText(found, this.style())),
      () => logDocument(found),
    );
    return this.verify && !sound(found.check) ? exit.findings : exit.clean;
  }
}
