import { baseline } from '../analysis/baseline-data.ts';
import { combine } from '../analysis/closure.ts';
import { staticManifest } from '../analysis/tools.ts';
import type { Disclosure } from '../model/disclosure.ts';
import type { Loaded } from './load.ts';

/** What the bytes say: capabilities of the whole closure, and the tools that the package's own code names. */
export function analyse(loaded: Pick<Loaded, 'facts' | 'own' | 'ownFiles'>): Pick<Disclosure, 'capabilities' | 'static'> {
  return { capabilities: combine(loaded.facts, loaded.own.path, baseline).capabilities, static: staticManifest(loaded.ownFiles) };
}
