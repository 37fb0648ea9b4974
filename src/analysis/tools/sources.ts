import { posix } from 'node:path';
import type { PackageFile } from '../../model/artifact.ts';
import type { JsonValue } from '../../model/json.ts';
import { parseSource } from '../syntax/parse.ts';
import type { Sources } from './interpreter.ts';
import { type Module, makeModule } from './module.ts';

/** What every file with a registration holds: parsing the others, before something asks, would only cost time. */
const mayRegister =
  /\b(?:register|add)(?:App)?(?:Tool|Prompt|Resource)|\.(?:tool|prompt|resource)\s*\(|setRequestHandler|input_?[sS]chema|\bMCP(?:Tool|Prompt|Resource)\b|\btoolName\b|\bexecute\b|\binstructions\b/;
/** What files hold that call a registration of another; of a small package, any file may. */
const mayCall = /tool|prompt|resource/i;
const smallBytes = 4 * 1024 * 1024;
const endings = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.json', '/index.js', '/index.mjs', '/index.cjs', '/index.ts'];
const jsonMaxBytes = 8 * 1024 * 1024;

export interface PackageSources extends Sources {
  /** Those of `modules` that may register something themselves. */
  readonly registering: () => readonly Module[];
  /** Every source as text, sorted by path. */
  readonly texts: () => readonly { readonly path: string; readonly text: string }[];
  /** `path could not be read (reason)`, sorted by path. */
  readonly unread: () => readonly { readonly path: string; readonly reason: string }[];
}

/** The sources and JSON files of a package, parsed when something asks for them. */
export function makeSources(sources: readonly PackageFile[], data: readonly PackageFile[]): PackageSources {
  const byPath = new Map([...sources, ...data].map((file) => [file.path, file]));
  const parsed = new Map<string, Module | string>();
  const decoder = new TextDecoder();
  const listed = new Map<string, readonly Module[]>();
  const isSmall = sources.reduce((sum, file) => sum + file.bytes.length, 0) <= smallBytes;

  return {
    modules: () => all(isSmall ? /^/ : mayCall),
    registering: () => all(mayRegister),
    module: (path) => {
      const file = byPath.get(path);
      const module = file === undefined || path.endsWith('.json') ? null : parse(file);
      return typeof module === 'string' ? null : module;
    },
    resolve,
    json: (end) => {
      const found = data.filter(({ path }) => path === end || path.endsWith(`/${end}`));
      return found.length === 1 && found[0] !== undefined ? readJson(found[0]) : undefined;
    },
    texts: () => sources.map(({ path, bytes }) => ({ path, text: decoder.decode(bytes) })).sort((a, b) => (a.path < b.path ? -1 : 1)),
    unread: () =>
      [...parsed]
        .flatMap(([path, module]) => (typeof module === 'string' ? [{ path, reason: module }] : []))
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
  };

  function all(words: RegExp): readonly Module[] {
    const known = listed.get(words.source);
    if (known !== undefined) return known;
    const modules = sources
      .filter((file) => words.test(decoder.decode(file.bytes)))
      .map(parse)
      .filter((module) => typeof module !== 'string')
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    listed.set(words.source, modules);
    return modules;
  }

  function parse(file: PackageFile): Module | string {
    const before = parsed.get(file.path);
    if (before !== undefined) return before;
    const source = parseSource(file.path, file.bytes);
    const module = typeof source === 'string' ? source : makeModule(file.path, source.program, source.text, source.lineOf);
    parsed.set(file.path, module);
    return module;
  }

  function resolve(specifier: string, from: string): Module | { readonly json: JsonValue } | null {
    if (!specifier.startsWith('.')) return null;
    const wanted = posix.normalize(posix.join(posix.dirname(from), specifier));
    const candidates = [...endings.map((end) => wanted + end), wanted.replace(/\.([cm]?)js$/, '.$1ts')];
    const file = candidates.map((candidate) => byPath.get(candidate)).find((candidate) => candidate !== undefined);
    if (file === undefined) return null;
    if (file.path.endsWith('.json')) {
      const json = readJson(file);
      return json === undefined ? null : { json };
    }
    const module = parse(file);
    return typeof module === 'string' ? null : module;
  }

  function readJson(file: PackageFile): JsonValue | undefined {
    if (file.bytes.length > jsonMaxBytes) return undefined;
    try {
      return JSON.parse(decoder.decode(file.bytes)) as JsonValue;
    } catch {
      return undefined;
    }
  }
}
