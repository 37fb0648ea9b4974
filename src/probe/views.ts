import { canonical } from '../model/canonical.ts';
import { itemTemplate } from '../model/item-digest.ts';
import type { JsonObject } from '../model/json.ts';
import { type ItemKind, itemKinds, type Manifest, type ProbedManifest } from '../model/manifest.ts';
import { type Surroundings, toTemplate } from '../model/surroundings.ts';
import { templateKey } from '../model/view-digest.ts';
import { type ProbedViews, type ViewCapability, type ViewWords, viewCapabilities, viewKey } from '../model/views.ts';

/** What a client with certain capabilities, and no others, was shown. */
export interface CapabilityLook {
  readonly with: readonly ViewCapability[];
  readonly manifest: Manifest;
  readonly surroundings: Surroundings;
}

/** The combinations by which it is found out which capabilities matter: none, each alone, all but each. */
export const telling: readonly (readonly ViewCapability[])[] = [
  ...viewCapabilities.map((one) => [one]),
  ...viewCapabilities.map((one) => viewCapabilities.filter((other) => other !== one)),
];

/** Every combination of capabilities; the whole is last. */
export function combinations(by: readonly ViewCapability[]): readonly (readonly ViewCapability[])[] {
  const masks = Array.from({ length: 2 ** by.length }, (_, mask) => mask);
  return masks.map((mask) => by.filter((_, bit) => (mask >> bit) % 2 === 1));
}

/** The words of looks in template form, what is volatile masked: equal words are equal texts. */
export interface Wording {
  readonly of: (look: CapabilityLook) => ViewWords;
  readonly same: (a: CapabilityLook, b: CapabilityLook) => boolean;
}

/**
 * How looks are compared.
 *
 * @param base the look that the manifest comes from; the keys of `volatile` are as it has them.
 */
export function wording(
  base: CapabilityLook,
  { volatile, resourcePinning }: Pick<ProbedManifest, 'volatile' | 'resourcePinning'>,
): Wording {
  const pointers = new Map(Object.entries(volatile).map(([key, found]) => [toTemplate(key, base.surroundings), found]));
  const of = ({ with: capabilities, manifest, surroundings }: CapabilityLook): ViewWords => {
    const items = (kind: ItemKind) =>
      kind === 'resources' && resourcePinning !== 'exact'
        ? []
        : manifest[kind].map((item) => itemTemplate(kind, item, pointers.get(keyIn(kind, item, surroundings)) ?? [], surroundings));
    const sorted = (kind: ItemKind) =>
      items(kind).toSorted((a, b) => ((templateKey(kind, a) ?? '') < (templateKey(kind, b) ?? '') ? -1 : 1));
    const said = pointers.get('instructions') === undefined ? manifest.instructions : null;
    return {
      with: capabilities,
      tools: sorted('tools'),
      prompts: sorted('prompts'),
      resources: sorted('resources'),
      resourceTemplates: sorted('resourceTemplates'),
      instructions: said === null ? null : toTemplate(said, surroundings),
    };
  };
  const text = (look: CapabilityLook) => canonical({ ...of(look), with: [] });
  return { of, same: (a, b) => text(a) === text(b) };
}

function keyIn(kind: ItemKind, item: JsonObject, surroundings: Surroundings): string {
  const name = item[kind === 'tools' || kind === 'prompts' ? 'name' : kind === 'resources' ? 'uri' : 'uriTemplate'];
  return toTemplate(`${kind}/${typeof name === 'string' ? name : ''}`, surroundings);
}

/** The capabilities whose presence changes what is listed, alone or on top of all others, sorted. All when none can be told. */
export function mattering(looks: readonly CapabilityLook[], { same }: Wording): readonly ViewCapability[] {
  const find = (wanted: readonly ViewCapability[]) => looks.find((look) => viewKey(look.with) === viewKey(wanted));
  const differ = (a: CapabilityLook | undefined, b: CapabilityLook | undefined) => a !== undefined && b !== undefined && !same(a, b);
  const found = viewCapabilities.filter((one) => {
    const others = viewCapabilities.filter((other) => other !== one);
    return differ(find([]), find([one])) || differ(find(viewCapabilities), find(others));
  });
  return found.length === 0 ? viewCapabilities : found;
}

/** The views by the capabilities that matter. A combination that was not seen has none. */
export function viewsOf(by: readonly ViewCapability[], looks: readonly CapabilityLook[], { of }: Wording): ProbedViews {
  const views = new Map<string, ViewWords>();
  for (const look of looks) {
    const capabilities = look.with.filter((one) => by.includes(one));
    const key = viewKey(capabilities);
    if (!views.has(key)) views.set(key, { ...of(look), with: capabilities });
  }
  const main = views.get(viewKey(by));
  const others = [...views].filter(([key]) => key !== viewKey(by)).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    by,
    others: others.map(([, view]) => view),
    own: ownTexts(
      main,
      others.map(([, view]) => view),
    ),
  };
}

function ownTexts(main: ViewWords | undefined, others: readonly ViewWords[]): ProbedViews['own'] {
  const itemsOf = (kind: ItemKind) => {
    const known = new Set(main?.[kind].map((item) => canonical(item)));
    const found = new Map(others.flatMap((view) => view[kind].map((item) => [canonical(item), item] as const)));
    return [...found].filter(([text]) => !known.has(text)).map(([, item]) => item);
  };
  const texts = others.flatMap(({ instructions }) => (instructions === null || instructions === main?.instructions ? [] : [instructions]));
  return {
    ...(Object.fromEntries(itemKinds.map((kind) => [kind, itemsOf(kind)])) as unknown as Record<ItemKind, JsonObject[]>),
    instructions: [...new Set(texts)],
  };
}
