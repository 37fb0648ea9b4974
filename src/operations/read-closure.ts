import { packageOutlineSchema, packageToolsSchema, sourceFactsSchema } from '../analysis/answers.ts';
import { outlinePackage, type PackageFacts, type PackageOutline, packageFacts } from '../analysis/package.ts';
import { type Place, unreadFiles } from '../analysis/reach.ts';
import { rulesetId } from '../analysis/rules/ruleset.ts';
import type { SourceFacts } from '../analysis/source-facts.ts';
import type { UnreadableReason } from '../analysis/syntax/parse.ts';
import { noTools, type PackageTools } from '../analysis/tools.ts';
import { sourceToBe, unreadSource } from '../analysis/unread-source.ts';
import type { Host } from '../host/host.ts';
import type { ClosurePackage, PackageFile } from '../model/artifact.ts';
import type { Integrity } from '../model/digest.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { type CacheEntry, openAnalysisCache } from '../store/analysis-cache.ts';
import { openPool, type PoolBounds, workerProgram } from '../workers/pool.ts';
import type { Outcome } from '../workers/worker.ts';
import { readAhead } from './read-ahead.ts';

/** What is being found out about the packages of one closure: by workers, or from what is kept of an earlier look. */
export interface ClosureReading {
  /** The outline of a package whose bytes were read before; null = they have to be unpacked. */
  known(pkg: ClosurePackage): PackageOutline | null;
  /** Takes a package in. @param files its verified files; null = it is known. */
  add(pkg: ClosurePackage, files: readonly PackageFile[] | null): PackageOutline;
  /** Every package that was taken in. The facts of a source are there once `read` was asked for it. */
  packages(): Promise<readonly PackageFacts[]>;
  /** Begins to read what the package at this path will load, while others are still to be taken in; `packages` ends it. */
  begin(own: string): void;
  /** Reads these files, or says why they cannot be read. @throws GuardError when no worker starts, and those of unpacking. */
  read(places: readonly Place[]): Promise<void>;
  /** What the package registers. @throws GuardError when no worker starts. */
  tools(pkg: ClosurePackage, files: () => Promise<readonly PackageFile[]>): Promise<PackageTools>;
  /** Keeps what was found out, for the next time. */
  keep(): Promise<void>;
  /** Ends the workers. */
  close(): Promise<void>;
}

const growthBetweenLooks = 1.125;

interface Held {
  readonly pkg: ClosurePackage;
  readonly outline: PackageOutline;
  readonly facts: PackageFacts;
  /** The same as far as it was read. */
  readonly sketch: PackageFacts;
  readonly known: Map<string, SourceFacts>;
  /** Sources that nobody asked for yet; null = they are unpacked again when somebody does. */
  waiting: Map<string, Uint8Array> | null;
  /** Something is known now that was not kept before. */
  fresh: boolean;
}

/**
 * @param unpack the verified files of a package, again: memory holds the sources of a few packages, whatever the closure's size
 * @throws GuardError `file-not-found` when the installation is damaged
 */
export async function openReading(
  unpack: (pkg: ClosurePackage) => Promise<readonly PackageFile[]>,
  host: Host,
  bounds: Partial<PoolBounds & { readonly waitingMaxBytes: number }> = {},
): Promise<ClosureReading> {
  const program = await host.files.readBytes(workerProgram(host), limits.analysisRecordMaxBytes);
  const cache = await openAnalysisCache(rulesetId, program, host);
  const pool = openPool(host, bounds);
  const waitingMaxBytes = bounds.waitingMaxBytes ?? limits.waitingSourcesMaxBytes;
  const kept = new Map<string, Kept | null>();
  const held = new Map<PackageFacts, Held>();
  const entries: CacheEntry[] = [];
  let waitingBytes = 0;
  let ownPath: string | null = null;
  let nextLook = 0;
  const ahead = readAhead(nextToRead, (places) => Promise.all(places.map(([one, path]) => readSources(one, [path]))).then(() => undefined));

  return {
    known: (pkg) => recordOf(pkg)?.outline ?? null,
    add(pkg, files) {
      const record = recordOf(pkg);
      kept.delete(pkg.path);
      if (record === null && files === null) throw new RangeError(`${pkg.path} is not known`);
      const outline = record?.outline ?? outlinePackage(files ?? []);
      // As a dependency of another server it was read without its keys.
      const usable = record?.sources.filter(({ credentials }) => credentials !== null || isBeside(pkg));
      const known = new Map(usable?.map((facts) => [facts.path, facts]));
      const facts = packageFacts(pkg, outline, (path) => known.get(path) ?? unreadSource(path, 'crashed'));
      const waiting = record === null ? wait(outline, files ?? [], known) : null;
      const sketch = packageFacts(pkg, outline, (path) => known.get(path) ?? sourceToBe(path));
      held.set(facts, { pkg, outline, facts, sketch, known, waiting, fresh: record === null });
      if (ownPath !== null && waitingBytes > 0 && held.size >= nextLook) ahead.more();
      return outline;
    },
    begin(own) {
      ownPath = own;
      ahead.more();
    },
    async packages() {
      await ahead.end();
      return [...held.keys()];
    },
    async read(places) {
      const wanted = new Map<Held, string[]>();
      for (const { pkg, file } of places) {
        const one = held.get(pkg);
        if (one !== undefined && pkg.sources.has(file) && !one.known.has(file)) wanted.set(one, [...(wanted.get(one) ?? []), file]);
      }
      const [here, elsewhere] = [true, false].map((isHere) => [...wanted].filter(([one]) => (one.waiting !== null) === isHere));
      await Promise.all((here ?? []).map(([one, paths]) => readSources(one, paths)));
      for (const [one, paths] of elsewhere ?? []) {
        const files = await unpack(one.pkg);
        await readSources(one, paths, new Map(files.map((file) => [file.path, file.bytes])));
      }
    },
    async tools(pkg, files) {
      const before = packageToolsSchema.safeParse(pkg.integrity === null ? null : cache.read(pkg.integrity, 'tools'));
      if (before.success) return before.data;
      const outcome = await pool.ask('tools', (await files()).filter(mayName));
      const parsed = packageToolsSchema.safeParse('answer' in outcome ? outcome.answer : null);
      if (!parsed.success) {
        const why = 'failed' in outcome ? outcome.failed : 'crashed';
        return { ...noTools, gaps: [{ text: `${pkg.name} could not be read (${why})`, file: '' }] };
      }
      if (pkg.integrity !== null) entries.push({ integrity: pkg.integrity, part: 'tools', value: parsed.data as unknown as JsonValue });
      return parsed.data;
    },
    async keep() {
      await cache.write([...entries.splice(0), ...packageEntries([...held.values()])]);
    },
    close: () => pool.close(),
  };

  /** True once the server's own package is known, for any other. */
  function isBeside(pkg: ClosurePackage): boolean {
    return ownPath !== null && pkg.path !== ownPath;
  }

  /** Only what is at hand. It follows every import from the start, so that a look for each package would cost their square. */
  function nextToRead(): readonly (readonly [Held, string])[] {
    nextLook = held.size * growthBetweenLooks;
    const bySketch = new Map([...held.values()].map((one) => [one.sketch, one]));
    const own = [...bySketch.keys()].find(({ path }) => path === ownPath);
    if (own === undefined) return [];
    const unread = unreadFiles([...bySketch.keys()], own, ({ pkg, file }) => bySketch.get(pkg)?.known.has(file) === true);
    return unread.flatMap(({ pkg, file }) => {
      const one = bySketch.get(pkg);
      return one?.waiting?.has(file) === true ? [[one, file] as const] : [];
    });
  }

  function recordOf(pkg: ClosurePackage): Kept | null {
    const before = kept.get(pkg.path);
    if (before !== undefined) return before;
    const record = pkg.integrity === null ? null : parseKept(cache.read(pkg.integrity, 'package'));
    kept.set(pkg.path, record);
    return record;
  }

  /** Copies of the sources: the given bytes are views that would hold their whole archive in memory. */
  function wait(outline: PackageOutline, files: readonly PackageFile[], known: Map<string, SourceFacts>): Map<string, Uint8Array> | null {
    const sources = new Set(outline.sources);
    const own = files.filter(({ path }) => sources.has(path));
    for (const { path, bytes } of own) if (bytes.length > limits.sourceMaxBytes) known.set(path, unreadSource(path, 'too-large'));
    const few = own.filter(({ path }) => !known.has(path));
    const bytes = few.reduce((sum, file) => sum + file.bytes.length, 0);
    if (waitingBytes + bytes > waitingMaxBytes) return null;
    waitingBytes += bytes;
    return new Map(few.map((file) => [file.path, new Uint8Array(file.bytes)]));
  }

  async function readSources(
    one: Held,
    paths: readonly string[],
    bytesOf: ReadonlyMap<string, Uint8Array> = one.waiting ?? new Map(),
  ): Promise<void> {
    one.fresh = true;
    const task = isBeside(one.pkg) ? 'source-beside' : 'source';
    await Promise.all(
      paths.map(async (path) => {
        const bytes = bytesOf.get(path);
        const outcome: Outcome = bytes === undefined ? { failed: 'crashed' } : await pool.ask(task, [{ path, bytes, executable: false }]);
        one.known.set(path, 'failed' in outcome ? unreadSource(path, outcome.failed) : parseFacts(path, outcome.answer));
        if (one.waiting?.delete(path) === true) waitingBytes -= bytes?.length ?? 0;
      }),
    );
  }
}

/** One entry per content: the same package may lie in several places, and different files of it can run in each. */
function packageEntries(all: readonly Held[]): readonly CacheEntry[] {
  const byContent = new Map<Integrity, Held[]>();
  for (const one of all)
    if (one.pkg.integrity !== null) byContent.set(one.pkg.integrity, [...(byContent.get(one.pkg.integrity) ?? []), one]);
  return [...byContent].flatMap(([integrity, places]) => {
    const [first] = places;
    if (first === undefined || !places.some(({ fresh }) => fresh)) return [];
    // Of equal files the one whose keys were followed counts. A crash or a lack of time may be the machine's fault, and another day's answer.
    const certain = places
      .flatMap(({ known }) => [...known])
      .sort(([, a], [, b]) => Number(a.credentials !== null) - Number(b.credentials !== null))
      .filter(([, { unreadable }]) => unreadable !== 'crashed' && unreadable !== 'timeout');
    const value = { outline: first.outline, sources: [...new Map(certain).values()] };
    return [{ integrity, part: 'package', value: value as unknown as JsonValue }];
  });
}

interface Kept {
  readonly outline: PackageOutline;
  readonly sources: readonly SourceFacts[];
}

/** A record whose every part is what it should be; null = none. */
function parseKept(value: JsonValue): Kept | null {
  if (!isObject(value) || !Array.isArray(value['sources'])) return null;
  const outline = packageOutlineSchema.safeParse(value['outline']);
  if (!outline.success) return null;
  const sources: SourceFacts[] = [];
  for (const one of value['sources']) {
    const facts = sourceFactsSchema.safeParse(one);
    if (!facts.success) return null;
    sources.push(facts.data);
  }
  return { outline: outline.data, sources };
}

/** A worker that answers with nonsense is not in its right mind. */
function parseFacts(path: string, answer: JsonValue): SourceFacts {
  const facts = sourceFactsSchema.safeParse(answer);
  const nonsense: UnreadableReason = 'crashed';
  return facts.success && facts.data.path === path ? facts.data : unreadSource(path, nonsense);
}

/** Files that can name tools: code and data. What is larger than any that is read makes a gap of itself. */
function mayName({ path }: PackageFile): boolean {
  return /\.(?:[cm]?[jt]s|json)$/.test(path);
}
