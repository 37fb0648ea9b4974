import { finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** One finding per package that declares a script which npm would run at install; pinfold never runs it. */
export const installScript: Check = {
  codes: ['install-script'],
  run: ({ installScripts }) => installScripts.map((label) => finding('install-script', label)),
};
