import type { Host } from '../host/host.ts';
import { exit, GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { printable } from '../model/printable.ts';
import type { HowToSettle } from '../operations/settle.ts';
import { approvedText } from '../report/approve.ts';
import { styleFor } from '../report/style.ts';
import { reviewedText } from '../report/watch.ts';
import type { ServeEvent } from '../web/serve.ts';

/** Serves the review page, and says on stderr what happens on it. Returns the exit code. */
export async function reviewOnPage(
  given: { readonly json: boolean; readonly named: boolean; readonly probe: HowToSettle['probe'] },
  host: Host,
): Promise<number> {
  if (given.json || given.named) {
    throw new GuardError('usage', '--web takes no name, and neither --json, --yes nor --remove', {
      why: 'the page shows all that waits, and is answered there',
      hint: 'pinfold review --web',
    });
  }
  // Here and not at the top: no other command has to load a web server.
  const { serveReview } = await import('../web/serve.ts');
  const { stderr, colour, columns } = host.terminal;
  const style = styleFor(colour.stderr, columns);
  await serveReview(host, (event) => void stderr.write(`${eventText(event)}\n`), given.probe);
  return exit.clean;

  function eventText(event: ServeEvent): string {
    switch (event.event) {
      case 'serving':
        return [
          'the review is on a page of this machine; open it in your browser:',
          `  ${event.link}`,
          `the link works once; the page ends with Ctrl-C, or after ${limits.pageIdleMs / 60_000} minutes without you`,
        ].join('\n');
      case 'opened':
        return 'opened in a browser; if that was not you, press Ctrl-C';
      case 'dead-link':
        return `${style.red('somebody came with a link')} that was used already, or never printed; if that was not you, press Ctrl-C`;
      case 'decided':
        return approvedText(event.result, style);
      case 'settled':
        return reviewedText({ entries: [event.reviewed], words: [] }, style);
      case 'failed':
        return `${style.red('error:')} the page failed: ${printable(event.why)}`;
      case 'ended':
        return event.why === 'idle' ? 'nobody looked at the page any more; it ended' : 'the page ended';
    }
  }
}
