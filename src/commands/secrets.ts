import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { listAllSecrets, setSecret } from '../operations/secrets.ts';
import { secretsListDocument, secretsSetDocument } from '../report/json/secrets.ts';
import { secretSetText, secretsListText } from '../report/secrets.ts';
import { GuardCommand } from './guard-command.ts';
import { scopeOf } from './scope-option.ts';

export class SecretsListCommand extends GuardCommand {
  static override readonly paths = [['secrets', 'list']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'which variables are kept for which server, and where; never a value',
    examples: [['All of them', '$0 secrets list']],
  });

  override async run(host: Host): Promise<number> {
    const found = await listAllSecrets(host);
    this.answer(
      () => secretsListText(found, this.style()),
      () => secretsListDocument(found),
    );
    return exit.clean;
  }
}

export class SecretsSetCommand extends GuardCommand {
  static override readonly paths = [['secrets', 'set']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'keep a value for a pinned server, which is given it at every start',
    examples: [
      ['From standard input', '$0 secrets set github GITHUB_TOKEN < token.txt'],
      ['From a variable', '$0 secrets set github GITHUB_TOKEN --from MY_TOKEN'],
    ],
  });

  readonly scope = Option.String('--scope', 'user', { description: 'user or project' });
  readonly from = Option.String('--from', { description: 'the variable that holds the value; default: standard input' });
  readonly file = Option.Boolean('--file', false, { description: 'in a file that only you may read, not in the keychain' });
  readonly server = Option.String({ name: 'server' });
  readonly name = Option.String({ name: 'variable' });

  override async run(host: Host): Promise<number> {
    const { server, name, from = null, file: inFile } = this;
    const result = await setSecret({ server, name, from, inFile, scope: scopeOf(this.scope) }, host);
    this.answer(
      () => secretSetText(result, this.style()),
      () => secretsSetDocument(result),
    );
    return exit.clean;
  }
}
