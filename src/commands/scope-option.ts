import { GuardError } from '../model/errors.ts';
import type { LockScope } from '../model/pin.ts';

/** The scope that `--scope` names. @throws GuardError `usage`. */
export function scopeOf(word: string): LockScope {
  if (word === 'user' || word === 'project') return word;
  throw new GuardError('usage', `--scope is user or project, not \`${word}\``, {
    why: 'a lock belongs to you or to one project',
    hint: '--scope user',
  });
}
