import type { CredentialFlow } from '../credential-flow.ts';
import { closedFlows, variableText } from '../credentials/across.ts';
import { hitsOf } from '../hits.ts';
import { scopeOf, usesOf } from '../meaning.ts';
import type { PackageFacts } from '../package.ts';
import { resolveImport, type Tree } from '../resolve.ts';
import type { SourceFacts } from '../source-facts.ts';
import type { Origin } from '../syntax/origin.ts';
import type { OpenScope, Use } from '../uses.ts';
import { memberOf } from './building.ts';
import { hole, type Lookup, patternsOf } from './patterns.ts';
import type { Term } from './term.ts';

/** What the files of a closure say once they are put together, by file. */
export interface Linked {
  readonly uses: ReadonlyMap<SourceFacts, readonly Use[]>;
  /** Keys that were followed from or into other files of the same package. */
  readonly keys: (source: SourceFacts) => readonly CredentialFlow[];
}

/** One reached source, where it lies. */
export interface LinkedFile {
  readonly pkg: PackageFacts;
  readonly source: SourceFacts;
}

/** A term and the file whose names it uses. */
interface Located {
  readonly term: Term;
  readonly file: LinkedFile;
}

type Parameter = Extract<Term, { readonly param: string }>;

/** Look-ups for one closure; beyond it every scope that is still open is "any". */
const maxLookups = 400_000;
const maxFollowed = 10;
const maxCallers = 300;
const maxAlternatives = 24;
const maxInTable = 46;

/**
 * The uses of each reached file with the scopes that only other files or callers know, and with what calling another
 * file's export means where it is called. Follows exports and wrappers across files and packages; cyclic ones end, and
 * whatever cannot be followed is `*`. Never throws.
 */
export function linkFiles(files: readonly LinkedFile[], tree: Tree): Linked {
  const byPlace = new Map(files.map((file) => [placeOf(file.pkg, file.source.path), file]));
  const callers = new Map<string, Located[][]>();
  const passed = new Set<string>();
  const openPackages = new Set(files.filter(({ source }) => source.links.loadsAny).map(({ pkg }) => pkg));
  const known = new Map<string, readonly Located[]>();
  const targets = new Map<string, readonly LinkedFile[]>();
  const following = new Set<string>();
  let lookups = 0;

  for (const file of files) registerCalls(file);
  for (const file of files) registerPassed(file);
  const bySource = new Map(files.map((file) => [file.source, file]));
  return {
    uses: new Map(files.map((file) => [file.source, closedUses(file)])),
    keys: (source) => {
      const file = bySource.get(source);
      return file === undefined ? [] : closedFlows(source, (term) => patternsOf(term, lookupIn(file, variableText)));
    },
  };

  function registerCalls(file: LinkedFile): void {
    for (const { to, args } of file.source.links.calls) {
      if ('ref' in to && split(to.ref).path.includes('*')) passTaken(to.ref, file);
      const found: readonly Located[] = 'fn' in to ? [{ term: to, file }] : follow(to, file);
      for (const { term, file: at } of found) {
        if (term === null || typeof term !== 'object' || !('fn' in term)) continue;
        const key = functionAt(at, term.fn);
        const held = callers.get(key) ?? [];
        callers.set(key, held);
        if (held.length < maxCallers) held.push(args.map((arg) => ({ term: arg, file })));
        else passed.add(key);
      }
    }
  }

  function registerPassed(file: LinkedFile): void {
    for (const specifier of file.source.imports) filesOf(specifier, file);
    for (const fn of file.source.links.passed) passed.add(functionAt(file, fn));
    for (const { ref } of file.source.links.taken) passTaken(ref, file);
  }

  function passTaken(ref: string, file: LinkedFile): void {
    const { specifier, path } = split(ref);
    for (const target of filesOf(specifier, file)) {
      // A whole module that is passed on hands out everything in it.
      if (path === '' || path.includes('*')) passAll(target);
      else for (const found of follow({ ref }, file)) passOne(found);
    }
  }

  function passAll(file: LinkedFile): void {
    for (const [name, term] of Object.entries(file.source.links.exports))
      if (!name.endsWith('()')) for (const found of follow(term, file)) passOne(found);
  }

  function passOne({ term, file }: Located): void {
    if (term !== null && typeof term === 'object' && 'fn' in term) passed.add(functionAt(file, term.fn));
  }

  function closedUses(file: LinkedFile): readonly Use[] {
    const own = file.source.uses.flatMap((use) => (use.open.length === 0 ? [use] : closed(use, use.open, file)));
    const through = file.source.links.calls.flatMap(({ to, args, line }) => {
      if (!('ref' in to)) return [];
      return follow(to, file).flatMap(({ term }) =>
        term !== null && typeof term === 'object' && 'ref' in term ? called(term.ref, args, line, file) : [],
      );
    });
    return [...own, ...through, ...file.source.links.taken.flatMap(({ ref, line }) => takenUses(ref, line, file))];
  }

  /** What another file exports is a module or a global itself: calling it does here what it does. */
  function called(origin: string, args: readonly Term[], line: number, file: LinkedFile): readonly Use[] {
    return hitsOf(origin, true).flatMap((hit) =>
      hit.classes.flatMap((of): readonly Use[] => {
        const use: Use = {
          class: of,
          rule: hit.rule,
          line,
          level: 'call-site',
          scopes: of === 'env.read' ? hit.named : [],
          module: hit.module,
          needs: [],
          open: [],
        };
        const scope = of === 'env.read' ? null : scopeOf(hit, args);
        return scope === null ? [use] : closed(use, [scope], file);
      }),
    );
  }

  /** A global under another file's name: what is read of it here is read here. */
  function takenUses(taken: string, line: number, file: LinkedFile): readonly Use[] {
    return follow({ ref: taken }, file).flatMap(({ term }) =>
      term === null || typeof term !== 'object' || !('ref' in term) || !term.ref.startsWith('global:')
        ? []
        : hitsOf(term.ref, false).flatMap((hit) =>
            hit.classes.map(
              (of): Use => ({ class: of, rule: hit.rule, line, level: 'call-site', scopes: hit.named, module: null, needs: [], open: [] }),
            ),
          ),
    );
  }

  function closed(use: Use, open: readonly OpenScope[], file: LinkedFile): readonly Use[] {
    return open.flatMap(({ kind, term }) => {
      const patterns = patternsOf(term, lookupIn(file));
      const found = usesOf({ class: use.class, rule: use.rule }, kind, patterns.length === 0 ? [hole] : patterns);
      return found.map((more, index) => ({
        ...use,
        ...more,
        scopes: index === 0 ? [...new Set([...use.scopes, ...more.scopes])].sort() : more.scopes,
        open: [],
      }));
    });
  }

  /** `textOf` is what a global or a module stands for in a text. */
  function lookupIn(file: LinkedFile, textOf: (ref: Origin) => string = () => hole): Lookup {
    return (term, depth) => {
      if (++lookups > maxLookups) return null;
      if ('param' in term) return given(term, file, depth, textOf);
      if (!('ref' in term)) return null;
      const key = `${placeOf(file.pkg, file.source.path)} ${term.ref}`;
      if (following.has(key)) return [];
      following.add(key);
      const found = follow(term, file).flatMap((held) =>
        held.term !== null && typeof held.term === 'object' && 'ref' in held.term
          ? [textOf(held.term.ref)]
          : patternsOf(held.term, lookupIn(held.file, textOf), depth),
      );
      following.delete(key);
      return found;
    };
  }

  /** What callers hand in; and anything, unless all of them are known. */
  function given(term: Parameter, file: LinkedFile, depth: number, textOf: (ref: Origin) => string): readonly string[] {
    const key = functionAt(file, term.param);
    const mark = `${key} ${term.at} ${term.path}`;
    // The function calls itself, or its caller, with what it was given: that adds nothing.
    if (following.has(mark)) return [];
    following.add(mark);
    const found = (callers.get(key) ?? []).flatMap((args) => {
      const arg = args[term.at];
      if (arg === undefined || term.path.includes('*')) return [hole];
      const value = term.path === '' ? arg.term : term.path.split('.').reduce<Term>(memberOf, arg.term);
      return patternsOf(value, lookupIn(arg.file, textOf), depth);
    });
    following.delete(mark);
    return isClosed(key, file) ? found : [...found, hole];
  }

  function isClosed(key: string, file: LinkedFile): boolean {
    return callers.has(key) && !passed.has(key) && !file.source.links.overflow && !openPackages.has(file.pkg);
  }

  /** What a reference finally stands for; unknown parts as null, itself when it leads to a module that is no file. */
  function follow(term: Term, file: LinkedFile, depth = 0): readonly Located[] {
    if (++lookups > maxLookups || depth > maxFollowed) return [{ term: null, file }];
    if (term === null || typeof term === 'string') return [{ term, file }];
    if ('any' in term) return term.any.flatMap((part) => follow(part, file, depth + 1));
    if (!('ref' in term)) return [{ term, file }];
    if (!term.ref.startsWith('module:')) return [{ term, file }];
    const { specifier, path } = split(term.ref);
    const found = filesOf(specifier, file);
    if (found.length === 0) return [{ term, file }];
    return found.flatMap((target) => exported(path, target, depth + 1));
  }

  function exported(path: string, file: LinkedFile, depth: number): readonly Located[] {
    const key = `${placeOf(file.pkg, file.source.path)} ${path}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    // Files that export each other in a circle: the way round says nothing more.
    known.set(key, []);
    const found = lookUp(path, file, depth);
    known.set(key, found);
    return found;
  }

  function lookUp(path: string, file: LinkedFile, depth: number): readonly Located[] {
    const { exports, stars } = file.source.links;
    if (Object.hasOwn(exports, path)) return follow(exports[path] ?? null, file, depth);
    // A table under a computed name: any of what is in it, and what is put there later.
    const table = path.endsWith('.*') ? Object.keys(exports).filter((name) => name.startsWith(path.slice(0, -1))) : [];
    if (table.length > 0)
      return [{ term: null, file }, ...table.slice(0, maxInTable).flatMap((name) => follow(exports[name] ?? null, file, depth))];
    // `config.base.url` where only `config` is known by name: a member of whatever it stands for.
    for (let at = path.lastIndexOf('.'); at >= 0; at = path.lastIndexOf('.', at - 1)) {
      const head = path.slice(0, at);
      if (Object.hasOwn(exports, head))
        return follow(
          path
            .slice(at + 1)
            .split('.')
            .reduce(memberOf, exports[head] ?? null),
          file,
          depth,
        );
      if (at === 0) break;
    }
    const whole = path !== '' && Object.hasOwn(exports, '') ? path.split('.').reduce(memberOf, exports[''] ?? null) : null;
    if (whole !== null) return follow(whole, file, depth);
    const through = stars.flatMap((specifier) => filesOf(specifier, file).flatMap((target) => exported(path, target, depth + 1)));
    const named = through.filter(({ term }) => term !== null);
    return named.length > 0 ? named.slice(0, maxAlternatives) : [{ term: null, file }];
  }

  function filesOf(specifier: string, from: LinkedFile): readonly LinkedFile[] {
    const key = `${placeOf(from.pkg, from.source.path)} ${specifier}`;
    const before = targets.get(key);
    if (before !== undefined) return before;
    const found = resolveImport(specifier, { pkg: from.pkg, file: from.source.path }, tree).flatMap(({ pkg, file }) => {
      const linked = file === null ? undefined : byPlace.get(placeOf(pkg, file));
      // What it is cannot be said: nobody knows who calls the functions of the package.
      if (file === null) openPackages.add(pkg);
      return linked === undefined ? [] : [linked];
    });
    targets.set(key, found);
    return found;
  }
}

function placeOf(pkg: PackageFacts, path: string): string {
  return `${pkg.path}/${path}`;
}

function functionAt(file: LinkedFile, fn: string): string {
  return `${placeOf(file.pkg, file.source.path)}#${fn}`;
}

/** `module:./config base.url` in its two parts; a call of the whole module keeps its brackets. */
function split(origin: string): { readonly specifier: string; readonly path: string } {
  const [specifier = '', path = ''] = origin.slice('module:'.length).split(' ');
  return specifier.endsWith('()') ? { specifier: specifier.slice(0, -2), path: '()' } : { specifier, path };
}
