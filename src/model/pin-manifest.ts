import { canonical } from './canonical.ts';
import { type Digest, digestValue } from './digest.ts';
import { effectiveDigest, itemKey, itemTemplate, keepsName, manifestDigest, mask } from './item-digest.ts';
import type { JsonObject } from './json.ts';
import type { ItemKind, ManifestPin, ProbedManifest } from './manifest.ts';
import { type Surroundings, toTemplate } from './surroundings.ts';
import { pinViews } from './view-digest.ts';

/** What is pinned, the template forms that a ticket needs, and what could not be pinned and will therefore be withheld. */
export interface PinnedManifest {
  readonly pin: ManifestPin;
  /** `<kind>/<key>` (key as in the pin) or `instructions` → the template form, where it differs from the plain item. */
  readonly templates: Readonly<Record<string, JsonObject | string>>;
  /** Items without a usable name, and names that one list holds twice: neither of them is pinned. Name null = none. */
  readonly unpinnable: readonly { readonly kind: ItemKind; readonly name: string | null }[];
}

/**
 * The pin of a manifest. Every digest is over the template form (see `surroundings.ts`): for an item whose text names
 * no surroundings that is the item itself. Tools and prompts keep their names; URIs are templated like the rest,
 * because a lock holds no path of the home folder. With resource pinning other than `exact` no resource is pinned.
 *
 * @param surroundings what was true where the manifest was probed.
 */
export function pinManifest(probed: ProbedManifest, surroundings: Surroundings, approvedAgentSurface: readonly string[]): PinnedManifest {
  const { manifest } = probed;
  const templates: [string, JsonObject | string][] = [];
  const volatile: [string, readonly string[]][] = [];
  const effective: [string, Digest][] = [];
  const unpinnable: { kind: ItemKind; name: string | null }[] = [];
  const pinItems = (kind: ItemKind): Readonly<Record<string, Digest>> => {
    const items = kind === 'resources' && probed.resourcePinning !== 'exact' ? [] : manifest[kind];
    const counts = countBy(items.map((item) => itemKey(kind, item)));
    const digests: [string, Digest][] = [];
    for (const item of items) {
      const name = itemKey(kind, item);
      if (name === null || counts.get(name) !== 1) {
        unpinnable.push({ kind, name });
        continue;
      }
      const key = keepsName(kind) ? name : toTemplate(name, surroundings);
      const pointers = own(probed.volatile, `${kind}/${name}`) ?? [];
      const masked = mask(item, pointers);
      const template = itemTemplate(kind, item, pointers, surroundings);
      if (canonical(template) !== canonical(masked)) templates.push([`${kind}/${key}`, template]);
      if (pointers.length > 0) volatile.push([`${kind}/${key}`, pointers]);
      const digest = digestValue(template);
      const said = effectiveDigest(kind, template, []);
      if (said !== digest) effective.push([`${kind}/${key}`, said]);
      digests.push([key, digest]);
    }
    return sorted(digests);
  };
  const pinInstructions = (): Digest | null => {
    if (manifest.instructions === null) return null;
    const pointers = own(probed.volatile, 'instructions') ?? [];
    const masked = mask(manifest.instructions, pointers);
    const template = toTemplate(masked, surroundings);
    if (typeof template === 'string' && template !== masked) templates.push(['instructions', template]);
    if (pointers.length > 0) volatile.push(['instructions', pointers]);
    return digestValue(template);
  };
  const items = {
    tools: pinItems('tools'),
    prompts: pinItems('prompts'),
    resources: pinItems('resources'),
    resourceTemplates: pinItems('resourceTemplates'),
    instructions: pinInstructions(),
  };
  const views = probed.views === undefined ? null : pinViews(items, probed.views, probed);
  const pin: ManifestPin = {
    digest: manifestDigest(views === null ? items : { ...items, views: views.pinned }),
    ...items,
    ...(effective.length === 0 ? {} : { effective: sorted(effective) }),
    ...(views === null ? {} : { views: views.pinned }),
    eras: manifest.eras,
    resourcePinning: probed.resourcePinning,
    volatile: sorted(volatile),
    agentSurface: [...new Set(approvedAgentSurface)].sort(),
  };
  return { pin, templates: sorted([...templates, ...(views?.templates ?? [])]), unpinnable };
}

function countBy(names: readonly (string | null)[]): ReadonlyMap<string | null, number> {
  const counts = new Map<string | null, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** A record whose members are own data whatever their names (`__proto__`), sorted by code unit. */
function sorted<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
