import { type FileLinks, unknownLinks } from './linking/term.ts';
import type { SourceFacts } from './source-facts.ts';
import type { UnreadableReason } from './syntax/parse.ts';

const noLinks: FileLinks = { exports: {}, stars: [], calls: [], passed: [], taken: [], loadsAny: false, overflow: false };

/** What a file that was not read yet is taken for meanwhile. */
export function sourceToBe(path: string): SourceFacts {
  return {
    path,
    unreadable: null,
    imports: [],
    loadsUnknown: false,
    mentions: [],
    hosts: [],
    uses: [],
    links: noLinks,
    credentials: [],
    openCredentials: [],
  };
}

/** What is known of a file that nobody could read: that it may load anything. */
export function unreadSource(path: string, reason: UnreadableReason): SourceFacts {
  return {
    path,
    unreadable: reason,
    imports: [],
    loadsUnknown: true,
    mentions: [],
    hosts: [],
    uses: [],
    links: unknownLinks,
    credentials: [],
    openCredentials: [],
  };
}
