import { Command, Option } from 'clipanion';
import type { Host } from '../host/host.ts';
import { exit, GuardError } from '../model/errors.ts';
import { listReview, reviewEntries } from '../operations/review.ts';
import { reviewDocument, reviewedDocument } from '../report/json/review.ts';
import { reviewedText, reviewText } from '../report/watch.ts';
import { SettlingCommand } from './settling-command.ts';

export class ReviewCommand extends SettlingCommand {
  static override readonly paths = [['review']];
  static override readonly usage = Command.Usage({
    category: 'daily use',
    description: 'what waits for you: servers that `watch` stopped, and words that were withheld',
    details:
      'With a name: shows the card of the server and asks. What you approve ends behind the guard; what you do not stays stopped, until you take it out with --remove.',
    examples: [
      ['What waits', '$0 review'],
      ['Look at one, and decide', '$0 review github'],
    ],
  });

  readonly client = Option.String('--client', { description: 'only in this client' });
  readonly remove = Option.Boolean('--remove', false, { description: 'take it out of the client; what it took the place of comes back' });
  readonly name = Option.String({ name: 'name', required: false });

  override async run(host: Host): Promise<number> {
    const { home } = host.places;
    if (this.name === undefined) {
      if (this.remove) throw new GuardError('usage', '--remove takes the name of a server', { hint: 'pinfold review' });
      const review = await listReview(host);
      this.answer(
        () => reviewText(review, home, this.style()),
        () => reviewDocument(review),
      );
      return exit.clean;
    }
    const request = { name: this.name, client: this.client ?? null, remove: this.remove, settle: this.howToSettle(host) };
    const done = await reviewEntries(request, host, this.progress);
    this.answer(
      () => reviewedText(done, this.style()),
      () => reviewedDocument(done),
    );
    return done.some(({ outcome }) => outcome === 'waits') ? exit.denied : exit.clean;
  }
}
