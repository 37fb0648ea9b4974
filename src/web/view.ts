import type { Host } from '../host/host.ts';
import { listReview } from '../operations/review.ts';
import type { ReviewView } from '../report/html/review.ts';
import { type Wanted, wordsOf } from './words.ts';

/** All that waits, as one page shows it. */
export async function viewOf(wanted: Wanted, host: Host): Promise<Pick<ReviewView, 'review' | 'sections' | 'problems' | 'server'>> {
  const review = await listReview(host);
  return { review, ...(await wordsOf(review.words, wanted, host)), server: wanted.server };
}
