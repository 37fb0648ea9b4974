import { effectiveDigests, type ReadableManifest, readableViews } from '../lockfile/manifest-file.ts';
import { digestValue } from '../model/digest.ts';
import { itemKey, manifestDigest } from '../model/item-digest.ts';
import { isObject, type JsonObject } from '../model/json.ts';
import { type ItemKind, itemKinds, type ManifestPin } from '../model/manifest.ts';
import type { Pin } from '../model/pin.ts';
import { effectiveViews, templateKey } from '../model/view-digest.ts';
import { commonDigests, contractViews, expandViews, type PinnedViews, type ViewDigests, viewKey } from '../model/views.ts';
import type { FirstUse } from '../store/first-use.ts';
import type { PendingRecord } from '../store/pending.ts';

/** No words at all. */
export const noWords: ReadableManifest = {
  digest: manifestDigest({ tools: {}, prompts: {}, resources: {}, resourceTemplates: {}, instructions: null }),
  instructions: null,
  tools: [],
  prompts: [],
  resources: [],
  resourceTemplates: [],
};

/** The words that a first launch showed, in the form of a readable manifest. */
export function wordsOfFirstUse({ items }: Pick<FirstUse, 'items'>): ReadableManifest {
  const ofKind = (kind: ItemKind) =>
    Object.entries(items).flatMap(([id, { template }]) => (id.startsWith(`${kind}/`) && isObject(template) ? [template] : []));
  const instructions = items['instructions']?.template;
  return {
    ...noWords,
    ...(Object.fromEntries(itemKinds.map((kind) => [kind, ofKind(kind)])) as unknown as Record<ItemKind, readonly JsonObject[]>),
    instructions: typeof instructions === 'string' ? instructions : null,
  };
}

/** The words of a pin after the withheld ones were approved: each takes the place of what was pinned under its name. */
export function approvedWords(
  pin: Pin,
  before: ReadableManifest,
  items: readonly PendingRecord[],
): { readonly pin: ManifestPin; readonly readable: ReadableManifest } {
  if (pin.manifest?.views !== undefined) return approvedViews({ ...pin.manifest, views: pin.manifest.views }, before, items);
  const kinds = Object.fromEntries(itemKinds.map((kind) => [kind, merged(kind, before[kind], items)])) as Record<
    ItemKind,
    readonly JsonObject[]
  >;
  const said = items.findLast(({ kind }) => kind === 'instructions')?.template;
  const instructions = typeof said === 'string' ? said : before.instructions;
  const digests = Object.fromEntries(itemKinds.map((kind) => [kind, digestsOf(kind, kinds[kind])])) as unknown as Pick<
    ManifestPin,
    ItemKind
  >;
  const words = { ...digests, instructions: instructions === null ? (pin.manifest?.instructions ?? null) : digestValue(instructions) };
  const asked = items.filter(({ kind }) => kind === 'agentSurface').map(({ name }) => name);
  const digest = manifestDigest(words);
  const effective = effectiveDigests(kinds);
  return {
    pin: {
      digest,
      ...words,
      ...(Object.keys(effective).length === 0 ? {} : { effective }),
      eras: pin.manifest?.eras ?? [],
      resourcePinning: pin.manifest?.resourcePinning ?? 'exact',
      volatile: pin.manifest?.volatile ?? {},
      agentSurface: [...new Set([...(pin.manifest?.agentSurface ?? []), ...asked])].sort(),
    },
    readable: { digest, instructions, ...kinds },
  };
}

/**
 * The same of a pin with views: an item is pinned for the clients that it was withheld from. Where no view of such a client
 * is pinned yet, one is made of what all views have in common.
 */
function approvedViews(
  pin: ManifestPin & { readonly views: PinnedViews },
  before: ReadableManifest,
  items: readonly PendingRecord[],
): { readonly pin: ManifestPin; readonly readable: ReadableManifest } {
  const { by } = pin.views;
  const views = new Map(expandViews(pin));
  const common = commonDigests(views.values());
  for (const item of items) {
    for (const client of item.clients ?? [by]) views.set(viewKey(client), withItem(views.get(viewKey(client)) ?? common, item));
  }
  const pool = [before, ...(before.views === undefined ? [] : viewTexts(before.views)), ...items.map(asWords)];
  const main = views.get(viewKey(by)) ?? common;
  const others = contractViews(by, views);
  const kinds = Object.fromEntries(itemKinds.map((kind) => [kind, textsOf(kind, main, pool)])) as Record<ItemKind, readonly JsonObject[]>;
  const readable = readableViews(others, pool);
  const texts = itemKinds.flatMap((kind) => readable.views[kind].map((template) => ({ kind, template })));
  const withViews = { ...others, effective: effectiveViews(others, texts) };
  const asked = items.filter(({ kind }) => kind === 'agentSurface').map(({ name }) => name);
  const digest = manifestDigest({ ...main, views: withViews });
  const { effective: _, ...rest } = pin;
  const effective = effectiveDigests(kinds);
  const said = pool.map(({ instructions }) => instructions).find((text) => text !== null && digestValue(text) === main.instructions);
  return {
    pin: {
      ...rest,
      digest,
      ...main,
      ...(Object.keys(effective).length === 0 ? {} : { effective }),
      views: withViews,
      agentSurface: [...new Set([...pin.agentSurface, ...asked])].sort(),
    },
    readable: { digest, instructions: said ?? null, ...kinds, ...readable },
  };
}

type Words = Readonly<Record<ItemKind, readonly JsonObject[]>> & { readonly instructions: string | null };

function withItem(view: ViewDigests, { kind, template }: PendingRecord): ViewDigests {
  if (kind === 'instructions') return { ...view, instructions: digestValue(template) };
  const listed = itemKinds.find((one) => one === kind);
  const key = listed === undefined || !isObject(template) ? null : templateKey(listed, template);
  if (listed === undefined || key === null) return view;
  const digests = [...Object.entries(view[listed]).filter(([name]) => name !== key), [key, digestValue(template)] as const];
  return { ...view, [listed]: Object.fromEntries(digests.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function asWords({ kind, template }: PendingRecord): Words {
  const of = (one: ItemKind) => (one === kind && isObject(template) ? [template] : []);
  const instructions = kind === 'instructions' && typeof template === 'string' ? template : null;
  return {
    tools: of('tools'),
    prompts: of('prompts'),
    resources: of('resources'),
    resourceTemplates: of('resourceTemplates'),
    instructions,
  };
}

/** One set of words per text of instructions, so that a pool can hold them all. */
function viewTexts(views: NonNullable<ReadableManifest['views']>): readonly Words[] {
  const { instructions, ...items } = views;
  return [{ ...items, instructions: null }, ...instructions.map((text) => ({ ...noWords, instructions: text }))];
}

function textsOf(kind: ItemKind, view: ViewDigests, pool: readonly Words[]): readonly JsonObject[] {
  const byDigest = new Map<string, JsonObject>(pool.flatMap((words) => words[kind].map((item) => [digestValue(item), item] as const)));
  return Object.values(view[kind]).flatMap((digest) => {
    const item = byDigest.get(digest);
    return item === undefined ? [] : [item];
  });
}

function merged(kind: ItemKind, before: readonly JsonObject[], items: readonly PendingRecord[]): readonly JsonObject[] {
  const latest = new Map<string, JsonObject>();
  for (const item of before) latest.set(itemKey(kind, item) ?? '', item);
  for (const { kind: of, template } of items) {
    if (of !== kind || !isObject(template)) continue;
    const key = itemKey(kind, template);
    if (key !== null) latest.set(key, template);
  }
  return [...latest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

function digestsOf(kind: ItemKind, items: readonly JsonObject[]) {
  return Object.fromEntries(items.map((item) => [itemKey(kind, item) ?? '', digestValue(item)]));
}
