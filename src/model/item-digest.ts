import { type Digest, digestBytes, digestValue } from './digest.ts';
import { effectiveItem } from './effective.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { type ItemKind, itemKinds, listings, type ManifestPin } from './manifest.ts';
import { canFill, fromTemplate, type Surroundings, toTemplate } from './surroundings.ts';

/**
 * The name (URI, URI template) that a listed item goes by; null = it has none, so it cannot be pinned.
 * Attacker-controlled, kept exactly: never folded, trimmed or decoded.
 */
export function itemKey(kind: ItemKind, item: JsonValue): string | null {
  if (!isObject(item)) return null;
  const member = listings[kind].key;
  const key = Object.hasOwn(item, member) ? item[member] : undefined;
  return typeof key === 'string' && key !== '' ? key : null;
}

/**
 * The digest of a whole item, unknown members included. What the `volatile` JSON pointers name counts as null: that
 * something is there is pinned, what it is is not. With `surroundings`, the digest of the template form of `kind`.
 *
 * @throws TypeError as `canonical` does.
 */
export function itemDigest(
  item: JsonObject,
  rules: { readonly volatile: readonly string[]; readonly surroundings?: Surroundings; readonly kind?: ItemKind },
): Digest {
  const masked = mask(item, rules.volatile);
  return digestValue(rules.surroundings === undefined ? masked : templateOf(rules.kind ?? null, masked, rules.surroundings));
}

/**
 * The digest of what an item says, whatever form its SDK gives it (see `effective.ts`); volatile values masked as in `itemDigest`.
 *
 * @throws TypeError as `canonical` does.
 */
export function effectiveDigest(kind: ItemKind, item: JsonObject, volatile: readonly string[]): Digest {
  return digestValue(effectiveItem(kind, mask(item, volatile)));
}

/** The template form of an item, volatile values masked: what is hashed, and what a person reads in a lock's manifest. */
export function itemTemplate(kind: ItemKind, item: JsonObject, volatile: readonly string[], surroundings: Surroundings): JsonObject {
  return templateOf(kind, mask(item, volatile), surroundings);
}

/** The digest over the sorted map of all item digests and the instructions', and over the views where there are any. */
export function manifestDigest(pin: Pick<ManifestPin, ItemKind | 'instructions' | 'views'>): Digest {
  const { tools, prompts, resources, resourceTemplates, instructions, views } = pin;
  const words = { tools, prompts, resources, resourceTemplates, instructions };
  return digestValue(views === undefined ? words : { ...words, views: views as unknown as JsonValue });
}

/** What the gate compares one listed item with. */
export interface EnforcedItem {
  /** Of the item as it must be listed here, its volatile values masked. */
  readonly digest: Digest;
  /** The same of its effective form. */
  readonly effective: Digest;
  readonly volatile: readonly string[];
}

/** The pin as it must show on this machine: templates filled, keyed by the names that the server will list. */
export interface EnforcedManifest {
  readonly items: Readonly<Record<ItemKind, ReadonlyMap<string, EnforcedItem>>>;
  readonly instructions: EnforcedItem | null;
}

/**
 * The digests that listed items must equal in these surroundings. An item is left out, and so withheld, when its
 * template is not the one that was pinned, names surroundings that this launch does not have, or when two pinned
 * names become one.
 */
export function gateDigests(
  pin: ManifestPin,
  templates: Readonly<Record<string, JsonObject | string>>,
  surroundings: Surroundings,
): EnforcedManifest {
  const enforce = (id: string, pinned: Digest, kind: ItemKind | null): EnforcedItem | null => {
    const volatile = own(pin.volatile, id) ?? [];
    const template = own(templates, id);
    if (template === undefined) return { digest: pinned, effective: own(pin.effective ?? {}, id) ?? pinned, volatile };
    if (digestValue(template) !== pinned || !canFill(template, surroundings)) return null;
    const filled = fromTemplate<JsonValue>(template, surroundings);
    const digest = digestValue(filled);
    return { digest, effective: kind !== null && isObject(filled) ? effectiveDigest(kind, filled, []) : digest, volatile };
  };
  const itemsOf = (kind: ItemKind): ReadonlyMap<string, EnforcedItem> => {
    const found = new Map<string, EnforcedItem | null>();
    for (const [key, digest] of Object.entries(pin[kind])) {
      const name = keepsName(kind) ? key : fromTemplate(key, surroundings);
      found.set(name, found.has(name) ? null : enforce(`${kind}/${key}`, digest, kind));
    }
    return new Map([...found].filter((entry): entry is [string, EnforcedItem] => entry[1] !== null));
  };
  const items = Object.fromEntries(itemKinds.map((kind) => [kind, itemsOf(kind)])) as unknown as EnforcedManifest['items'];
  return { items, instructions: pin.instructions === null ? null : enforce('instructions', pin.instructions, null) };
}

/** The digest of observed instructions, to compare with `EnforcedManifest.instructions`. */
export function instructionsDigest(text: string, volatile: readonly string[]): Digest {
  return volatile.includes('') ? digestBytes('null') : digestValue(text);
}

/** Tools and prompts are called by name: the name is what it is, wherever it runs. */
export function keepsName(kind: ItemKind): boolean {
  return kind === 'tools' || kind === 'prompts';
}

function templateOf(kind: ItemKind | null, item: JsonObject, surroundings: Surroundings): JsonObject {
  const template = toTemplate(item, surroundings);
  if (kind === null || !keepsName(kind) || typeof item['name'] !== 'string') return template;
  return Object.fromEntries([...Object.entries(template), ['name', toTemplate(item['name'], {})]]);
}

/** The value with what the JSON pointers name as null. */
export function mask<T extends JsonValue>(value: T, pointers: readonly string[]): T {
  return pointers.reduce<JsonValue>((masked, pointer) => maskOne(masked, tokensOf(pointer)), value) as T;
}

/** @see RFC 6901 */
function tokensOf(pointer: string): readonly string[] {
  return pointer === ''
    ? []
    : pointer
        .split('/')
        .slice(1)
        .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A pointer to nothing changes nothing, so that the absence of a volatile value is still seen. */
function maskOne(value: JsonValue, tokens: readonly string[]): JsonValue {
  const [token, ...rest] = tokens;
  if (token === undefined) return null;
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, token)) return value;
  if (Array.isArray(value)) {
    return value.map((inner: JsonValue, index) => (String(index) === token ? maskOne(inner, rest) : inner));
  }
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, member === token ? maskOne(inner, rest) : inner]));
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
