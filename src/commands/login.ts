import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { login } from '../operations/login.ts';
import { readClient } from '../operations/read-headers.ts';
import { loginDocument } from '../report/json/sign-in.ts';
import { loggedInText, signInLinkText } from '../report/sign-in.ts';
import { GuardCommand } from './guard-command.ts';
import { scopeOf } from './scope-option.ts';

export class LoginCommand extends GuardCommand {
  static override readonly paths = [['login']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'sign in to a remote server that wants it, at the authorization server that you approved',
    details: 'Prints a link for your browser and waits until you are back. The tokens are kept for you alone, and renewed by themselves.',
    examples: [
      ['Sign in', '$0 login linear'],
      [
        'With a client that you registered there; its secret is in an environment variable',
        '$0 login corp --client-id abc --client-secret CORP_SECRET',
      ],
    ],
  });

  readonly scope = Option.String('--scope', 'user', { description: 'user or project' });
  readonly clientId = Option.String('--client-id', { description: 'id of a client that is registered there; default: register one now' });
  readonly clientSecret = Option.String('--client-secret', {
    description: 'the environment variable that holds its secret (- = standard input)',
  });
  readonly issuer = Option.String('--issuer', { description: 'which authorization server, where several let clients in' });
  readonly name = Option.String({ name: 'name' });

  override async run(host: Host): Promise<number> {
    await this.takeBackLeft(host);
    const client = await readClient({ id: this.clientId ?? null, secret: this.clientSecret ?? null }, host);
    const result = await login({ name: this.name, scope: scopeOf(this.scope), issuer: this.issuer ?? null, client }, host, (link) =>
      this.note(signInLinkText(link, this.style())),
    );
    this.answer(
      () => loggedInText(result, this.style()),
      () => loginDocument(result),
    );
    return exit.clean;
  }
}
