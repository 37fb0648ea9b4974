import { findResemblances, type PackageName } from '../analysis/lookalike/find.ts';
import { type CandidateFacts, judge, type TargetFacts } from '../analysis/lookalike/judge.ts';
import type { Host } from '../host/host.ts';
import type { Artifact } from '../model/artifact.ts';
import { GuardError } from '../model/errors.ts';
import { type Lookalike, resemblances } from '../model/lookalike.ts';
import type { PolicyLayer } from '../policy/layers.ts';
import { covers, parseSubject } from '../policy/subject.ts';
import { parsePackument } from '../sources/npm/packument.ts';
import { readLock, userHome } from '../store/home.ts';

/**
 * The subjects that the user (or whoever manages the machine) has answered for: pins of the user's lock, and the allow
 * entries of the user's and the managed policy. Nothing of a project: it may have come with a clone that vouches for itself.
 */
export async function knownSubjects(layers: readonly PolicyLayer[], host: Host): Promise<readonly string[]> {
  const allowed = layers.filter(({ layer }) => layer !== 'project').flatMap(({ policy }) => policy.allow ?? []);
  return [...(await pinnedSubjects(host)), ...allowed.map(({ subject }) => subject)];
}

/** A lock that cannot be read vouches for nobody; whatever needs the lock says so itself. */
async function pinnedSubjects(host: Host): Promise<readonly string[]> {
  try {
    const { lock } = await readLock(userHome(host), host);
    return Object.values(lock.pins).flatMap(({ status, artifact }) =>
      status === 'reviewed' || status === 'first-use' ? [artifact.subject] : [],
    );
  } catch (cause) {
    if (cause instanceof GuardError) return [];
    throw cause;
  }
}

/**
 * The names that this package's name may be taken for, judged; strongest first, empty = none, or the package is known.
 * Asks the registry about at most three packages; one that cannot be asked about is judged without.
 */
export async function findLookalikes(
  { subject }: Pick<Artifact, 'subject'>,
  candidateFacts: CandidateFacts,
  known: readonly string[],
  host: Host,
): Promise<readonly Lookalike[]> {
  const candidate = packageName(subject);
  const own = parseSubject(subject);
  if (candidate === null || own === null) return [];
  const subjects = known.flatMap((one) => parseSubject(one) ?? []);
  if (subjects.some((one) => covers(one, own))) return [];
  const names = known.flatMap((one) => packageName(one) ?? []);
  const judged = await Promise.all(
    findResemblances(candidate, names).map(async (found) => {
      // Using a brand's name is said, not accused of: nothing more is needed for that.
      const target = found.resemblance === 'brand' ? null : await targetFacts(found.target, candidate.name, host);
      return judge(found, candidateFacts, target, host.now());
    }),
  );
  return judged.filter((one) => one !== null).sort((a, b) => resemblances.indexOf(a.resemblance) - resemblances.indexOf(b.resemblance));
}

function packageName(subject: string): PackageName | null {
  const parsed = parseSubject(subject);
  const found = parsed?.kind === 'package' ? /^pkg:(npm|pypi)\/(.+)$/.exec(parsed.id) : null;
  return found?.[2] === undefined ? null : { ecosystem: found[1] === 'npm' ? 'npm' : 'pypi', name: found[2] };
}

async function targetFacts({ ecosystem, name }: PackageName, candidate: string, host: Host): Promise<TargetFacts | null> {
  if (ecosystem !== 'npm' || /^@[^/]+$/.test(name)) return null;
  try {
    const { publisher, readme } = parsePackument(name, await host.npm.packument(name));
    return { publisher, mentions: readme === null ? null : namesPackage(readme, candidate) };
  } catch (cause) {
    if (cause instanceof GuardError && cause.code !== 'interrupted') return null;
    throw cause;
  }
}

/** The whole name, not a part of a longer one. */
function namesPackage(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const [before, after] = [text[at - 1] ?? ' ', text[at + name.length] ?? ' '];
    if (!/[\w@/.-]/.test(before) && !/[\w/-]/.test(after)) return true;
  }
  return false;
}
