import { Command } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit } from '../model/errors.ts';
import { install } from '../operations/install.ts';
import { wantedMasks } from '../operations/plan-sandbox.ts';
import { installedText, installPlanText } from '../report/install.ts';
import { installDocument } from '../report/json/outcomes.ts';
import { styleFor } from '../report/style.ts';
import { installable } from '../sources/reference.ts';
import { RemoteInstallCommand } from './install-remote.ts';
import { scopeOf } from './scope-option.ts';

export class InstallCommand extends RemoteInstallCommand {
  static override readonly paths = [['install'], ['add']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'show the card, ask once, pin what was approved, and put the server into your clients',
    details:
      'All or nothing: a failure or a no at any point leaves clients, lock and store as they were. An entry that starts the same server without the guard is replaced and keeps its environment; secrets in it go into the keychain, and `pinfold release` brings it back.',
    examples: [
      ['Into every client that is set up here', '$0 install @modelcontextprotocol/server-filesystem -- ~/notes'],
      [
        'Put the guard in front of an existing entry',
        '$0 install --client cursor --name github -- npx -y @modelcontextprotocol/server-github',
      ],
      ['A remote server, with a key that is kept for you alone', '$0 install https://mcp.example.com/mcp --header Authorization=MY_KEY'],
      ['Into this repository, for the whole team', '$0 install --scope project --client claude-code @modelcontextprotocol/server-memory'],
    ],
  });

  override async run(host: Host): Promise<number> {
    wantedMasks(this.mask); // an order that makes no sense is told before anybody is asked about the server
    await this.resolveListed(host);
    const remote = this.remote();
    if (remote !== null) return this.installRemote(remote, host);
    const asked = this.reference();
    const [reference, typed] = [installable(asked.reference), asked.typed];
    const probe = await this.probeChoice(host);
    const style = styleFor(host.terminal.colour.stderr, host.terminal.columns);
    const installed = await install(
      {
        ...{ reference, typed, probe, replaces: null, project: null },
        ...{ name: this.name ?? null, clients: this.clients() },
        scope: scopeOf(this.scope),
        env: this.environment(),
        inFile: this.file,
        yes: this.yes,
        hold: this.hold,
        sandbox: { wanted: this.sandbox, masks: this.mask },
        reason: this.reason ?? null,
        show: (plan) => this.note(installPlanText(plan, { full: this.full }, style, host.places.home)),
      },
      host,
      this.progress,
    );
    this.answer(
      () => installedText(installed, host.places.home, this.style()),
      () => installDocument(installed),
    );
    return exit.clean;
  }
}
