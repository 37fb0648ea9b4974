import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { logout } from '../operations/login.ts';
import { logoutDocument } from '../report/json/sign-in.ts';
import { loggedOutText } from '../report/sign-in.ts';
import { GuardCommand } from './guard-command.ts';
import { scopeOf } from './scope-option.ts';

export class LogoutCommand extends GuardCommand {
  static override readonly paths = [['logout']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'forget the tokens of a remote server, and take them back where it has a way to',
    examples: [['Sign out', '$0 logout linear']],
  });

  readonly scope = Option.String('--scope', 'user', { description: 'user or project' });
  readonly name = Option.String({ name: 'name' });

  override async run(host: Host): Promise<number> {
    await this.takeBackLeft(host);
    const result = await logout({ name: this.name, scope: scopeOf(this.scope) }, host);
    this.answer(
      () => loggedOutText(result, this.style()),
      () => logoutDocument(result),
    );
    return exit.clean;
  }
}
