import {
  type Capability,
  type CapabilityClass,
  type CapabilityEvidence,
  type CapabilityReport,
  capabilityClasses,
  type EvidenceLevel,
  type Reach,
} from '../model/capability.ts';
import type { Observation } from './observations.ts';

/** An observation with whose code it is, and how starting the server leads there. */
export interface PlacedObservation extends Observation {
  readonly reach: Reach;
  /** @see CapabilityEvidence.path */
  readonly path: readonly string[];
  /** 0 = the server's own code or a direct dependency that is named for this class, 1 = another direct dependency, 2 = the rest. */
  readonly distance: number;
}

/** Places per class that a card or a document has room for. */
const usualEvidence = 5;
/** Of them, those of packages in which most of it is done. */
const maxCarriers = 2;
const maxScopes = 50;
/** What the packages' metadata alone decides: code that cannot be read cannot change it. */
const declaredOnly: ReadonlySet<CapabilityClass> = new Set(['exec.install']);
const reachOrder: readonly Reach[] = ['own', 'closure', 'baseline'];
const levelOrder: readonly EvidenceLevel[] = ['observed', 'literal-scoped', 'call-site', 'import', 'declared'];

export interface SummaryOptions {
  /** Places per class that are kept, strongest first; default 5. */
  readonly maxEvidence?: number;
  /** How much code the observations come from; default: not counted. */
  readonly read?: CapabilityReport['read'];
}

/**
 * One entry per class in the order of `capabilityClasses`, whatever language the observations come from. `seen` names the
 * strongest reach; anything unreadable that can run outside the baseline turns every `not-seen` into `cannot-tell`.
 */
export function summarise(all: readonly PlacedObservation[], ruleset: string, options: SummaryOptions = {}): CapabilityReport {
  const { maxEvidence = usualEvidence, read = null } = options;
  // The baseline was read when it was made: what is opaque in it was there then, and is folded with it.
  const opaque = all.filter((found) => found.class === 'code.opaque' && found.reach !== 'baseline');
  const capabilities = (Object.keys(capabilityClasses) as CapabilityClass[]).map((of) => capability(of, all, opaque, maxEvidence));
  return { ruleset, capabilities, environment: environment(all), read };
}

function capability(
  of: CapabilityClass,
  all: readonly PlacedObservation[],
  opaque: readonly PlacedObservation[],
  maxEvidence: number,
): Capability {
  const found = all
    .filter((observation) => observation.class === of)
    .sort(
      (a, b) =>
        reachOrder.indexOf(a.reach) - reachOrder.indexOf(b.reach) ||
        a.distance - b.distance ||
        levelOrder.indexOf(a.level) - levelOrder.indexOf(b.level),
    );
  const strongest = found[0];
  if (strongest !== undefined) {
    // Plumbing says nothing about a class that the server itself uses: its scopes would drown the server's own.
    const told = strongest.reach === 'baseline' ? found : found.filter(({ reach }) => reach !== 'baseline');
    return {
      class: of,
      verdict: 'seen',
      reach: strongest.reach,
      scopes: scopesOf(told),
      evidence: distinctPlaces(told, maxEvidence).map(evidence),
    };
  }
  const blind = declaredOnly.has(of) ? undefined : opaque[0];
  return blind === undefined
    ? { class: of, verdict: 'not-seen', reach: 'own', scopes: [], evidence: [] }
    : { class: of, verdict: 'cannot-tell', reach: blind.reach, scopes: [], evidence: opaque.slice(0, maxEvidence).map(evidence) };
}

/**
 * The strongest first, then one of each package that it goes through, one of each file before a second of any, and no line
 * twice. The last are of the packages that carry most of the class, unless they are named before: see `carriersOf`.
 */
function distinctPlaces(found: readonly PlacedObservation[], maxEvidence: number): readonly PlacedObservation[] {
  const lines = new Map<string, PlacedObservation>();
  for (const observation of found) {
    const key = `${observation.file}:${observation.line}`;
    if (!lines.has(key)) lines.set(key, observation);
  }
  const [throughs, files] = [new Set<string | null>(), new Set<string>()];
  const [packages, first, more]: [PlacedObservation[], PlacedObservation[], PlacedObservation[]] = [[], [], []];
  for (const observation of lines.values()) {
    // What is only near the strongest reach explains it before what lies behind; a direct dependency made for it does, too.
    const isNear = observation.reach === found[0]?.reach || (observation.reach === 'closure' && observation.distance === 0);
    const isNewPackage = isNear && !throughs.has(observation.through);
    const isNewFile = isNear && !files.has(observation.file);
    if (isNear) throughs.add(observation.through);
    files.add(observation.file);
    (isNewPackage ? packages : isNewFile ? first : more).push(observation);
  }
  const all = [...packages, ...first, ...more];
  const head = all.slice(0, Math.max(1, maxEvidence - maxCarriers));
  const carriers = carriersOf(all).filter(({ through }) => !head.some((named) => named.through === through));
  return [...new Set([...head, ...carriers, ...all])].slice(0, maxEvidence);
}

/**
 * One place of each package behind the server's own code that does more of this than that code does itself: where the power
 * of a wrapper sits. A package counts by its places, and the less the more packages lie between.
 */
function carriersOf(places: readonly PlacedObservation[]): readonly PlacedObservation[] {
  const groups = new Map<string | null, PlacedObservation[]>();
  for (const place of places) {
    const group = groups.get(place.through);
    if (group === undefined) groups.set(place.through, [place]);
    else group.push(place);
  }
  const own = groups.get(null)?.length ?? 0;
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined || first.reach !== 'closure' || group.length <= own || first.path.length === 0) return [];
      return [{ first, weight: group.length / packagesOn(first.path) ** 2 }];
    })
    .sort((a, b) => b.weight - a.weight || (a.first.file < b.first.file ? -1 : 1))
    .slice(0, maxCarriers)
    .map(({ first }) => first);
}

/** How many packages an import path leads through. */
function packagesOn(path: readonly string[]): number {
  return new Set(path.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? '')).size;
}

function scopesOf(found: readonly PlacedObservation[]): readonly string[] {
  const scopes = new Set<string>();
  for (const reach of reachOrder) {
    for (const scope of found
      .filter((observation) => observation.reach === reach)
      .flatMap((observation) => observation.scopes)
      .sort())
      scopes.add(scope);
  }
  const kept = [...scopes].slice(0, maxScopes);
  // Over the bound "any" is the honest rest; sorted, as the model promises.
  return (scopes.size > maxScopes && !kept.includes('*') ? ['*', ...kept.slice(1)] : kept).sort();
}

function evidence({ file, line, level, through, path, unread }: PlacedObservation): CapabilityEvidence {
  return { file, line, level, through, path, unread };
}

/** The server's own variables first, then its dependencies'; each part sorted. */
function environment(all: readonly PlacedObservation[]): readonly string[] {
  const named = (reach: Reach): readonly string[] =>
    all
      .filter((found) => found.class === 'env.read' && found.reach === reach)
      .flatMap((found) => found.scopes)
      .filter((name) => name !== '*')
      .sort();
  return [...new Set([...named('own'), ...named('closure')])];
}
