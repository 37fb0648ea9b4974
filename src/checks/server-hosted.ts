import { passesOn } from '../analysis/credentials/beyond.ts';
import { finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** What is installed is only the way to a server elsewhere: a bridge, or the client of a gateway. Never called clean (DESIGN G8). */
export const serverHosted: Check = {
  codes: ['server-hosted'],
  run: ({ artifact, launch, credentials }) =>
    passesOn(artifact, launch, credentials).map(({ how, host, vendor, alternative }) =>
      finding('server-hosted', `${artifact.name}@${artifact.version}`, {
        how,
        host: host ?? vendor ?? '',
        vendor: vendor ?? '',
        alternative: alternative ?? '',
      }),
    ),
};
