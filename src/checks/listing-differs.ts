import { canonical } from '../model/canonical.ts';
import { type Finding, finding } from '../model/finding.ts';
import type { JsonValue } from '../model/json.ts';
import type { ManifestDifference } from '../model/manifest.ts';
import type { WordCheck } from './check.ts';

/** What two clients, or two eras, were told differently: one finding per item. */
export const listingDiffers: WordCheck = {
  codes: ['listing-varies-by-client', 'listing-varies-by-era'],
  run: ({ probed }) => (probed?.differences ?? []).flatMap(toFinding),
};

function toFinding(difference: ManifestDifference): readonly Finding[] {
  if (difference.between === 'static-and-probed') return [];
  const code = difference.between === 'identities' ? 'listing-varies-by-client' : 'listing-varies-by-era';
  const subject =
    difference.kind === 'instructions' || difference.kind === 'capabilities' ? difference.kind : `${difference.kind}/${difference.name}`;
  const missing = difference.left === null ? 'left' : difference.right === null ? 'right' : '';
  return [finding(code, subject, { missing, left: shown(difference.left), right: shown(difference.right) })];
}

/** A finding's arguments are flat; the whole values stay in the probed manifest. */
function shown(value: JsonValue): string {
  if (typeof value === 'string') return value;
  try {
    return value === null ? '' : canonical(value);
  } catch {
    return '(holds a lone surrogate)';
  }
}
