import { finding } from '../model/finding.ts';
import type { WordCheck } from './check.ts';

/** Fields that changed between two equal probes: they would be approved as not pinned. One finding per item. */
export const listingVolatile: WordCheck = {
  codes: ['listing-volatile'],
  run: ({ probed }) =>
    Object.entries(probed?.volatile ?? {})
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .filter(([, pointers]) => pointers.length > 0)
      .map(([subject, pointers]) => finding('listing-volatile', subject, { pointers: [...pointers].sort() })),
};
