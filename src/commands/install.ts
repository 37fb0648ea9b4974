import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit, GuardError } from '../model/errors.ts';
import { install } from '../operations/install.ts';
import { readClient, readHeaders } from '../operations/read-headers.ts';
import { installRemote } from '../operations/remote-install.ts';
import { installedText, installPlanText } from '../report/install.ts';
import { installDocument } from '../report/json/outcomes.ts';
import { remoteInstallDocument } from '../report/json/remote.ts';
import { remoteInstalledText, remotePlanText } from '../report/remote-install.ts';
import { signInLinkText } from '../report/sign-in.ts';
import { styleFor } from '../report/style.ts';
import { installable } from '../sources/reference.ts';
import { ReferenceCommand } from './reference-options.ts';
import { scopeOf } from './scope-option.ts';

export class InstallCommand extends ReferenceCommand {
  static override readonly paths = [['install'], ['add']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'show the card, ask once, pin what was approved, and put the server into your clients',
    details:
      'All or nothing: a failure or a no at any point leaves clients, lock and store as they were. An entry that starts the same server without the guard is replaced and keeps its environment.',
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

  readonly client = Option.String('--client', { description: 'client ids, separated by commas; default: every client that is set up' });
  readonly scope = Option.String('--scope', 'user', { description: 'user or project' });
  readonly name = Option.String('--name', { description: 'name of the entry and of the pin' });
  readonly env = Option.Array('--env', [], { description: 'NAME=VALUE for the entry; only the name is pinned' });
  readonly yes = Option.Boolean('--yes', false, { description: 'answer yes where policy approves by itself, and nowhere else' });
  readonly hold = Option.Boolean('--hold', false, { description: 'forward nothing until its words were reviewed (instead of first use)' });
  readonly sandbox = Option.Boolean('--sandbox', false, {
    description: 'start it in a sandbox: only the hosts, files and folders that the card lists',
  });
  readonly mask = Option.Array('--mask', [], {
    description: 'NAME=host: it holds a stand-in; the value is put in on the way to that host (implies --sandbox)',
  });
  readonly clientId = Option.String('--client-id', { description: 'remote: sign in as a client that is registered there' });
  readonly clientSecret = Option.String('--client-secret', { description: 'remote: the environment variable that holds its secret' });
  readonly issuer = Option.String('--issuer', { description: 'remote: which authorization server, where several let clients in' });
  readonly reason = Option.String('--reason', { description: 'why, kept with the approval' });

  override async run(host: Host): Promise<number> {
    await this.resolveListed(host);
    const remote = this.remote();
    if (remote !== null) return this.#remote(remote, host);
    const asked = this.reference();
    const [reference, typed] = [installable(asked.reference), asked.typed];
    const probe = await this.probeChoice(host);
    const style = styleFor(host.terminal.colour.stderr, host.terminal.columns);
    const installed = await install(
      {
        reference,
        typed,
        probe,
        name: this.name ?? null,
        clients: this.client?.split(',').map((id) => id.trim()) ?? null,
        replaces: null,
        project: null,
        scope: scopeOf(this.scope),
        env: parseEnvironment(this.env),
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

  async #remote({ reference, typed }: NonNullable<ReturnType<InstallCommand['remote']>>, host: Host): Promise<number> {
    if (this.env.length > 0)
      throw new GuardError('usage', '--env is for what is started', {
        why: 'a remote server is sent headers',
        hint: `pinfold install ${typed} --header NAME=VARIABLE`,
      });
    const style = styleFor(host.terminal.colour.stderr, host.terminal.columns);
    const installed = await installRemote(
      {
        ...{ reference, typed, headers: await readHeaders(this.header, host), listed: !this.noProbe, name: this.name ?? null },
        clients: this.client?.split(',').map((id) => id.trim()) ?? null,
        ...{ scope: scopeOf(this.scope), yes: this.yes, hold: this.hold, reason: this.reason ?? null },
        show: (plan) => this.note(remotePlanText(plan, { full: this.full }, style, host.places.home)),
        signIn: {
          client: await readClient({ id: this.clientId ?? null, secret: this.clientSecret ?? null }, host),
          issuer: this.issuer ?? null,
          tell: (link) => this.note(signInLinkText(link, style)),
        },
      },
      host,
      this.progress,
    );
    this.answer(
      () => remoteInstalledText(installed, host.places.home, this.style()),
      () => remoteInstallDocument(installed),
    );
    return exit.clean;
  }
}

function parseEnvironment(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      const name = pair.slice(0, at);
      if (at < 1 || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
        throw new GuardError('usage', '--env takes NAME=VALUE', {
          why: 'the entry needs a variable and its value',
          hint: 'for example: --env GITHUB_TOKEN=…',
        });
      }
      return [name, pair.slice(at + 1)];
    }),
  );
}
