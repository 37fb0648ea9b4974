import type { SourceFacts } from './source.ts';
import type { UnreadableReason } from './syntax/parse.ts';

/** What a file that was not read yet is taken for meanwhile. */
export function sourceToBe(path: string): SourceFacts {
  return { path, unreadable: null, imports: [], loadsUnknown: false, mentions: [], hosts: [], uses: [] };
}

/** What is known of a file that nobody could read: that it may load anything. */
export function unreadSource(path: string, reason: UnreadableReason): SourceFacts {
  return { path, unreadable: reason, imports: [], loadsUnknown: true, mentions: [], hosts: [], uses: [] };
}
