import type { UnpinnedReason } from '../model/client-entry.ts';

/** Why bytes cannot be pinned, and what can be done about it, in one lower case sentence each. */
const reasons: Record<UnpinnedReason, string> = {
  python: 'a Python server; its packages are whatever the index serves that day',
  container: 'a container; what its image holds is not looked into yet',
  git: 'code from a git repository',
  url: 'code that is downloaded from an address at every start',
  'local-files': 'files of this machine, which may change at any time',
  'other-runner': 'started by a runner whose packages cannot be pinned yet',
  'inline-script': 'a script that stands in the command itself',
  program: 'a program of this machine, which may be replaced at any time',
  'client-fills-it-in': 'what it starts is filled in by the client',
  'not-identified': 'what the command starts cannot be identified',
};

/** The reason in words; one that this version does not know stands for itself. */
export function unpinnedWords(reason: string): string {
  return Object.hasOwn(reasons, reason) ? reasons[reason as UnpinnedReason] : reason;
}
