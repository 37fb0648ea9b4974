import { canonical } from '../model/canonical.ts';
import { type Digest, digestValue } from '../model/digest.ts';
import { effectiveDigest, itemKey, itemTemplate, manifestDigest } from '../model/item-digest.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { type ItemKind, itemKinds, type Manifest, type ManifestPin } from '../model/manifest.ts';
import { fromTemplate, type Surroundings, toTemplate } from '../model/surroundings.ts';
import { invalid, type OwnFile, parseOwnFile } from './own-file.ts';
import { printJson } from './print-json.ts';
import { manifestFileSchema } from './schema.ts';

/** The words behind a manifest pin, whole, in template form (DESIGN §5.3): what a pull request shows. Attacker-controlled text. */
export interface ReadableManifest extends Readonly<Record<ItemKind, readonly JsonObject[]>> {
  /** Of the pin that it belongs to. */
  readonly digest: Digest;
  /** null = none, or approved as volatile. */
  readonly instructions: string | null;
}

/**
 * The words that a pin covers, out of the manifest that it was made from: items that are not pinned are left out, the
 * others are sorted by name.
 *
 * @param surroundings those that `pinManifest` was given
 * @throws TypeError when an item does not have the pinned digest: pin and manifest do not belong together.
 */
export function readableManifest(manifest: Manifest, pin: ManifestPin, surroundings: Surroundings): ReadableManifest {
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
  };
}

/** The text of `manifests/<name>.json`: items sorted by name, one member per line. */
export function printManifestFile(readable: ReadableManifest): string {
  const { digest, instructions } = readable;
  const items = byKind((kind) => sortItems(kind, readable[kind]));
  return printJson({ version: 1, digest, instructions, ...items });
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
  const volatile = (own(pin.volatile, 'instructions') ?? []).includes('');
  const instructions = readable.instructions === null && !volatile ? null : digestValue(readable.instructions);
  if (instructions !== pin.instructions) throw invalid(file, '$.instructions: not what the lock pins');
  if (readable.digest !== pin.digest || manifestDigest(pin) !== pin.digest) throw invalid(file, '$.digest: the lock pins another manifest');
  return readable;
}

/** What `ManifestPin.effective` must hold for these words; empty = every item is its own effective form. */
export function effectiveDigests(words: Pick<ReadableManifest, ItemKind>): NonNullable<ManifestPin['effective']> {
  const found = itemKinds.flatMap((kind) =>
    words[kind].flatMap((item): [string, Digest][] => {
      const key = keyOf(kind, item);
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
    const key = keyOf(kind, item);
    if (key === null || digests.has(key)) return null;
    digests.set(key, digestValue(item));
  }
  return digests;
}

/** The key that the pin has for a template item: a name as the server says it, a URI in template form. */
function keyOf(kind: ItemKind, template: JsonObject): string | null {
  const key = itemKey(kind, template);
  return key !== null && keepsName(kind) ? fromTemplate(key, {}) : key;
}

function keepsName(kind: ItemKind): boolean {
  return kind === 'tools' || kind === 'prompts';
}

function sortItems(kind: ItemKind, items: readonly JsonObject[]): readonly JsonObject[] {
  const keyed = items.map((item) => ({ key: keyOf(kind, item) ?? '', item }));
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ item }) => item);
}

function byKind(items: (kind: ItemKind) => readonly JsonObject[]): Record<ItemKind, readonly JsonObject[]> {
  return { tools: items('tools'), prompts: items('prompts'), resources: items('resources'), resourceTemplates: items('resourceTemplates') };
}

function own<T extends JsonValue>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
