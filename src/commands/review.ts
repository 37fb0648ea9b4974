import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit, GuardError } from '../model/errors.ts';
import { listReview, reviewNamed } from '../operations/review.ts';
import { pendingText } from '../report/approve.ts';
import { reviewDocument, reviewedDocument } from '../report/json/review.ts';
import { styleFor } from '../report/style.ts';
import { reviewedText, reviewText } from '../report/watch.ts';
import { reviewOnPage } from './review-on-page.ts';
import { SettlingCommand } from './settling-command.ts';

export class ReviewCommand extends SettlingCommand {
  static override readonly paths = [['review']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'what waits for you: servers that `watch` stopped, and words that were withheld',
    details:
      'With a name: shows it and asks. A server that you approve ends behind the guard; one that you do not stays stopped, until you take it out with --remove. --web shows old and new words side by side on a page of this machine.',
    examples: [
      ['What waits', '$0 review'],
      ['Look at one, and decide', '$0 review github'],
      ['On a page in your browser, until Ctrl-C', '$0 review --web'],
    ],
  });

  readonly client = Option.String('--client', { description: 'only in this client' });
  readonly remove = Option.Boolean('--remove', false, { description: 'take it out of the client; what it took the place of comes back' });
  readonly web = Option.Boolean('--web', false, { description: 'on a page; prints its link, opens no browser' });
  readonly name = Option.String({ name: 'name', required: false });

  override async run(host: Host): Promise<number> {
    const { name, remove } = this;
    const settle = this.howToSettle(host);
    if (this.web) return reviewOnPage({ json: this.json, named: name !== undefined || remove || this.yes, probe: settle.probe }, host);
    if (name === undefined) {
      if (remove)
        throw new GuardError('usage', '--remove takes the name of a server', {
          why: 'it takes one server out of its client',
          hint: 'pinfold review',
        });
      const review = await listReview(host);
      this.answer(
        () => reviewText(review, host.places.home, this.style()),
        () => reviewDocument(review),
      );
      return exit.clean;
    }
    const style = styleFor(host.terminal.colour.stderr, host.terminal.columns);
    const showWords = (plan: Parameters<typeof pendingText>[0]) => this.note(pendingText(plan, { full: this.full }, style));
    const request = { name, client: this.client ?? null, remove, settle, showWords };
    const done = await reviewNamed(request, host, this.progress);
    this.answer(
      () => reviewedText(done, this.style()),
      () => reviewedDocument(done),
    );
    if (done.entries.every(({ outcome }) => outcome !== 'waits')) return exit.clean;
    return host.terminal.interactive ? exit.denied : exit.approvalNeeded;
  }
}
