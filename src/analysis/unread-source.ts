import type { SourceFacts } from './source.ts';
import type { UnreadableReason } from './syntax/parse.ts';

/** What is known of a file that nobody could read: that it may load anything. */
export function unreadSource(path: string, reason: UnreadableReason): SourceFacts {
  return { path, unreadable: reason, imports: [], loadsUnknown: true, mentions: [], hosts: [], uses: [] };
}
