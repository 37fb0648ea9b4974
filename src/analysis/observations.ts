import type { CapabilityClass, EvidenceLevel } from '../model/capability.ts';
import { type Linked, linkFiles } from './linking/link.ts';
import type { PackageFacts } from './package.ts';
import { minifiedPart } from './readability.ts';
import { makeTree } from './resolve.ts';
import { agentConfigPattern, downloadRule } from './rules/literals.ts';
import type { SourceFacts } from './source-facts.ts';
import type { Use } from './uses.ts';

/** One class seen in one place of one package. */
export interface Observation {
  readonly class: CapabilityClass;
  /** POSIX, relative to the tree. */
  readonly file: string;
  readonly line: number;
  readonly level: EvidenceLevel;
  readonly through: string | null;
  readonly scopes: readonly string[];
  /** Why the file could not be read; null = it was. */
  readonly unread: string | null;
}

/** The reached sources of a package, in the order of their paths. */
export function reachedSources(pkg: PackageFacts, reached: { has(path: string): boolean }): readonly SourceFacts[] {
  return [...pkg.sources].flatMap(([path, read]) => (reached.has(path) ? [read()] : []));
}

/**
 * What the reached files of one package show, together with what installing it does. Texts that only name a place
 * count where the package can also act on it. `labelOf` gives `name@version` for a specifier of a package of the tree.
 * Sorted by file and line.
 */
export function packageObservations(
  pkg: PackageFacts,
  reached: { has(path: string): boolean },
  isOwn: boolean,
  labelOf: (specifier: string) => string | null,
  linked: Linked['uses'],
): readonly Observation[] {
  const through = isOwn ? null : `${pkg.name}@${pkg.version}`;
  const sources = reachedSources(pkg, reached);
  const uses = sources
    .flatMap((source) => (linked.get(source) ?? source.uses).map((use) => ({ use, file: source.path })))
    .filter(({ use }) => isOwn || use.rule !== minifiedPart);
  const firm = new Set(uses.filter(({ use }) => use.needs.length === 0).map(({ use }) => use.class));
  // Texts count where something acts on them; a runner's name also where such a text says that a client's settings are written.
  const acted = new Set([...firm, ...uses.filter(({ use }) => counts(use, firm)).map(({ use }) => use.class)]);
  const counted = uses.filter(({ use }) => counts(use, use.needs.includes('agent.modify') ? acted : firm));
  const hosts = [...new Set(sources.flatMap((source) => source.hosts))].sort();
  const found: Observation[] = counted.flatMap(({ use, file }) => {
    // The server's own code that imports a package named for what it does: own, and reached through that package.
    const via = through ?? (use.module === null ? null : labelOf(use.module));
    return fromUse(use, `${pkg.path}/${file}`, via, hosts);
  });
  for (const source of sources) {
    if (source.unreadable !== null)
      found.push(at('code.opaque', `${pkg.path}/${source.path}`, 'call-site', through, [], source.unreadable));
  }
  for (const native of pkg.natives) {
    if (reached.has(native) || sources.some((source) => source.loadsUnknown))
      found.push(at('code.opaque', `${pkg.path}/${native}`, 'call-site', through, [native], 'native'));
  }
  for (const script of pkg.installScripts)
    found.push(at('exec.install', `${pkg.path}/package.json`, 'declared', through, [script.command.slice(0, 300)], null));
  if (pkg.looseDependencies.length > 0 && (isOwn || sources.length > 0))
    found.push(at('supply.mutable', `${pkg.path}/package.json`, 'declared', through, pkg.looseDependencies, null));
  return found.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}

function counts(use: Use, firm: ReadonlySet<CapabilityClass>): boolean {
  // A program that is made executable was fetched and is run only where the package does all three.
  if (use.rule === downloadRule) return firm.has('net.connect') && firm.has('exec.spawn');
  return use.needs.length === 0 || use.needs.some((needed) => firm.has(needed));
}

function fromUse(use: Use, file: string, through: string | null, hosts: readonly string[]): readonly Observation[] {
  // A client that is told its host somewhere else in the package: every host that the package names may be it.
  const isAny = use.class === 'net.connect' && hosts.length > 0 && (use.scopes.length === 0 || use.scopes.includes('*'));
  const scopes = isAny ? [...new Set([...use.scopes, ...hosts])].sort() : use.scopes;
  const seen: Observation = {
    class: use.class,
    file,
    line: use.line,
    level: use.level,
    through,
    scopes,
    unread: use.class !== 'code.opaque' ? null : use.rule === minifiedPart ? 'minified' : use.rule,
  };
  const leaks = use.class === 'agent.modify' ? use.scopes.filter((scope) => agentConfigPattern.test(scope)) : [];
  return leaks.length === 0 ? [seen] : [seen, { ...seen, class: 'secrets.read', scopes: leaks }];
}

function at(
  of: CapabilityClass,
  file: string,
  level: EvidenceLevel,
  through: string | null,
  scopes: readonly string[],
  unread: string | null,
): Observation {
  return { class: of, file, line: 0, level, through, scopes, unread };
}

/** The classes that any file of a package shows, reached or not: what the baseline is made of. Sorted. */
export function observedClasses(pkg: PackageFacts): readonly CapabilityClass[] {
  const reached = new Set(pkg.files);
  const linked = linkFiles(
    reachedSources(pkg, reached).map((source) => ({ pkg, source })),
    makeTree([pkg]),
  );
  const all = packageObservations(pkg, reached, false, () => null, linked.uses);
  return [...new Set(all.map((found) => found.class))].sort();
}
