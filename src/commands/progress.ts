import type { Host } from '../host/host.ts';
import { printable } from '../model/printable.ts';
import { truncate } from '../report/layout.ts';

export interface ProgressLine {
  /** What is being done now. */
  step(text: string): void;
  /** Clears the line; later steps start it again. */
  done(): void;
}

const quietMs = 1_000;

/**
 * One line on stderr that says what is being done, once the command has taken a second. On a terminal it is overwritten
 * in place; elsewhere a step is a line of its own, at most one a second, so that a log shows life without noise.
 */
export function progressLine(host: Host): ProgressLine {
  const { stderr, interactive, columns } = host.terminal;
  const started = host.now();
  let current = '';
  let shownAt = Number.NEGATIVE_INFINITY;
  let onScreen = false;
  // A step that itself takes long is shown too, not only the one after it. Such a signal keeps no process alive.
  AbortSignal.timeout(quietMs).addEventListener('abort', show);
  return {
    step(text) {
      current = text;
      if (host.now() - started >= quietMs) show();
    },
    done() {
      current = '';
      if (onScreen) stderr.write('\r\u001b[K');
      onScreen = false;
    },
  };

  function show(): void {
    const now = host.now();
    if (current === '' || (!interactive && now - shownAt < quietMs)) return;
    shownAt = now;
    const line = truncate(printable(current), columns - 2);
    stderr.write(interactive ? `\r\u001b[K${line}` : `${line}\n`);
    onScreen = interactive;
  }
}
