import { GuardError } from '../model/errors.ts';

/** A client that writes its file between our reading and renaming wins; then everything is planned again, so often. */
const attempts = 5;

/** Does something that plans on a file and writes it, and once more from the start as long as a client was faster. @throws what the action throws; `config-changed` when a client kept writing. */
export async function againWhenChanged<Result>(action: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await action();
    } catch (cause) {
      if (!(cause instanceof GuardError) || cause.code !== 'config-changed' || attempt === attempts) throw cause;
    }
  }
}
