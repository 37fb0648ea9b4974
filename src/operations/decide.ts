import { type CapabilityReport, capabilityClasses, type GainTier, gainTiers } from '../model/capability.ts';
import type { Decision } from '../model/decision.ts';
import type { Disclosure } from '../model/disclosure.ts';
import { evaluate, type PolicyFacts } from '../policy/evaluate.ts';
import type { PolicyLayer } from '../policy/layers.ts';

/** What policy says about a disclosure. For a first install everything that the code can do counts as gained. */
export function decide(
  facts: Omit<Disclosure, 'decision'>,
  layers: readonly PolicyLayer[],
  action: PolicyFacts['action'],
  gain: GainTier = everything(facts.capabilities),
): Decision {
  const { artifact, builder, findings, evidence } = facts;
  const { subject, name, version } = artifact;
  return evaluate(layers, { subject, name, version, builder, findings, evidence, gain, action });
}

/** The tier of having all of this new: the most serious class that was seen outside the usual plumbing. */
function everything({ capabilities }: CapabilityReport): GainTier {
  const seen = capabilities.filter(({ verdict, reach }) => verdict !== 'not-seen' && reach !== 'baseline');
  const worst = Math.max(0, ...seen.map(({ class: name }) => gainTiers.indexOf(capabilityClasses[name].gain)));
  return gainTiers[worst] ?? 'red';
}
