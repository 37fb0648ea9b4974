import type { Host } from '../host/host.ts';
import { exit, GuardError } from '../model/errors.ts';
import { readClient, readHeaders } from '../operations/read-headers.ts';
import { installRemote } from '../operations/remote-install.ts';
import { remoteInstallDocument } from '../report/json/remote.ts';
import { remoteInstalledText, remotePlanText } from '../report/remote-install.ts';
import { signInLinkText } from '../report/sign-in.ts';
import { styleFor } from '../report/style.ts';
import { InstallOptions } from './install-options.ts';
import { scopeOf } from './scope-option.ts';

type Remote = NonNullable<ReturnType<InstallOptions['remote']>>;

/** The half of `install` for servers that run elsewhere. */
export abstract class RemoteInstallCommand extends InstallOptions {
  /** Installs a server that runs elsewhere. Returns the exit code. */
  protected async installRemote({ reference, typed }: Remote, host: Host): Promise<number> {
    if (this.env.length > 0)
      throw new GuardError('usage', '--env is for what is started', {
        why: 'a remote server is sent headers',
        hint: `pinfold install ${typed} --header NAME=VARIABLE`,
      });
    if (this.sandbox || this.mask.length > 0)
      throw new GuardError('usage', '--sandbox and --mask are for what is started', {
        why: 'nothing of a remote server runs here, and what it is sent goes to it alone',
        hint: `pinfold install ${typed}`,
      });
    await this.takeBackLeft(host);
    const style = styleFor(host.terminal.colour.stderr, host.terminal.columns);
    const installed = await installRemote(
      {
        ...{ reference, typed, headers: await readHeaders(this.header, host), listed: !this.noProbe, name: this.name ?? null },
        inFile: this.file,
        clients: this.clients(),
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
