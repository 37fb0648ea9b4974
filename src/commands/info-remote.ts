import { Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit, GuardError } from '../model/errors.ts';
import { readHeaders } from '../operations/read-headers.ts';
import { remoteInfo } from '../operations/remote-info.ts';
import { remoteInfoDocument } from '../report/json/remote.ts';
import { remoteCard } from '../report/remote-card.ts';
import { ReferenceCommand } from './reference-options.ts';

type Remote = NonNullable<ReturnType<ReferenceCommand['remote']>>;

/** The options of `info`, and its half for servers that run elsewhere. */
export abstract class RemoteInfoCommand extends ReferenceCommand {
  readonly why = Option.String('--why', { description: 'what these capability classes rest on, comma separated: every place in the code' });
  readonly html = Option.String('--html', { description: 'also write everything to this file as one web page (- = print it)' });

  /** True for `--html -`. @throws GuardError `usage` with what would be printed besides. */
  protected onlyPage(): boolean {
    const onlyPage = this.html === '-';
    if (onlyPage && (this.json || this.why !== undefined))
      throw new GuardError('usage', '--html - prints the page and nothing else', {
        why: 'both would be on standard output',
        hint: 'pinfold info --html card.html <server>',
      });
    return onlyPage;
  }

  /** Shows a server that runs elsewhere. Returns the exit code. */
  protected async showRemote({ reference, typed }: Remote, host: Host): Promise<number> {
    if (this.why !== undefined || this.html !== undefined)
      throw new GuardError('usage', '--why and --html are about bytes, and a remote server has none', { hint: `pinfold info ${typed}` });
    const headers = await readHeaders(this.header, host);
    const { disclosure, clientCommand } = await remoteInfo({ reference, typed, headers, listed: !this.noProbe }, host, this.progress);
    this.answer(
      () => remoteCard(disclosure, { full: this.full, clientCommand }, this.style()),
      () => remoteInfoDocument(disclosure, { command: clientCommand[0] ?? '', args: clientCommand.slice(1) }),
    );
    return disclosure.decision.verdict === 'block' ? exit.findings : exit.clean;
  }
}
