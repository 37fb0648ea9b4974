import { canonical } from '../model/canonical.ts';
import { type Digest, digestValue } from '../model/digest.ts';
import { effectiveDigest, itemKey, itemTemplate, keepsName, manifestDigest } from '../model/item-digest.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { type ItemKind, itemKinds, type ManifestPin, type ProbedManifest } from '../model/manifest.ts';
import { type Surroundings, toTemplate } from '../model/surroundings.ts';
import { effectiveViews, templateKey } from '../model/view-digest.ts';
import type { PinnedViews } from '../model/views.ts';
import { invalid, type OwnFile, parseOwnFile } from './own-file.ts';
import { printJson } from './print-json.ts';
import { manifestFileSchema } from './schema.ts';

/** The words behind a manifest pin, whole, in template form (DESIGN §5.3): what a pull request shows. Attacker-controlled text. */
export interface ReadableManifest extends Readonly<Record<ItemKind, readonly JsonObject[]>> {
  /** Of the pin that it belongs to. */
  readonly digest: Digest;
  /** null = none, or approved as volatile. */
  readonly instructions: string | null;
  /** Texts that only clients with other capabilities are shown; absent = there are none, or the pin has one view. */
  readonly views?: ReadableViews;
}

/** Texts of other views than the main one, each once, sorted by name and then by digest. Which view has which, the pin says. */
export interface ReadableViews extends Readonly<Record<ItemKind, readonly JsonObject[]>> {
  readonly instructions: readonly string[];
}

/**
 * The words that a pin covers, out of the manifest that it was made from: items that are not pinned are left out, the
 * others are sorted by name.
 *
 * @param surroundings those that `pinManifest` was given
 * @throws TypeError when an item does not have the pinned digest: pin and manifest do not belong together.
 */
export function readableManifest(
  { manifest, views }: Pick<ProbedManifest, 'manifest' | 'views'>,
  pin: ManifestPin,
  surroundings: Surroundings,
): ReadableManifest {
  const itemsOf = (kind: ItemKind) =>
    manifest[kind].flatMap((item) => {
      const name = itemKey(kind, item);
      if (name === null) return [];
      const key = keepsName(kind) ? name : toTemplate(name, surroundings);
      const pinned = own(pin[kind], key);
      if (pinned === undefined) return [];
      const template = itemTemplate(kind, item, own(pin.volatile, `${kind}/${key}`) ?? [], surroundings);
      if (digestValue(template) !== pinned) throw new TypeError(`${kind}/${key} is not what was pinned`);
      return [template];
    });
  const instructionsPinned = pin.instructions !== null && !(own(pin.volatile, 'instructions') ?? []).includes('');
  return {
    digest: pin.digest,
    instructions: instructionsPinned && manifest.instructions !== null ? toTemplate(manifest.instructions, surroundings) : null,
    ...byKind((kind) => sortItems(kind, itemsOf(kind))),
    ...(views === undefined || pin.views === undefined ? {} : readableViews(pin.views, views.others)),
  };
}

/** The texts among `pool` that the other views of a pin have for themselves, as its readable manifest holds them. */
export function readableViews(
  { others }: Pick<PinnedViews, 'others'>,
  pool: readonly (Readonly<Record<ItemKind, readonly JsonObject[]>> & { readonly instructions: string | null })[],
): { readonly views: ReadableViews } {
  const itemsOf = (kind: ItemKind) => {
    const wanted = new Set(others.flatMap((view) => Object.values(view[kind] ?? {})));
    const found = new Map(pool.flatMap((words) => words[kind].map((item) => [digestValue(item), item] as const)));
    return sortItems(
      kind,
      [...found].filter(([digest]) => wanted.has(digest)).map(([, item]) => item),
    );
  };
  const said = new Set(others.map(({ instructions }) => instructions));
  const texts = pool.flatMap(({ instructions }) => (instructions !== null && said.has(digestValue(instructions)) ? [instructions] : []));
  return { views: { instructions: [...new Set(texts)].sort(), ...byKind(itemsOf) } };
}

/** The text of `manifests/<name>.json`: items sorted by name, one member per line. */
export function printManifestFile(readable: ReadableManifest): string {
  const { digest, instructions, views } = readable;
  const items = byKind((kind) => sortItems(kind, readable[kind]));
  return printJson({ version: 1, digest, instructions, ...items, ...(views === undefined ? {} : { views: { ...views } }) });
}

/**
 * The words in a text, after every item's digest was compared with the pin.
 *
 * @throws GuardError `lock-invalid` naming the first item that is not what is pinned, is missing, or is too many; `lock-too-new`.
 */
export function parseManifestFile(text: string, name: string, pin: ManifestPin): ReadableManifest {
  const file: OwnFile = { title: `manifests/${name}.json`, hint: `pinfold remove ${name}, then install it again` };
  const { version: _, ...readable } = parseOwnFile(text, manifestFileSchema, file) as unknown as ReadableManifest & { readonly version: 1 };
  for (const kind of itemKinds) {
    const found = digestsOf(kind, readable[kind]);
    if (found === null) throw invalid(file, `$.${kind}: an item has no name, or two have the same`);
    const wrong = [...new Set([...found.keys(), ...Object.keys(pin[kind])])].find((key) => found.get(key) !== own(pin[kind], key));
    if (wrong !== undefined) throw invalid(file, `$.${kind}: ${JSON.stringify(wrong)} is not what the lock pins`);
  }
  if (pin.effective !== undefined && canonical(effectiveDigests(readable)) !== canonical(pin.effective)) {
    throw invalid(file, '$: the effective digests that the lock pins are not of these words');
  }
  const misplaced = wrongView(readable.views, pin.views);
  if (misplaced !== null) throw invalid(file, `$.views${misplaced}: not what the lock pins`);
  const volatile = (own(pin.volatile, 'instructions') ?? []).includes('');
  const instructions = readable.instructions === null && !volatile ? null : digestValue(readable.instructions);
  if (instructions !== pin.instructions) throw invalid(file, '$.instructions: not what the lock pins');
  if (readable.digest !== pin.digest || manifestDigest(pin) !== pin.digest) throw invalid(file, '$.digest: the lock pins another manifest');
  return readable;
}

/** Where the texts of other views are not those that the pin names; null = they are. */
function wrongView(readable: ReadableViews | undefined, pinned: PinnedViews | undefined): string | null {
  if (readable === undefined || pinned === undefined) return readable === pinned ? null : '';
  for (const kind of itemKinds) {
    const found = readable[kind].map((item) => `${templateKey(kind, item) ?? ''} ${digestValue(item)}`);
    const wanted = pinned.others.flatMap((view) =>
      Object.entries(view[kind] ?? {}).flatMap(([key, digest]) => (digest === null ? [] : [`${key} ${digest}`])),
    );
    if (!sameTexts(found, wanted)) return `.${kind}`;
  }
  const said = pinned.others.flatMap(({ instructions }) => instructions ?? []);
  if (!sameTexts(readable.instructions.map(digestValue), said)) return '.instructions';
  const texts = itemKinds.flatMap((kind) => readable[kind].map((template) => ({ kind, template })));
  return canonical(effectiveViews(pinned, texts)) === canonical(pinned.effective) ? null : ': effective digests';
}

/** Found ones once each, wanted ones as often as views have them. */
function sameTexts(found: readonly string[], wanted: readonly string[]): boolean {
  return found.length === new Set(found).size && canonical([...found].sort()) === canonical([...new Set(wanted)].sort());
}

/** What `ManifestPin.effective` must hold for these words; empty = every item is its own effective form. */
export function effectiveDigests(words: Pick<ReadableManifest, ItemKind>): NonNullable<ManifestPin['effective']> {
  const found = itemKinds.flatMap((kind) =>
    words[kind].flatMap((item): [string, Digest][] => {
      const key = templateKey(kind, item);
      const digest = effectiveDigest(kind, item, []);
      return key === null || digest === digestValue(item) ? [] : [[`${kind}/${key}`, digest]];
    }),
  );
  return Object.fromEntries(found.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Key → digest of template items; null = a key is missing or occurs twice. */
function digestsOf(kind: ItemKind, items: readonly JsonObject[]): ReadonlyMap<string, Digest> | null {
  const digests = new Map<string, Digest>();
  for (const item of items) {
    const key = templateKey(kind, item);
    if (key === null || digests.has(key)) return null;
    digests.set(key, digestValue(item));
  }
  return digests;
}

function sortItems(kind: ItemKind, items: readonly JsonObject[]): readonly JsonObject[] {
  const keyed = items.map((item) => ({ key: templateKey(kind, item) ?? '', item }));
  const byDigest = (a: JsonObject, b: JsonObject) => (digestValue(a) < digestValue(b) ? -1 : 1);
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : byDigest(a.item, b.item))).map(({ item }) => item);
}

function byKind(items: (kind: ItemKind) => readonly JsonObject[]): Record<ItemKind, readonly JsonObject[]> {
  return { tools: items('tools'), prompts: items('prompts'), resources: items('resources'), resourceTemplates: items('resourceTemplates') };
}

function own<T extends JsonValue>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
