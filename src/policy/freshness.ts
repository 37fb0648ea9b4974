import { type Evidence, feedSource } from '../model/outcome.ts';
import { advisoriesRequired, type PolicyLayer } from './layers.ts';

/**
 * Why nothing may be approved now, where a policy wants fresh advisories or a certain feed; empty = nothing speaks against
 * it. What was approved before keeps running on what is known: only something new waits.
 */
export function freshnessReasons(layers: readonly PolicyLayer[], evidence: readonly Evidence[]): readonly string[] {
  const by = advisoriesRequired(layers);
  const stale = by === null ? [] : evidence.filter(({ source, outcome }) => source === 'advisories' && outcome === 'unavailable');
  const unusable = layers.flatMap(({ layer, path, policy }) =>
    (policy.feeds ?? [])
      .filter((feed) => feed.required === true)
      .flatMap(({ name }) =>
        evidence
          .filter(({ source, outcome }) => source === feedSource(name) && outcome !== 'verified')
          .map(({ detail }) => `the ${layer} policy approves nothing without the feed ${name}: ${detail} (${path})`),
      ),
  );
  return [...stale.map(({ detail }) => `the ${by?.layer} policy wants fresh advisories: ${detail} (${by?.path})`), ...unusable];
}
