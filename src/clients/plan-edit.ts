import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { anyMember, type Container, type EntryValues, type GuardedLaunch } from './client.ts';
import { encodeConfig, newFile } from './config-text.ts';
import type { EditableText } from './edit/editable-text.ts';
import { sameJson, valueAt, withValueAt } from './edit/json-value.ts';
import { openText } from './edit/open-text.ts';
import { type EntryWord, withWords } from './entry-words.ts';
import { type FoundConfig, foundIn, readConfig } from './found-config.ts';
import { type ConfigFile, codecOf, configFiles, type EditTarget } from './locations.ts';
import { writablePlace } from './writable.ts';

export type EntryChange =
  /** Puts a guarded entry there; an existing one is taken over, with its unknown members, only with `replace`. */
  | { readonly kind: 'set'; readonly launch: GuardedLaunch; readonly replace: boolean }
  /**
   * Puts an entry there that only starts this, in the place of one that nobody approved, with none of its members: a
   * variable of its environment would load code into whatever stands there.
   */
  | { readonly kind: 'block'; readonly launch: GuardedLaunch }
  /** Writes an entry with these values (another client's, translated), switched off where asked; an existing one only with `replace`. */
  | { readonly kind: 'write'; readonly values: EntryValues; readonly replace: boolean; readonly off: boolean }
  /** Switches the entry on or off as the client itself would; the project counts where a client switches per project. */
  | { readonly kind: 'switch'; readonly on: boolean; readonly project: string | null }
  /** Takes variables out of the entry's environment, or sets them; everything else stays as it is written. */
  | { readonly kind: 'environment'; readonly values: Readonly<Record<string, string | null>> }
  /** Puts words of the command line in the place of those that stand there; everything else stays as it is written. */
  | { readonly kind: 'words'; readonly values: readonly EntryWord[] }
  | { readonly kind: 'remove' }
  /** Puts back an entry as it was written: the `entryBefore` of an earlier edit. */
  | { readonly kind: 'restore'; readonly entryText: string };

/** An edit as data. Nothing has been written. The bytes and the entry's text hold the user's secrets. Of several changes, the last one's target. */
export interface PlannedEdit {
  readonly target: EditTarget;
  /** The file that is written, symlinks resolved. */
  readonly path: string;
  /** null = there was no file. */
  readonly before: Uint8Array | null;
  /** Equal to `before` when there is nothing to do. */
  readonly after: Uint8Array;
  /** Permission bits of a new file. */
  readonly mode: number;
  /** The entry as it was written; null = there was none. */
  readonly entryBefore: string | null;
  /** Every entry that changes, in the order of the changes. */
  readonly entries: readonly EditedEntry[];
}

/** One entry before and after, as it is written in the file; null = it is not there. The texts hold the user's secrets. */
export interface EditedEntry {
  readonly target: EditTarget;
  readonly before: string | null;
  readonly after: string | null;
  /** What `after` means. */
  readonly value: JsonValue | null;
}

/** One change of one entry. */
export interface PlannedChange {
  readonly target: EditTarget;
  readonly change: EntryChange;
}

/**
 * The smallest edit that makes a change to one entry. A pure plan: nothing is written.
 *
 * @throws GuardError `config-unwritable`, `config-invalid`, `name-taken`, with the way out as hint; then the file is not
 * touched. `config-invalid` also for an empty file, unless the client itself reads it as empty configuration.
 */
export async function planEdit(target: EditTarget, change: EntryChange, host: Host): Promise<PlannedEdit> {
  return (await planOn(null, { target, change }, host)).edit;
}

/** Plans several changes as one edit per file, in the order in which the files first occur. @throws GuardError as `planEdit`. */
export async function planEdits(changes: readonly PlannedChange[], host: Host): Promise<readonly PlannedEdit[]> {
  const plans = new Map<string, Planned>();
  for (const change of changes) {
    const plan = await planOn(plans, change, host);
    plans.set(plan.edit.path, plan);
  }
  return [...plans.values()].map(({ edit }) => edit);
}

interface Planned {
  readonly edit: PlannedEdit;
  /** What `edit.after` says, parsed: the next change of the same file goes on from there. */
  readonly document: EditableText;
}

/** Plans on the bytes on disk, or on what an earlier change of the same file makes of them. */
async function planOn(earlier: ReadonlyMap<string, Planned> | null, { target, change }: PlannedChange, host: Host): Promise<Planned> {
  const { file, container } = await fileOf(target, host);
  const place = await writablePlace(file, target, host);
  const planned = earlier?.get(place.path);
  const config: FoundConfig = planned === undefined ? await readConfig(place.path, host) : foundIn(planned.edit.after);
  const text = textOf(config, file, target);
  const document = planned?.document ?? openText(text, file.dialect);
  const rawPath = located(target, container, document.value);
  const previous = valueAt(document.value, rawPath);
  try {
    const entryBefore = document.textAt(rawPath);
    const edited = changed(change, { file, container, target, rawPath, previous, document }, host);
    const now = config.state === 'read' ? config.bytes : null;
    const after = now !== null && edited.text === text ? now : encodeConfig(edited.text, config.state === 'read' ? config.text : newFile);
    const entry = { target, before: entryBefore, after: edited.textAt(rawPath), value: valueAt(edited.value, rawPath) ?? null };
    const [before, entries] = planned === undefined ? [now, [entry]] : [planned.edit.before, [...planned.edit.entries, entry]];
    return { edit: { target, path: place.path, before, after, mode: place.mode, entryBefore, entries }, document: edited };
  } catch (cause) {
    if (cause instanceof GuardError && cause.code === 'config-invalid') throw invalid(target.file, cause.why ?? cause.message);
    throw cause;
  }
}

/** A target comes from a listing or from `targetFor`; anything else is not a place of that client. */
async function fileOf(target: EditTarget, host: Host): Promise<{ file: ConfigFile; container: Container }> {
  const files = await configFiles({ client: target.client, project: target.project }, host);
  const file = files.find(({ path }) => path === target.file);
  const container = file?.containers.find((one) => one.scope === target.scope && isInside(target.rawPath, one));
  if (file !== undefined && container !== undefined)
    return { file: { ...file, writable: file.writable && isWritten(container) }, container };
  throw new GuardError('config-unwritable', `${target.file} is not edited`, {
    why: `${target.client} keeps no servers of scope \`${target.scope}\` there`,
    hint: 'pinfold list',
  });
}

function isWritten({ writable, holds }: Container): boolean {
  return writable !== false && holds !== 'entry';
}

function isInside(rawPath: EditTarget['rawPath'], { at, holds }: Container): boolean {
  const own = holds === 'references' ? 2 : holds === 'entry' ? 0 : 1;
  return rawPath.length === at.length + own && at.every((segment, index) => segment === anyMember || segment === rawPath[index]);
}

/** Where the entry is now. In a list another program may have moved it: then it is found again by its name, or not at all. */
function located(target: EditTarget, { holds, at, nameAt = 'name' }: Container, document: JsonValue | undefined): EditTarget['rawPath'] {
  if (holds !== 'list') return target.rawPath;
  const way = target.rawPath.slice(0, at.length);
  const held = valueAt(document, way);
  const items: readonly JsonValue[] = Array.isArray(held) ? held : [];
  const isIt = (item: JsonValue | undefined) => item !== undefined && isObject(item) && item[nameAt] === target.name;
  const index = Number(target.rawPath.at(-1));
  if (isIt(items[index])) return target.rawPath;
  const places = items.flatMap((item, place) => (isIt(item) ? [place] : []));
  const [only, ...more] = places;
  if (more.length > 0)
    throw new GuardError('config-changed', `${target.file} changed while it was being edited`, {
      why: `several servers are named ${JSON.stringify(target.name)} there now`,
      hint: 'run the same command again',
    });
  return [...way, only ?? items.length];
}

function textOf(config: FoundConfig, file: ConfigFile, target: EditTarget): string {
  if (config.state === 'absent') return '';
  if (config.state === 'broken') {
    throw new GuardError('config-unwritable', `${target.file} is not edited`, { why: config.message, hint: 'pinfold list' });
  }
  const { text, encoding } = config.text;
  if (encoding === 'not-utf-8' || encoding === 'not-utf-16') {
    throw new GuardError('config-invalid', `${target.file} is not edited`, {
      why: `it is not valid ${encoding.slice('not-'.length).toUpperCase()}`,
      hint: 'save it as UTF-8 in an editor, then run the same command again',
    });
  }
  if (text.trim() === '' && !file.client.emptyIsConfiguration) {
    throw new GuardError('config-invalid', `${target.file} is not edited`, {
      why: `it is empty, which ${file.client.title} does not read as a configuration`,
      hint: 'delete it, or write {} into it, then run the same command again',
    });
  }
  return text;
}

interface Editing {
  readonly file: ConfigFile;
  readonly container: Container;
  readonly target: EditTarget;
  readonly rawPath: EditTarget['rawPath'];
  readonly previous: JsonValue | undefined;
  readonly document: EditableText;
}

function changed(change: EntryChange, editing: Editing, host: Host): EditableText {
  const { file, target, rawPath: path, previous, document } = editing;
  switch (change.kind) {
    case 'set':
      assertFree(change.replace, editing);
      return document.set(path, named(codecOf(file).encode(change.launch, asObject(previous), target.name), editing));
    case 'block':
      return document.set(path, named(codecOf(file).encode(change.launch, null, target.name), editing));
    case 'write': {
      assertFree(change.replace, editing);
      const entry = codecOf(file).write(change.values, target.name);
      if (entry === null) throw cannotSay(target, file);
      const how = file.client.switch;
      const written = change.off && how.kind === 'member' ? (withValueAt(entry, how.at, how.off) as JsonObject) : entry;
      return document.set(path, named(written, editing));
    }
    case 'switch':
      return switched(change.on, change.project, editing);
    case 'environment':
      return withEnvironment(change.values, editing);
    case 'words':
      return withWords(change.values, { document, path, values: codecOf(file).values(previous ?? null) }, host);
    case 'remove':
      return document.remove(path);
    case 'restore': {
      const there = previous === undefined ? document.set(path, named({}, editing)) : document;
      return there.setText(path, change.entryText);
    }
  }
}

function withEnvironment(
  values: Readonly<Record<string, string | null>>,
  { file, target, rawPath, previous, document }: Editing,
): EditableText {
  if (previous === undefined || !isObject(previous)) throw invalid(target.file, `there is no server ${JSON.stringify(target.name)}`);
  const member = codecOf(file).envMember;
  return Object.entries(values).reduce((now, [name, value]) => {
    const held = valueAt(previous, [member, name]);
    if (value === null) return held === undefined ? now : now.remove([...rawPath, member, name]);
    return held === value ? now : now.set([...rawPath, member, name], value);
  }, document);
}

function assertFree(replace: boolean, { file, target, previous }: Editing): void {
  if (previous === undefined) assertName(file.client.nameProblem?.(target.name) ?? null, target);
  else if (!replace) throw taken(target);
}

/** In a list an entry carries its own name, first. */
function named(entry: JsonObject, { container, target }: Editing): JsonObject {
  return container.holds === 'list' ? { [container.nameAt ?? 'name']: target.name, ...entry } : entry;
}

function switched(on: boolean, project: string | null, { file: { client }, target, rawPath, previous, document }: Editing): EditableText {
  const how = client.switch;
  if (previous === undefined || !isObject(previous)) throw invalid(target.file, `there is no server ${JSON.stringify(target.name)}`);
  if (how.kind === 'elsewhere') throw notHere(target, client.title, how.where);
  if (how.kind === 'member') {
    const path = [...rawPath, ...how.at];
    const off = sameJson(valueAt(previous, how.at), how.off);
    if (off === !on) return document;
    if (!on) return document.set(path, how.off);
    return how.on === undefined ? document.remove(path) : document.set(path, how.on);
  }
  const at = how.at(rawPath, project, target.scope);
  const elsewhere = target.scope === 'project' ? how.projectScope : undefined;
  if (at === null) throw notHere(target, client.title, elsewhere ?? 'each project: name one with --project');
  const held = valueAt(document.value, at);
  const names: readonly JsonValue[] = Array.isArray(held) ? held : [];
  if (names.includes(target.name) === !on) return document;
  const next = on ? names.filter((name) => name !== target.name) : [...names, target.name];
  return next.length === 0 ? document.remove(at) : document.set(at, next);
}

function notHere(target: EditTarget, title: string, where: string): GuardError {
  return new GuardError('config-unwritable', `${JSON.stringify(target.name)} cannot be switched in ${target.file}`, {
    why: `${title} keeps that elsewhere: ${where}`,
    hint: `pinfold remove --client ${target.client} ${target.name}`,
  });
}

function cannotSay(target: EditTarget, { client }: ConfigFile): GuardError {
  return new GuardError('config-unwritable', `${client.title} cannot hold ${JSON.stringify(target.name)}`, {
    why: 'it has no such transport, or no working folder for a server',
    hint: 'pinfold list --json',
  });
}

function asObject(value: JsonValue | undefined): JsonObject | null {
  return value !== undefined && isObject(value) ? value : null;
}

function assertName(problem: string | null, target: EditTarget): void {
  if (problem !== null)
    throw new GuardError('usage', `${JSON.stringify(target.name)} cannot be a name here`, {
      why: problem,
      hint: 'choose another name with --name',
    });
}

function taken(target: EditTarget): GuardError {
  return new GuardError('name-taken', `${target.client} has a server ${JSON.stringify(target.name)} already`, {
    why: `it is in ${target.file}`,
    hint: 'choose another name with --name',
  });
}

function invalid(file: string, why: string): GuardError {
  return new GuardError('config-invalid', `${file} is not edited`, {
    why,
    hint: 'correct it in an editor, then run the same command again',
  });
}
