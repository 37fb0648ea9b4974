import type { CapabilityClass, EvidenceLevel } from '../model/capability.ts';
import type { PackageFacts } from './package.ts';
import { agentConfigPattern } from './rules/literals.ts';
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
): readonly Observation[] {
  const through = isOwn ? null : `${pkg.name}@${pkg.version}`;
  const sources = [...pkg.sources].flatMap(([path, read]) => (reached.has(path) ? [read()] : []));
  const uses = sources.flatMap((source) => source.uses.map((use) => ({ use, file: source.path })));
  const firm = new Set(uses.filter(({ use }) => use.needs.length === 0).map(({ use }) => use.class));
  const counted = uses.filter(({ use }) => use.needs.length === 0 || use.needs.some((needed) => firm.has(needed)));
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
  if (pkg.looseDependencies.length > 0 && isOwn)
    found.push(at('supply.mutable', `${pkg.path}/package.json`, 'declared', through, pkg.looseDependencies, null));
  return found.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}

function fromUse(use: Use, file: string, through: string | null, hosts: readonly string[]): readonly Observation[] {
  // A client is told its host somewhere else in the package: every host that the package names may be it.
  const scopes = use.class === 'net.connect' && hosts.length > 0 ? [...new Set([...use.scopes, ...hosts])].sort() : use.scopes;
  const seen: Observation = {
    class: use.class,
    file,
    line: use.line,
    level: use.level,
    through,
    scopes,
    unread: use.class === 'code.opaque' ? use.rule : null,
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
  const all = packageObservations(pkg, new Set(pkg.files), false, () => null);
  return [...new Set(all.map((found) => found.class))].sort();
}
