import { type BaseContext, Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { offlineHost } from '../host/offline.ts';
import { takeBackAbandoned } from '../operations/exec.ts';
import { takeBackLeft } from '../operations/sign-out.ts';
import { execText } from '../report/entries.ts';
import { takenBackText } from '../report/sign-in.ts';
import { type Style, styleFor } from '../report/style.ts';
import { type ProgressLine, progressLine } from './progress.ts';

export interface CommandContext extends BaseContext {
  readonly host: Host;
  /** The words after a lone `--`; null when there was none. */
  readonly afterDashes: readonly string[] | null;
}

/** What every command shares: `--json`, a style for stdout, one progress line on stderr. */
export abstract class GuardCommand extends Command<CommandContext> {
  readonly json = Option.Boolean('--json', false, { description: 'print one JSON document instead of text (schemas: docs/schemas)' });
  readonly offline = Option.Boolean('--offline', false, { description: 'ask no registry: what needs the network says so and stops' });

  abstract run(host: Host): Promise<number>;

  async execute(): Promise<number> {
    const host = this.offline ? offlineHost(this.context.host) : this.context.host;
    const line = progressLine(host);
    this.#progress = line;
    try {
      const { decisions, left } = await takeBackAbandoned(host);
      const { colour, columns } = host.terminal;
      if (decisions.length > 0)
        this.note(
          `a command under \`pinfold exec\` was killed:\n${execText({ decisions, left }, host.places.home, styleFor(colour.stderr, columns))}`,
        );
      return await this.run(host);
    } finally {
      line.done();
    }
  }

  /** Takes back sign-ins that earlier commands could not; for commands that touch servers elsewhere. */
  protected async takeBackLeft(host: Host): Promise<void> {
    const ended = this.offline ? [] : await takeBackLeft(host);
    const { colour, columns } = host.terminal;
    if (ended.length > 0) this.note(takenBackText(ended, styleFor(colour.stderr, columns)));
  }

  #progress: ProgressLine | null = null;

  /** Tells on stderr what is being done, once it takes longer than a second. */
  protected readonly progress = (step: string): void => this.#progress?.step(step);

  protected style(): Style {
    const { terminal } = this.context.host;
    return styleFor(terminal.colour.stdout, terminal.columns);
  }

  /** The answer on stdout: text for people, or one document with `--json`. */
  protected answer(text: () => string, document: () => unknown): void {
    this.#progress?.done();
    this.context.stdout.write(this.json ? `${JSON.stringify(document(), null, 2)}\n` : `${text()}\n`);
  }

  /** A note on stderr: what was done, and what to do next. */
  protected note(text: string): void {
    this.#progress?.done();
    this.context.stderr.write(`${text}\n`);
  }
}
