import { canonical } from './canonical.ts';
import { type Digest, digestValue } from './digest.ts';
import { effectiveDigest, mask } from './item-digest.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { type ItemKind, itemKinds, type ManifestPin } from './manifest.ts';
import { viewTemplate } from './view-digest.ts';
import { contractViews, expandViews, type ViewCapability, type ViewDigests, viewKey } from './views.ts';

/** Words that were approved for one machine, in the place of words that a lock pins. */
export interface MachineWords {
  readonly kind: ItemKind | 'instructions';
  /** As the pin has it; empty for instructions. */
  readonly key: string;
  /** What the lock pins under that name: when it pins something else, these words no longer count. */
  readonly instead: Digest;
  readonly template: JsonObject | string;
  /** The clients that they are for. Absent = the pin has one view for all. */
  readonly clients?: readonly (readonly ViewCapability[])[];
}

/** Stands for what names the machine. No text can hold it: it is no character. */
const gap = '\ufffe';

/**
 * True when what is said now differs from what is pinned in nothing but which mounts of this machine it lists: every line
 * that came reads, but for the mounts, like a line with paths that is pinned; every line that went had a path in it; and the
 * rest is the same, in the same order. So no word can come in that was not approved, but for the names of mounts.
 *
 * @param mounts of this machine, as the guard itself found them, in template form
 */
export function differsInMounts(before: JsonValue, after: JsonValue, mounts: readonly string[]): boolean {
  if (canonical(before) === canonical(after)) return false;
  return differsOnly(before, after, mounts);
}

function differsOnly(before: JsonValue, after: JsonValue, mounts: readonly string[]): boolean {
  if (typeof before === 'string' && typeof after === 'string') return before === after || sameLines(before, after, mounts);
  if (Array.isArray(before) && Array.isArray(after)) {
    return before.length === after.length && before.every((item: JsonValue, at) => differsOnly(item, after[at] as JsonValue, mounts));
  }
  if (!isObject(before) || !isObject(after)) return before === after;
  const names = Object.keys(before);
  return (
    names.length === Object.keys(after).length &&
    names.every((name) => Object.hasOwn(after, name) && differsOnly(before[name] as JsonValue, after[name] as JsonValue, mounts))
  );
}

function sameLines(before: string, after: string, mounts: readonly string[]): boolean {
  const [was, is] = [before.split('\n'), after.split('\n')];
  const [old, now] = [new Set(was), new Set(is)];
  const shapes = new Set(was.map((line) => shapeOf(line, pathsIn(line))));
  const come = is.filter((line) => !old.has(line));
  const gone = was.filter((line) => !now.has(line));
  const known = come.every((line) => {
    const named = mounts.filter((mount) => isNamedIn(line, mount));
    return named.length > 0 && shapes.has(shapeOf(line, named));
  });
  const stays = (lines: readonly string[], other: ReadonlySet<string>) => lines.filter((line) => other.has(line)).join('\n');
  return known && gone.every((line) => pathsIn(line).length > 0) && stays(was, now) === stays(is, old);
}

/** Where a path in a text ends. */
const edge = '\\s,;:\'"`()\\[\\]<>|';

function pathsIn(line: string): readonly string[] {
  return [...line.matchAll(new RegExp(`(?<![^${edge}])(?:/|\\{\\{[a-z0-9:]+\\}\\}/?|[A-Za-z]:\\\\)[^${edge}]*`, 'g'))].map(
    ([path]) => path,
  );
}

function isNamedIn(line: string, mount: string): boolean {
  return pathsIn(line).includes(mount);
}

/** The line with paths, and the last names of them, left open; a list of them is one gap. */
function shapeOf(line: string, paths: readonly string[]): string {
  const names = paths.flatMap((path) => [path, path.split(/[\\/]/).at(-1) ?? '']).filter((name) => name !== '');
  const open = names
    .toSorted((a, b) => b.length - a.length)
    .reduce((text, name) => text.split(new RegExp(`(?<![^${edge}])${escaped(name)}(?![^${edge}])`)).join(gap), line);
  return open.replace(new RegExp(`${gap}(?:, ?${gap})+`, 'g'), gap);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

type Templates = Readonly<Record<string, JsonObject | string>>;

/** The pin, and the templates behind it, with the words of this machine in the place of what the lock pins. */
export function withMachineWords(
  pin: ManifestPin,
  templates: Templates,
  words: readonly MachineWords[],
): { readonly pin: ManifestPin; readonly templates: Templates } {
  if (words.length === 0) return { pin, templates };
  const by = pin.views?.by ?? [];
  const views = new Map(expandViews(pin));
  const texts = new Map(Object.entries(templates));
  const effective = new Map(Object.entries(pin.effective ?? {}));
  const ofViews = new Map(Object.entries(pin.views?.effective ?? {}) as [Digest, Digest][]);
  for (const { kind, key, instead, template, clients = [by] } of words) {
    const digest = digestValue(template);
    const id = kind === 'instructions' ? kind : `${kind}/${key}`;
    for (const client of clients) {
      const view = views.get(viewKey(client));
      if (view === undefined || pinnedIn(view, kind, key) !== instead) continue;
      const isMain = viewKey(client) === viewKey(by);
      views.set(
        viewKey(client),
        kind === 'instructions' ? { ...view, instructions: digest } : { ...view, [kind]: { ...view[kind], [key]: digest } },
      );
      texts.set(isMain ? id : `${viewTemplate}${digest}`, template);
      if (kind === 'instructions' || !isObject(template)) continue;
      const said = effectiveDigest(kind, mask(template, []), []);
      if (isMain) effective.set(id, said);
      else ofViews.set(digest, said);
    }
  }
  // What the main view no longer has may still be another one's.
  for (const [id, template] of Object.entries(templates))
    if (!texts.has(`${viewTemplate}${digestValue(template)}`) && !id.startsWith(viewTemplate))
      texts.set(`${viewTemplate}${digestValue(template)}`, template);
  for (const [id, said] of Object.entries(pin.effective ?? {})) {
    const kind = itemKinds.find((one) => id.startsWith(`${one}/`));
    const own = kind === undefined ? undefined : pin[kind][id.slice(kind.length + 1)];
    if (own !== undefined && !ofViews.has(own)) ofViews.set(own, said);
  }
  const main = views.get(viewKey(by)) ?? pin;
  const rest = pin.views === undefined ? {} : { views: { ...contractViews(by, views), effective: Object.fromEntries(ofViews) } };
  return { pin: { ...pin, ...main, effective: Object.fromEntries(effective), ...rest }, templates: Object.fromEntries(texts) };
}

function pinnedIn(view: ViewDigests, kind: MachineWords['kind'], key: string): Digest | null {
  if (kind === 'instructions') return view.instructions;
  return Object.hasOwn(view[kind], key) ? (view[kind][key] ?? null) : null;
}
