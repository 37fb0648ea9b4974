import { speaksProtocol } from '../analysis/protocol.ts';
import { finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** Nothing listed by the code, nothing by a probe, no protocol package in the closure: probably not a server at all. */
export const notAServer: Check = {
  codes: ['not-a-server'],
  run({ artifact, closure, capabilities, static: found, probed, dependencies = [] }) {
    if (probed !== null) return [];
    const items = found.tools.length + found.prompts.length + found.resources.length;
    const surface = capabilities.capabilities.find((capability) => capability.class === 'agent.surface');
    const ecosystem = artifact.subject.startsWith('pkg:pypi/') ? 'pypi' : 'npm';
    const speaks = speaksProtocol([...closure.packages.map((pkg) => pkg.name), ...dependencies], ecosystem);
    const sees = surface?.verdict === 'seen' && surface.reach !== 'baseline';
    if (items > 0 || speaks || sees || found.gaps.some((gap) => /(?:^|: )(?:tools|prompts|resources) /.test(gap))) return [];
    // Code that cannot be read may well be a server: said so rather than claimed either way.
    return [finding('not-a-server', `${artifact.name}@${artifact.version}`, { unreadable: surface?.verdict === 'cannot-tell' })];
  },
};
