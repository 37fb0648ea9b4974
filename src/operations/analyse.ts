import { baseline } from '../analysis/baseline-data.ts';
import { combine } from '../analysis/closure.ts';
import { followReach } from '../analysis/reach.ts';
import { staticManifest } from '../analysis/tools.ts';
import type { Disclosure } from '../model/disclosure.ts';
import type { Loaded } from './load.ts';

/** What the bytes say: capabilities of the whole closure, and the tools that the package's own code names. */
export async function analyse(loaded: Pick<Loaded, 'facts' | 'own' | 'ownFiles'>): Promise<Pick<Disclosure, 'capabilities' | 'static'>> {
  const { facts, own, ownFiles } = loaded;
  const root = facts.find((pkg) => pkg.path === own.path);
  // One file at a time: meanwhile a server in the sandbox waits for its next question, and the time of the probe runs.
  if (root !== undefined) for (const _ of followReach(facts, root)) await new Promise(setImmediate);
  return { capabilities: combine(facts, own.path, baseline).capabilities, static: staticManifest(ownFiles) };
}
