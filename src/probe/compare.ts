import { canonical } from '../model/canonical.ts';
import { effectiveItem } from '../model/effective.ts';
import { itemKey } from '../model/item-digest.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import {
  type Era,
  itemKinds,
  type Manifest,
  type ManifestDifference,
  type ProbedManifest,
  type ResourcePinning,
} from '../model/manifest.ts';
import { type Surroundings, toTemplate } from '../model/surroundings.ts';
import { masked, pointersBetween } from './pointers.ts';

/** One run: who asked, in which era, and what came of it where. `again` is a repetition under the first identity. */
export interface Look {
  readonly by: 'first' | 'second' | 'again';
  readonly era: Era;
  readonly manifest: Manifest;
  readonly surroundings: Surroundings;
}

/**
 * What the runs together say. The manifest is the first identity's (of the `initialize` era where there is one).
 * `volatile` are the fields that differ between two equal runs; they are known only once there are looks `again`.
 * `differences` are what is left between identities and between eras, in template form: two runs live in two scratch
 * folders, and saying so is no difference. The order of lists does not count.
 *
 * @param looks at least one `first`.
 */
export function compare(looks: readonly Look[]): Omit<ProbedManifest, 'agentRequests'> {
  const views = looks.map(viewOf);
  const base = views.find((view) => view.by === 'first' && view.era === 'initialize') ?? views.find((view) => view.by === 'first');
  if (base === undefined) throw new TypeError('nothing to compare');
  const equalRuns = pairs(views, 'again');
  const volatile = volatileIn(equalRuns);
  const eras = views.filter((view) => view.by === 'first' && view !== base).map((view) => [base, view] as const);
  const resourcesVary = equalRuns.some(([a, b]) => !sameResources(a, b));
  const differences = [
    ...pairs(views, 'second').flatMap((pair) => differencesOf('identities', pair, volatile, resourcesVary)),
    ...eras.flatMap((pair) => differencesOf('eras', pair, volatile, resourcesVary)),
  ];
  const manifest = { ...base.manifest, eras: [...new Set(views.map((view) => view.era))].sort() };
  return {
    manifest,
    volatile: rawKeys(volatile, base),
    resourcePinning: resourcePinningOf(views, base),
    differences: distinct(differences),
  };
}

/** A manifest in template form, its items by `<kind>/<key>`; `instructions` is an item when there are some. */
interface View extends Look {
  readonly items: ReadonlyMap<string, JsonValue>;
  /** Template key → the key as received. */
  readonly keys: ReadonlyMap<string, string>;
}

type Pair = readonly [View, View];

function viewOf(look: Look): View {
  const items = new Map<string, JsonValue>();
  const keys = new Map<string, string>();
  for (const kind of itemKinds) {
    for (const item of look.manifest[kind]) {
      const key = `${kind}/${itemKey(kind, item) ?? ''}`;
      const template = toTemplate(key, look.surroundings);
      items.set(template, toTemplate(item, look.surroundings));
      keys.set(template, key);
    }
  }
  const { instructions } = look.manifest;
  if (instructions !== null) items.set('instructions', toTemplate(instructions, look.surroundings));
  return { ...look, items, keys };
}

/** The first identity's view of each era with the other one's of the same era. */
function pairs(views: readonly View[], other: 'second' | 'again'): readonly Pair[] {
  return views
    .filter((view) => view.by === 'first')
    .flatMap((first) => views.filter((view) => view.by === other && view.era === first.era).map((view) => [first, view] as const));
}

type Volatile = ReadonlyMap<string, readonly string[]>;

function volatileIn(equalRuns: readonly Pair[]): Volatile {
  const found = new Map<string, Set<string>>();
  for (const [a, b] of equalRuns) {
    for (const [key, left] of a.items) {
      const right = b.items.get(key);
      const pointers = right === undefined ? [] : pointersBetween(left, right);
      // A whole item that varies cannot be pinned at all: it stays a difference.
      if (pointers.length === 0 || (key !== 'instructions' && pointers.includes(''))) continue;
      found.set(key, new Set([...(found.get(key) ?? []), ...pointers]));
    }
  }
  return new Map([...found].map(([key, pointers]) => [key, [...pointers].sort()]));
}

function differencesOf(
  between: 'identities' | 'eras',
  [a, b]: Pair,
  volatile: Volatile,
  resourcesVary: boolean,
): readonly ManifestDifference[] {
  const differences: ManifestDifference[] = [];
  for (const key of new Set([...a.items.keys(), ...b.items.keys()])) {
    const { kind, name } = placeOf(key);
    if (kind === 'resources' && resourcesVary) continue;
    const left = a.items.get(key) ?? null;
    const right = b.items.get(key) ?? null;
    const form = between === 'eras' ? (item: JsonValue) => formOf(kind, item) : (item: JsonValue) => item;
    if (!same(form(left), form(right), volatile.get(key) ?? [])) differences.push({ between, kind, name, left, right });
  }
  // Eras declare different capabilities by design (the stateless one has dropped some).
  if (between === 'identities' && !same(a.manifest.capabilities, b.manifest.capabilities, [])) {
    differences.push({ between, kind: 'capabilities', name: '', left: a.manifest.capabilities, right: b.manifest.capabilities });
  }
  return differences;
}

/** An SDK writes a tool in the form of each era; what it says must be the same, and the gate lets both go on. */
function formOf(kind: ManifestDifference['kind'], item: JsonValue): JsonValue {
  return kind === 'tools' && isObject(item) ? effectiveItem(kind, item) : item;
}

function placeOf(key: string): { kind: Exclude<ManifestDifference['kind'], 'capabilities'>; name: string } {
  const kind = itemKinds.find((candidate) => key.startsWith(`${candidate}/`));
  return kind === undefined ? { kind: 'instructions', name: '' } : { kind, name: key.slice(kind.length + 1) };
}

function same(left: JsonValue, right: JsonValue, volatile: readonly string[]): boolean {
  return canonical(masked(left, volatile)) === canonical(masked(right, volatile));
}

/** Templates of a server whose resources come and go say more than the ones that happened to be there. */
function resourcePinningOf(views: readonly View[], base: View): ResourcePinning {
  const equal = views.every((view) => sameResources(view, base));
  const templates = base.manifest.resourceTemplates.length > 0;
  if (templates && (!equal || base.manifest.resources.length === 0)) return 'templates';
  return equal ? 'exact' : 'open';
}

function sameResources(a: View, b: View): boolean {
  const resourcesOf = (view: View) => Object.fromEntries([...view.items].filter(([key]) => key.startsWith('resources/')));
  return canonical(resourcesOf(a)) === canonical(resourcesOf(b));
}

function rawKeys(volatile: Volatile, base: View): Readonly<Record<string, readonly string[]>> {
  const entries = [...volatile].map(([key, pointers]) => [base.keys.get(key) ?? key, pointers] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The same two identities differ in the same way in both eras: once is enough. */
function distinct(differences: readonly ManifestDifference[]): readonly ManifestDifference[] {
  const seen = new Map(differences.map((difference) => [canonical({ ...difference }), difference]));
  return [...seen.values()];
}
