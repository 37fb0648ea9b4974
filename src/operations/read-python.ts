import { z } from 'zod';
import { pythonOutlineSchema, pythonSourceFactsSchema, pythonToolsSchema } from '../analysis/python/answers.ts';
import {
  isPythonSource,
  outlinePythonPackage,
  type PythonForm,
  type PythonOutline,
  type PythonPackageFacts,
  pythonPackageFacts,
} from '../analysis/python/package.ts';
import { askPython } from '../analysis/python/question.ts';
import type { PythonPlace } from '../analysis/python/reach.ts';
import { pythonRulesetId } from '../analysis/python/ruleset.ts';
import { type PythonSourceFacts, unreadPython } from '../analysis/python/source.ts';
import type { PythonTools } from '../analysis/python/tools.ts';
import type { Host } from '../host/host.ts';
import type { ClosurePackage, PackageFile } from '../model/artifact.ts';
import type { JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { type CoreMetadata, metadataFile, parseMetadata } from '../sources/pypi/metadata.ts';
import { type CacheEntry, openAnalysisCache } from '../store/analysis-cache.ts';
import { openPool, type PoolBounds, workerProgram } from '../workers/pool.ts';

/** What the bytes of a package show before its sources are read. */
export interface PythonRecord {
  readonly outline: PythonOutline;
  /** What it says about itself; null = it has no metadata. Attacker-controlled. */
  readonly metadata: CoreMetadata | null;
}

/** What is being found out about the Python packages of one closure: by workers, or from what is kept of an earlier look. */
export interface PythonReading {
  /** What is known of a package whose bytes were read before; null = they have to be unpacked. */
  known(pkg: ClosurePackage, form: PythonForm): PythonRecord | null;
  /** Takes a package in. @param files its verified files; null = it is known. */
  add(pkg: ClosurePackage, form: PythonForm, files: readonly PackageFile[] | null): PythonRecord;
  /** Every package that was taken in, by path. The facts of a source are there once `read` was asked for it. */
  packages(): readonly PythonPackageFacts[];
  /** Reads these files, or says why they cannot be read. @throws GuardError when no worker starts, and those of unpacking. */
  read(places: readonly PythonPlace[]): Promise<void>;
  /** What the package registers. @throws GuardError when no worker starts. */
  tools(pkg: ClosurePackage, files: readonly PackageFile[]): Promise<PythonTools>;
  /** Keeps what was found out, for the next time. */
  keep(): Promise<void>;
  /** Ends the workers. */
  close(): Promise<void>;
}

interface Held extends PythonRecord {
  readonly pkg: ClosurePackage;
  readonly facts: PythonPackageFacts;
  readonly known: Map<string, PythonSourceFacts>;
  /** Its Python files; null = they are unpacked again when somebody asks. */
  readonly waiting: ReadonlyMap<string, Uint8Array> | null;
  /** Something is known now that was not kept before. */
  fresh: boolean;
  /** Files that kept a worker for too long or ended it. */
  failures: number;
}

/** Files of one question, and what is read along with them: many small questions keep every worker busy. */
const questionMaxBytes = 512 * 1024;
/** Where so many files of a package ended a worker, the others are not tried any more. */
const maxFailures = 2;

/**
 * @param unpack the verified files of a package, again: memory holds the sources of some packages, whatever the closure's size
 * @throws GuardError `file-not-found` when the installation is damaged
 */
export async function openPythonReading(
  unpack: (pkg: ClosurePackage) => Promise<readonly PackageFile[]>,
  host: Host,
  bounds: Partial<PoolBounds & { readonly waitingMaxBytes: number; readonly packageMaxBytes: number }> = {},
): Promise<PythonReading> {
  const program = await host.files.readBytes(workerProgram(host), limits.analysisRecordMaxBytes);
  const cache = await openAnalysisCache(pythonRulesetId, program, host);
  const pool = openPool(host, bounds);
  const kept = new Map<string, Kept | null>();
  const held = new Map<PythonPackageFacts, Held>();
  const entries: CacheEntry[] = [];
  const packageMaxBytes = bounds.packageMaxBytes ?? limits.pythonPackageMaxBytes;
  let room = bounds.waitingMaxBytes ?? limits.waitingSourcesMaxBytes;

  return {
    known: keptOf,
    add(pkg, form, files) {
      const before = keptOf(pkg, form);
      kept.delete(pkg.path);
      if (before === null && files === null) throw new RangeError(`${pkg.path} is not known`);
      const outline = before?.outline ?? outlinePythonPackage(form, files ?? []);
      const metadata = before === null ? metadataOf(form, files ?? []) : before.metadata;
      const known = new Map(before?.sources.map((source) => [source.path, source]));
      const facts = pythonPackageFacts(pkg, outline, (path) => known.get(path) ?? unreadPython(path, 'crashed'));
      const waiting = before === null ? wait(files ?? []) : null;
      held.set(facts, { pkg, outline, metadata, facts, known, waiting, fresh: before === null, failures: 0 });
      return { outline, metadata };
    },
    packages: () => [...held.keys()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    async read(places) {
      const wanted = new Map<Held, string[]>();
      for (const { pkg, file } of places) {
        const one = held.get(pkg);
        if (one !== undefined && pkg.sources.has(file) && !one.known.has(file)) wanted.set(one, [...(wanted.get(one) ?? []), file]);
      }
      const all = [...wanted];
      await Promise.all(all.flatMap(([one, paths]) => (one.waiting === null ? [] : [readSources(one, paths, one.waiting)])));
      for (const [one, paths] of all)
        if (one.waiting === null) await readSources(one, paths, copied(await unpack(one.pkg), packageMaxBytes));
    },
    async tools(pkg, files) {
      const before = pythonToolsSchema.safeParse(pkg.integrity === null ? null : cache.read(pkg.integrity, 'tools'));
      if (before.success) return before.data;
      const asked = [...readable(files, packageMaxBytes)];
      const unread = files.filter((file) => isPythonSource(file) && !asked.includes(file)).map(({ path }) => path);
      const outcome = await pool.ask('pythonTools', asked);
      const parsed = pythonToolsSchema.safeParse('answer' in outcome ? outcome.answer : null);
      if (!parsed.success) {
        const why = 'failed' in outcome ? outcome.failed : 'crashed';
        return { items: [], gaps: [{ text: `${pkg.name} could not be read (${why})`, file: '' }], instructions: [] };
      }
      const gaps = [...parsed.data.gaps, ...unread.map((path) => ({ text: `${path} could not be read (too-large)`, file: path }))];
      const found = { ...parsed.data, gaps };
      if (pkg.integrity !== null) entries.push({ integrity: pkg.integrity, part: 'tools', value: found as unknown as JsonValue });
      return found;
    },
    async keep() {
      await cache.write([...entries.splice(0), ...[...held.values()].flatMap(entryOf)]);
    },
    close: () => pool.close(),
  };

  function keptOf(pkg: ClosurePackage, form: PythonForm): Kept | null {
    const before = kept.get(pkg.path);
    if (before !== undefined) return before;
    const parsed = keptSchema.safeParse(pkg.integrity === null ? null : cache.read(pkg.integrity, 'package'));
    const found = parsed.success && parsed.data.outline.form === form ? parsed.data : null;
    kept.set(pkg.path, found);
    return found;
  }

  function wait(files: readonly PackageFile[]): ReadonlyMap<string, Uint8Array> | null {
    const bytes = files.filter(isPythonSource).reduce((sum, file) => sum + file.bytes.byteLength, 0);
    if (bytes > room) return null;
    room -= bytes;
    return copied(files, packageMaxBytes);
  }

  async function readSources(one: Held, paths: readonly string[], sources: ReadonlyMap<string, Uint8Array>): Promise<void> {
    one.fresh = true;
    for (const path of paths) if (!sources.has(path)) one.known.set(path, unreadPython(path, 'too-large'));
    const left = paths.filter((path) => sources.has(path));
    const sizeOf = (path: string) => sources.get(path)?.byteLength ?? 0;
    const questions = inQuestions(left, sizeOf);
    // Several would read the same files along.
    const alongMaxBytes = questions.length === 1 ? questionMaxBytes : 0;
    await Promise.all(questions.map((some) => ask(one, some, alongMaxBytes, sources)));
  }

  async function ask(one: Held, paths: readonly string[], alongMaxBytes: number, sources: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const outcome = await pool.ask('python', askPython({ paths, alongMaxBytes }, sources));
    const found = z.array(pythonSourceFactsSchema).safeParse('answer' in outcome ? outcome.answer : null);
    if (found.success) {
      for (const source of found.data) if (one.facts.sources.has(source.path)) one.known.set(source.path, source);
      for (const path of paths) if (!one.known.has(path)) one.known.set(path, unreadPython(path, 'crashed'));
      return;
    }
    const why = 'failed' in outcome ? outcome.failed : 'crashed';
    const isAlone = paths.length === 1 && alongMaxBytes === 0;
    if (isAlone) one.failures += 1;
    // One of several is to blame: each by itself, the others are none the worse for it.
    for (const path of paths) {
      if (isAlone || one.failures >= maxFailures) one.known.set(path, unreadPython(path, why));
      else await ask(one, [path], 0, sources);
    }
  }
}

/** Groups of paths, each of a size that a worker is done with soon. */
function inQuestions(paths: readonly string[], sizeOf: (path: string) => number): readonly (readonly string[])[] {
  const groups: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const path of paths) {
    if (bytes + sizeOf(path) > questionMaxBytes) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(path);
    bytes += sizeOf(path);
  }
  return groups;
}

/** The Python files that can be read beside each other: none that is too large, and not too many. */
function* readable(files: readonly PackageFile[], maxBytes: number): Generator<PackageFile> {
  let left = maxBytes;
  for (const file of files.filter(isPythonSource).sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const size = file.bytes.byteLength;
    if (size > limits.pythonMaxBytes || size > left) continue;
    left -= size;
    yield file;
  }
}

/** Copies: the given bytes are views that would hold their whole archive in memory. */
function copied(files: readonly PackageFile[], maxBytes: number): ReadonlyMap<string, Uint8Array> {
  return new Map([...readable(files, maxBytes)].map(({ path, bytes }) => [path, new Uint8Array(bytes)]));
}

function metadataOf(form: PythonForm, files: readonly PackageFile[]): CoreMetadata | null {
  const bytes = metadataFile(files, form);
  return bytes === null ? null : parseMetadata(bytes);
}

function entryOf({ pkg, outline, metadata, known, fresh }: Held): readonly CacheEntry[] {
  if (pkg.integrity === null || !fresh) return [];
  // A crash or a lack of time may be the machine's fault, and another day's answer.
  const sources = [...known.values()].filter(({ unreadable }) => unreadable !== 'crashed' && unreadable !== 'timeout');
  return [{ integrity: pkg.integrity, part: 'package', value: { outline, metadata, sources } as unknown as JsonValue }];
}

interface Kept extends PythonRecord {
  readonly sources: readonly PythonSourceFacts[];
}

const keptSchema: z.ZodType<Kept> = z.object({
  outline: pythonOutlineSchema,
  metadata: z.object({ name: z.string(), version: z.string(), requires: z.array(z.string()), isOpen: z.boolean() }).nullable(),
  sources: z.array(pythonSourceFactsSchema),
});
