import { type Finding, finding } from '../model/finding.ts';
import { mirroredParams } from '../model/mirrored-params.ts';
import type { WordCheck } from './check.ts';

/** Arguments that clients repeat in headers, of every tool that wants that; and tools that break the rules for it. Remote servers only. */
export const argumentsInHeaders = {
  codes: ['arguments-in-headers', 'listing-invalid'],
  run({ probed }) {
    return (probed?.manifest.tools ?? []).flatMap((tool): Finding[] => {
      const name = `tools/${typeof tool['name'] === 'string' ? tool['name'] : ''}`;
      const params = mirroredParams(tool['inputSchema']);
      if ('why' in params) return [finding('listing-invalid', name, { why: params.why })];
      const shown = params.map(({ path, header }) => `${path.join('.')} as ${header}`);
      return shown.length === 0 ? [] : [finding('arguments-in-headers', name, { arguments: shown })];
    });
  },
} as const satisfies WordCheck;
