import { ecosystemOf } from '../analysis/credentials/beyond.ts';
import { strayCredentials } from '../analysis/credentials/judge.ts';
import { finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** One finding per key that goes to a host, or into a library, of somebody else than the brand that the key belongs to. */
export const credentialToGateway: Check = {
  codes: ['credential-to-gateway'],
  run: ({ artifact, credentials }) =>
    strayCredentials(ecosystemOf(artifact.subject), artifact.name, credentials).map(
      ({ variable, brand, hosts, level, where, alternative }) =>
        finding('credential-to-gateway', `${artifact.name}@${artifact.version}`, {
          variable: variable === '*' ? 'the whole environment' : variable,
          brand: brand ?? '',
          hosts,
          level,
          where,
          alternative: alternative ?? '',
        }),
    ),
};
