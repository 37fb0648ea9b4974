import type { Digest } from './digest.ts';
import type { JsonObject } from './json.ts';
import { type ItemKind, itemKinds, type ManifestPin } from './manifest.ts';

/**
 * What a client can offer and servers choose their lists by, as it is declared in `initialize` or in a request's `_meta`.
 *
 * @see MCP 2025-11-25 and 2026-07-28, ClientCapabilities
 */
export const viewCapabilities = ['elicitation', 'roots', 'sampling', 'tasks'] as const;
export type ViewCapability = (typeof viewCapabilities)[number];

/**
 * What is pinned for clients with other capabilities than all that matter, as differences from the pin's own members.
 * Per kind: name → digest, or null where such a client is not shown the item. An absent member or name = the same.
 */
export interface PinnedView extends Readonly<Partial<Record<ItemKind, Readonly<Record<string, Digest | null>>>>> {
  /** Which of `PinnedViews.by` these clients have, sorted; empty = none of them. */
  readonly with: readonly ViewCapability[];
  readonly instructions?: Digest | null;
}

/** The views of a server whose lists depend on what a client can do. */
export interface PinnedViews {
  /** The capabilities that matter, sorted, at least one. The pin's own members are the view of a client with all of them. */
  readonly by: readonly ViewCapability[];
  /** Every other combination that was seen, sorted by `with`. */
  readonly others: readonly PinnedView[];
  /** Digest of an item that only other views have → that of its effective form, where it is not its own. */
  readonly effective: Readonly<Record<Digest, Digest>>;
}

/** The words that clients with certain capabilities are shown, whole, in template form. Attacker-controlled. */
export interface ViewWords extends Readonly<Record<ItemKind, readonly JsonObject[]>> {
  readonly with: readonly ViewCapability[];
  readonly instructions: string | null;
}

/** What a probe found: `others` are all combinations of `by` but the whole, sorted by `with`. */
export interface ProbedViews {
  readonly by: readonly ViewCapability[];
  readonly others: readonly ViewWords[];
  /** The texts among them that a client with all of `by` is not shown, each once. */
  readonly own: Readonly<Record<ItemKind, readonly JsonObject[]>> & { readonly instructions: readonly string[] };
}

/** The digests that one kind of client is held to. */
export type ViewDigests = Pick<ManifestPin, ItemKind | 'instructions'>;

/** Names a combination of capabilities: `elicitation,roots`; empty = none. */
export function viewKey(capabilities: readonly string[]): string {
  return [...capabilities].sort().join(',');
}

/** The capabilities in a view's name. */
export function capabilitiesIn(key: string): readonly ViewCapability[] {
  return viewCapabilities.filter((capability) => key.split(',').includes(capability));
}

/** Which view a client gets that declares these capabilities. A member that is null or false is not declared. */
export function viewKeyOf(by: readonly ViewCapability[], declared: JsonObject): string {
  return viewKey(by.filter((name) => Object.hasOwn(declared, name) && declared[name] !== null && declared[name] !== false));
}

/** Every view of a pin, whole, by its name; the pin's own is among them. */
export function expandViews(pin: ManifestPin): ReadonlyMap<string, ViewDigests> {
  const { by, others } = pin.views ?? { by: [], others: [] };
  return new Map([[viewKey(by), digestsOf(pin)], ...others.map((view) => [viewKey(view.with), viewOf(pin, view)] as const)]);
}

/** What all views have in common: an item only when every view has it with one digest. */
export function commonDigests(views: Iterable<ViewDigests>): ViewDigests {
  const [first, ...rest] = [...views];
  if (first === undefined) throw new TypeError('no view');
  const of = (kind: ItemKind) =>
    Object.fromEntries(Object.entries(first[kind]).filter(([name, digest]) => rest.every((view) => own(view[kind], name) === digest)));
  return { ...perKind(of), instructions: rest.every((view) => view.instructions === first.instructions) ? first.instructions : null };
}

/** The views of a pin whose own members are `main`. The inverse of `expandViews`, but for `effective`. */
export function contractViews(by: readonly ViewCapability[], views: ReadonlyMap<string, ViewDigests>): Omit<PinnedViews, 'effective'> {
  const main = views.get(viewKey(by));
  if (main === undefined) throw new TypeError('the main view is missing');
  const others = [...views].filter(([key]) => key !== viewKey(by)).sort(([a], [b]) => (a < b ? -1 : 1));
  return { by: [...by].sort(), others: others.map(([key, view]) => difference(capabilitiesIn(key), main, view)) };
}

function difference(capabilities: readonly ViewCapability[], main: ViewDigests, view: ViewDigests): PinnedView {
  const changed = itemKinds.flatMap((kind) => {
    const names = [...new Set([...Object.keys(main[kind]), ...Object.keys(view[kind])])].sort();
    const differing = names.filter((name) => own(main[kind], name) !== own(view[kind], name));
    return differing.length === 0 ? [] : [[kind, Object.fromEntries(differing.map((name) => [name, own(view[kind], name) ?? null]))]];
  });
  const instructions = main.instructions === view.instructions ? {} : { instructions: view.instructions };
  return { with: capabilities, ...Object.fromEntries(changed), ...instructions };
}

function viewOf(pin: ManifestPin, view: PinnedView): ViewDigests {
  const of = (kind: ItemKind) => {
    const items = new Map<string, Digest | null>([...Object.entries(pin[kind]), ...Object.entries(view[kind] ?? {})]);
    return Object.fromEntries(
      [...items].filter((entry): entry is [string, Digest] => entry[1] !== null).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  };
  return { ...perKind(of), instructions: view.instructions === undefined ? pin.instructions : view.instructions };
}

function digestsOf({ tools, prompts, resources, resourceTemplates, instructions }: ManifestPin): ViewDigests {
  return { tools, prompts, resources, resourceTemplates, instructions };
}

function perKind<T>(of: (kind: ItemKind) => T): Record<ItemKind, T> {
  return { tools: of('tools'), prompts: of('prompts'), resources: of('resources'), resourceTemplates: of('resourceTemplates') };
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
