import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { anyMember, type GuardedLaunch } from './client.ts';
import { encodeConfig } from './config-text.ts';
import type { EditEngine } from './edit/edit-engine.ts';
import { engineFor } from './edit/engines.ts';
import { valueAt } from './edit/json-value.ts';
import { type FoundConfig, foundIn, readConfig } from './found-config.ts';
import { type ConfigFile, configFiles, type EditTarget } from './locations.ts';
import { writablePlace } from './writable.ts';

export type EntryChange =
  /** Puts a guarded entry there; an existing one is taken over, with its unknown members, only with `replace`. */
  | { readonly kind: 'set'; readonly launch: GuardedLaunch; readonly replace: boolean }
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
  return planOn(null, { target, change }, host);
}

/** Plans several changes as one edit per file, in the order in which the files first occur. @throws GuardError as `planEdit`. */
export async function planEdits(changes: readonly PlannedChange[], host: Host): Promise<readonly PlannedEdit[]> {
  const edits = new Map<string, PlannedEdit>();
  for (const change of changes) {
    const edit = await planOn(edits, change, host);
    edits.set(edit.path, edit);
  }
  return [...edits.values()];
}

/** Plans on the bytes on disk, or on what an earlier change of the same file makes of them. */
async function planOn(
  earlier: ReadonlyMap<string, PlannedEdit> | null,
  { target, change }: PlannedChange,
  host: Host,
): Promise<PlannedEdit> {
  const file = await fileOf(target, host);
  const place = await writablePlace(file, target, host);
  const planned = earlier?.get(place.path);
  const config: FoundConfig = planned === undefined ? await readConfig(place.path, host) : foundIn(planned.after);
  const text = textOf(config, file, target);
  const engine = engineFor(file.dialect);
  const parsed = engine.parse(text, file.dialect);
  const previous = valueAt(parsed.value, target.rawPath);
  try {
    const entryBefore = engine.textAt(text, target.rawPath, file.dialect);
    const edited = changed(text, change, { engine, file, target, previous });
    const now = config.state === 'read' ? config.bytes : null;
    const after = now !== null && edited === text ? now : encodeConfig(edited, config.state === 'read' && config.text.byteOrderMark);
    return { target, path: place.path, before: planned === undefined ? now : planned.before, after, mode: place.mode, entryBefore };
  } catch (cause) {
    if (cause instanceof GuardError && cause.code === 'config-invalid') throw invalid(target.file, cause.why ?? cause.message);
    throw cause;
  }
}

/** A target comes from a listing or from `targetFor`; anything else is not a place of that client. */
async function fileOf(target: EditTarget, host: Host): Promise<ConfigFile> {
  const files = await configFiles({ client: target.client, project: target.project }, host);
  const file = files.find(({ path }) => path === target.file);
  const way = target.rawPath.slice(0, -1);
  const known = file?.containers.some(
    ({ scope, at }) =>
      scope === target.scope && at.length === way.length && at.every((segment, index) => segment === anyMember || segment === way[index]),
  );
  if (file !== undefined && known === true) return file;
  throw new GuardError('config-unwritable', `${target.file} is not edited`, {
    why: `${target.client} keeps no servers of scope \`${target.scope}\` there`,
    hint: 'pinfold list',
  });
}

function textOf(config: FoundConfig, file: ConfigFile, target: EditTarget): string {
  if (config.state === 'absent') return '';
  if (config.state === 'broken') {
    throw new GuardError('config-unwritable', `${target.file} is not edited`, { why: config.message, hint: 'pinfold list' });
  }
  const { text, encoding } = config.text;
  if (encoding !== 'utf-8') {
    const why = encoding === 'not-utf-8' ? 'it is not valid UTF-8' : `it is ${encoding.toUpperCase()}`;
    throw new GuardError('config-invalid', `${target.file} is not edited`, {
      why,
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
  readonly engine: EditEngine;
  readonly file: ConfigFile;
  readonly target: EditTarget;
  readonly previous: JsonValue | undefined;
}

function changed(text: string, change: EntryChange, { engine, file, target, previous }: Editing): string {
  const { dialect, client } = file;
  const path = target.rawPath;
  switch (change.kind) {
    case 'set':
      if (previous === undefined) assertName(client.nameProblem?.(nameOf(target)) ?? null, target);
      else if (!change.replace) throw taken(target);
      return engine.set(text, path, client.encode(change.launch, asObject(previous)), dialect);
    case 'remove':
      return engine.remove(text, path, dialect);
    case 'restore': {
      const there = previous === undefined ? engine.set(text, path, {}, dialect) : text;
      return engine.setText(there, path, change.entryText, dialect);
    }
  }
}

function asObject(value: JsonValue | undefined): JsonObject | null {
  return value !== undefined && isObject(value) ? value : null;
}

function nameOf(target: EditTarget): string {
  return String(target.rawPath.at(-1));
}

function assertName(problem: string | null, target: EditTarget): void {
  if (problem !== null)
    throw new GuardError('usage', `${JSON.stringify(nameOf(target))} cannot be a name here`, {
      why: problem,
      hint: 'choose another name with --name',
    });
}

function taken(target: EditTarget): GuardError {
  return new GuardError('name-taken', `${target.client} has a server ${JSON.stringify(nameOf(target))} already`, {
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
