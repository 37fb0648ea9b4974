import type { CapabilityClass } from '../../model/capability.ts';
import type { Observation } from '../observations.ts';
import { agentConfigPattern } from '../rules/literals.ts';
import type { Use } from '../uses.ts';
import type { PythonPackageFacts } from './package.ts';

/**
 * What the reached files of one package show, together with what installing it does. `labelOf` gives `name@version` for a
 * module of another package of the tree, `handedOn` what a path of another package stands for. Sorted by file and line.
 */
export function pythonObservations(
  pkg: PythonPackageFacts,
  reached: { has(path: string): boolean },
  isOwn: boolean,
  labelOf: (module: string) => string | null,
  handedOn: (path: string) => readonly CapabilityClass[] = () => [],
): readonly Observation[] {
  const through = isOwn ? null : `${pkg.name}@${pkg.version}`;
  const sources = [...pkg.sources].flatMap(([path, read]) => (reached.has(path) ? [read()] : []));
  const uses = sources.flatMap((source) => source.uses.map((use) => ({ use, file: source.path })));
  const firm = new Set(uses.filter(({ use }) => use.needs.length === 0).map(({ use }) => use.class));
  const counted = uses.filter(({ use }) => use.needs.length === 0 || use.needs.some((needed) => firm.has(needed)));
  const hosts = [...new Set(sources.flatMap((source) => source.hosts))].sort();
  const found: Observation[] = counted.flatMap(({ use, file }) => {
    const via = through ?? (use.module === null ? null : labelOf(use.module));
    return fromUse(use, `${pkg.path}/${file}`, via, hosts);
  });
  const at = (
    of: CapabilityClass,
    file: string,
    level: Observation['level'],
    scopes: readonly string[],
    unread: string | null,
    line = 0,
  ): void => {
    found.push({ class: of, file: `${pkg.path}/${file}`, line, level, through, scopes, unread });
  };
  for (const { path, unreadable, badLines } of sources) {
    if (unreadable !== null) at('code.opaque', path, 'call-site', [], unreadable);
    else if (badLines.length > 0)
      at('code.opaque', path, 'call-site', [], `not all of it could be parsed: line ${badLines.join(', ')}`, badLines[0]);
  }
  for (const { path, foreign } of sources) {
    for (const of of new Set(foreign.flatMap(handedOn))) at(of, path, 'import', [], null);
  }
  const loadsUnknown = sources.some((source) => source.loadsUnknown);
  for (const native of pkg.natives) if (reached.has(native) || loadsUnknown) at('code.opaque', native, 'call-site', [native], 'native');
  for (const { file, what } of pkg.installHooks) at('exec.install', file, 'declared', [what], null);
  if (isOwn && pkg.looseRequirements.length > 0) at('supply.mutable', 'METADATA', 'declared', pkg.looseRequirements, null);
  return found.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}

function fromUse(use: Use, file: string, through: string | null, hosts: readonly string[]): readonly Observation[] {
  // A client is told its host somewhere else in the package: every host that the package names may be it.
  const scopes = use.class === 'net.connect' && hosts.length > 0 ? [...new Set([...use.scopes, ...hosts])].sort() : use.scopes;
  const seen: Observation = { class: use.class, file, line: use.line, level: use.level, through, scopes, unread: null };
  const leaks = use.class === 'agent.modify' ? use.scopes.filter((scope) => agentConfigPattern.test(scope)) : [];
  return leaks.length === 0 ? [seen] : [seen, { ...seen, class: 'secrets.read', scopes: leaks }];
}

/** The classes that any file of a package shows, reached or not: what a baseline is made of. Sorted. */
export function observedPythonClasses(pkg: PythonPackageFacts): readonly CapabilityClass[] {
  const all = pythonObservations(pkg, new Set(pkg.files), false, () => null);
  return [...new Set(all.map((found) => found.class))].sort();
}
