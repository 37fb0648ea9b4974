import { type Digest, digestValue } from './digest.ts';
import { type EnforcedManifest, effectiveDigest, gateDigests, itemKey, keepsName } from './item-digest.ts';
import { isObject, type JsonObject } from './json.ts';
import { type ItemKind, itemKinds, type ManifestPin, type ProbedManifest } from './manifest.ts';
import { fromTemplate, type Surroundings } from './surroundings.ts';
import {
  commonDigests,
  contractViews,
  expandViews,
  type PinnedViews,
  type ProbedViews,
  type ViewCapability,
  type ViewDigests,
  type ViewWords,
  viewKey,
} from './views.ts';

/** Before the digest of a text that only other views have, where templates are kept by item. */
export const viewTemplate = 'views/';

/** The key that a pin has for a template item: a name as the server says it, a URI in template form; null = it has none. */
export function templateKey(kind: ItemKind, template: JsonObject): string | null {
  const key = itemKey(kind, template);
  return key !== null && keepsName(kind) ? fromTemplate(key, {}) : key;
}

/** The views of a pin whose own items are `main`, and the texts of the others that the gate needs to fill. */
export function pinViews(
  main: ViewDigests,
  { by, others }: Pick<ProbedViews, 'by' | 'others'>,
  { resourcePinning }: Pick<ProbedManifest, 'resourcePinning'>,
): { readonly pinned: PinnedViews; readonly templates: readonly (readonly [string, JsonObject | string])[] } {
  const kinds = itemKinds.filter((kind) => kind !== 'resources' || resourcePinning === 'exact');
  const views = others.map((view) => [viewKey(view.with), digestsOf(view, kinds)] as const);
  const contracted = contractViews(by, new Map([[viewKey(by), main], ...views]));
  const texts = others.flatMap((view) => textsOf(view, kinds));
  const templates = texts.map(({ template }) => [`${viewTemplate}${digestValue(template)}`, template] as const);
  return { pinned: { ...contracted, effective: effectiveViews(contracted, texts) }, templates };
}

/** The views with the effective digests of the texts that they have for themselves. */
export function effectiveViews(
  { others }: Omit<PinnedViews, 'effective'>,
  texts: readonly { readonly kind: ItemKind | 'instructions'; readonly template: JsonObject | string }[],
): PinnedViews['effective'] {
  const own = new Set(others.flatMap((view) => itemKinds.flatMap((kind) => Object.values(view[kind] ?? {}))));
  const found = texts.flatMap(({ kind, template }): [Digest, Digest][] => {
    const digest = digestValue(template);
    if (kind === 'instructions' || !isObject(template) || !own.has(digest)) return [];
    const effective = effectiveDigest(kind, template, []);
    return effective === digest ? [] : [[digest, effective]];
  });
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function digestsOf(view: ViewWords, kinds: readonly ItemKind[]): ViewDigests {
  const of = (kind: ItemKind): Readonly<Record<string, Digest>> =>
    Object.fromEntries(kinds.includes(kind) ? view[kind].map((item) => [templateKey(kind, item) ?? '', digestValue(item)]) : []);
  return {
    tools: of('tools'),
    prompts: of('prompts'),
    resources: of('resources'),
    resourceTemplates: of('resourceTemplates'),
    instructions: view.instructions === null ? null : digestValue(view.instructions),
  };
}

function textsOf(view: ViewWords, kinds: readonly ItemKind[]) {
  const items = kinds.flatMap((kind) => view[kind].map((template) => ({ kind, template })));
  return view.instructions === null ? items : [...items, { kind: 'instructions' as const, template: view.instructions }];
}

/** What the gate holds a server to, by what the client can do. */
export interface EnforcedViews {
  readonly by: readonly ViewCapability[];
  /** By the name of the view (`viewKey`). */
  readonly views: ReadonlyMap<string, EnforcedManifest>;
  /** What all of them have in common: for a client of which no view is pinned, or that has not said what it can do. */
  readonly common: EnforcedManifest;
}

/** The same as `gateDigests`, of every view; null = the pin has one for all clients. */
export function gateViews(
  pin: ManifestPin,
  templates: Readonly<Record<string, JsonObject | string>>,
  surroundings: Surroundings,
): EnforcedViews | null {
  if (pin.views === undefined) return null;
  const expanded = expandViews(pin);
  const enforce = (view: ViewDigests) => {
    const own = ownForms(pin, view, templates);
    return gateDigests({ ...pin, ...view, effective: own.effective }, own.templates, surroundings);
  };
  return {
    by: pin.views.by,
    views: new Map([...expanded].map(([key, view]) => [key, enforce(view)])),
    common: enforce(commonDigests(expanded.values())),
  };
}

/** Effective digests and templates by item, as `gateDigests` wants them: of this view, not of the pin's own. */
function ownForms(pin: ManifestPin, view: ViewDigests, templates: Readonly<Record<string, JsonObject | string>>) {
  const effective: [string, Digest][] = [];
  const texts: [string, JsonObject | string][] = [];
  const add = (id: string, digest: Digest, isMain: boolean) => {
    const said = isMain ? pin.effective?.[id] : pin.views?.effective[digest];
    if (said !== undefined) effective.push([id, said]);
    const text = templates[isMain ? id : `${viewTemplate}${digest}`];
    if (text !== undefined) texts.push([id, text]);
  };
  for (const kind of itemKinds)
    for (const [name, digest] of Object.entries(view[kind])) add(`${kind}/${name}`, digest, pin[kind][name] === digest);
  if (view.instructions !== null) add('instructions', view.instructions, view.instructions === pin.instructions);
  return { effective: Object.fromEntries(effective), templates: Object.fromEntries(texts) };
}
