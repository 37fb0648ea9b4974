import { effectiveDigests, type ReadableManifest } from '../lockfile/manifest-file.ts';
import { digestValue } from '../model/digest.ts';
import { itemKey, manifestDigest } from '../model/item-digest.ts';
import { isObject, type JsonObject } from '../model/json.ts';
import { type ItemKind, itemKinds, type ManifestPin } from '../model/manifest.ts';
import type { Pin } from '../model/pin.ts';
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
