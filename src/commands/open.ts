import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit, GuardError } from '../model/errors.ts';
import { printable } from '../model/printable.ts';
import type { Installed } from '../model/results.ts';
import { shellLine } from '../model/shell-line.ts';
import { install } from '../operations/install.ts';
import { openLink } from '../operations/open.ts';
import { installedText, installPlanText } from '../report/install.ts';
import { installDocument } from '../report/json/outcomes.ts';
import { styleFor } from '../report/style.ts';
import { RegisterCommand } from './open-register.ts';

export class OpenCommand extends RegisterCommand {
  static override readonly paths = [['open']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'take a one-click install link through the card instead of straight into the client',
    details: 'Understands the links of Cursor, Visual Studio Code, Visual Studio, LM Studio, Kiro, Goose and Cherry Studio.',
    examples: [
      ['What a button on a web page would install', "$0 open 'cursor://anysphere.cursor-deeplink/mcp/install?name=…&config=…'"],
      ['Let such buttons come here first (Linux; shown before it is done)', '$0 open --register cursor,vscode'],
    ],
  });

  readonly client = Option.String('--client', { description: "client id; default: the link's own" });
  readonly noProbe = Option.Boolean('--no-probe', false, { description: 'do not start the server, not even in the sandbox' });
  readonly full = Option.Boolean('--full', false, { description: 'print everything, not only one screen' });
  readonly register = Option.String('--register', { description: 'schemes, separated by commas: open their links with pinfold' });
  readonly link = Option.String({ name: 'link', required: false });

  override async run(host: Host): Promise<number> {
    if (this.register !== undefined) return this.registerSchemes(this.register.split(','), host);
    if (this.link === undefined)
      throw new GuardError('usage', 'open takes a link', {
        why: 'it shows what the button of a web page would install',
        hint: 'pinfold open --help',
      });
    const { reference, typed, client, name, env, unset } = openLink(this.link);
    const style = styleFor(host.terminal.colour.stderr, host.terminal.columns);
    const clients = [this.client ?? client];
    this.note(`the link is for ${clients[0]} and starts: ${printable(typed)}`);
    const installed = await install(
      {
        ...{
          reference,
          typed,
          name,
          clients,
          env,
          replaces: null,
          scope: 'user',
          project: null,
          yes: false,
          hold: false,
          reason: null,
          inFile: false,
        },
        sandbox: { wanted: false, masks: [] },
        probe: this.noProbe ? 'none' : 'sandboxed',
        show: (plan) => this.note(installPlanText(plan, { full: this.full }, style, host.places.home)),
      },
      host,
      this.progress,
    );
    if (unset.length > 0)
      this.note(
        `hint: the link leaves ${unset.map((one) => printable(one)).join(', ')} to you: ${printable(setCommand(installed, unset))}`,
      );
    this.answer(
      () => installedText(installed, host.places.home, this.style()),
      () => installDocument(installed),
    );
    return exit.clean;
  }
}

/** The command that gives the first of them. */
function setCommand({ plan }: Installed, [first = '']: readonly string[]): string {
  return shellLine(['pinfold', 'secrets', 'set', plan.name, first]);
}
