import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit, GuardError } from '../model/errors.ts';
import { applyService, planService } from '../operations/watch-service.ts';
import { GuardCommand } from './guard-command.ts';
import { watchHere } from './watch-here.ts';

export class WatchCommand extends GuardCommand {
  static override readonly paths = [['watch']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'keep every server from starting that is put into a client without you',
    details:
      'Sees every edit of every config of every client. What was there when it ran first is accepted as it is; what comes or changes later, by anybody but pinfold, is switched off in its client (or blocked, where the client has no switch) and waits in `pinfold review`. Ends with Ctrl-C.',
    examples: [
      ['Until Ctrl-C', '$0 watch'],
      ['What changed since the last time, and no longer', '$0 watch --once'],
      ['From now on, at every login (shown before it is done)', '$0 watch --install-service'],
    ],
  });

  readonly project = Option.Array('--project', [], { description: 'the folder of a project to watch as well; several times for several' });
  readonly once = Option.Boolean('--once', false, { description: 'look once, and end with 1 when something was found' });
  readonly accept = Option.Boolean('--accept', false, { description: 'accept what is there now as it is' });
  readonly poll = Option.Boolean('--poll', false, { description: 'do not rely on events of the file system' });
  readonly installService = Option.Boolean('--install-service', false, { description: 'start it at every login; shown first' });
  readonly uninstallService = Option.Boolean('--uninstall-service', false, { description: 'no longer start it at login' });

  override async run(host: Host): Promise<number> {
    if (this.installService || this.uninstallService) return this.#service(host);
    const { project: projects, once, accept, poll, json } = this;
    const caught = await watchHere({ projects, once, accept, poll, json }, host);
    return this.once && caught > 0 ? exit.findings : exit.clean;
  }

  async #service(host: Host): Promise<number> {
    const plan = planService({ install: this.installService }, host);
    const definition = plan.text === null ? 'goes' : `\n${plan.text}`;
    this.note(`${plan.kind}: ${plan.file} ${definition}\n${plan.commands.map((words) => words.join(' ')).join('\n')}`);
    const answer = await host.terminal.ask(`${plan.text === null ? 'remove' : 'write'} this file and run these commands? [y/N] `);
    if (!/^y(es)?$/i.test(answer)) throw new GuardError('approval-refused', 'nothing was changed');
    await applyService(plan, host);
    this.answer(
      () => (plan.text === null ? 'the service is gone' : `the service runs; to end it: pinfold watch --uninstall-service`),
      () => ({ schemaVersion: 1, kind: plan.kind, file: plan.file, installed: plan.text !== null }),
    );
    return exit.clean;
  }
}
