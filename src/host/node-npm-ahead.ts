import type semver from 'semver';

/** What is read of a registry record here. */
interface Record {
  readonly 'dist-tags'?: Readonly<{ [tag: string]: unknown }>;
  readonly versions?: Readonly<{ [version: string]: unknown }>;
}

type Semver = typeof semver;

const maxPackages = 2_000;
/** Every connection costs the processor a handshake. */
const maxRequests = 4;

/**
 * Asks for the registry records that resolving one version is likely to need, several at a time: npm's own resolver asks
 * for them level by level, and each level waits for the slowest. Nothing is decided here: a wrong guess costs one request
 * too many or too few, and a failure is left to whoever needs the record. Settles, never rejects, when nothing more is to
 * be guessed or the signal aborts.
 *
 * @param recordOf answers from memory when asked twice.
 */
export async function askAhead(
  name: string,
  version: string,
  recordOf: (name: string) => Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  // Lazily, like everything of npm: the launch path carries this module and has no semver beside it.
  const { default: versions } = await import('semver');
  const known = new Set([`${name}@${version}`]);
  const queue: (readonly [string, string])[] = [[name, version]];
  const idle: (() => void)[] = [];
  let busy = 0;
  const worker = async () => {
    while (!signal.aborted) {
      const next = queue.shift();
      if (next === undefined) {
        if (busy === 0) return;
        await new Promise<void>((resolve) => idle.push(resolve));
        continue;
      }
      busy += 1;
      const found = await recordOf(next[0]).catch(() => null);
      busy -= 1;
      for (const [dependency, range] of dependenciesOf(found, next[1], versions)) {
        const key = `${dependency}@${range}`;
        if (known.has(key) || known.size >= maxPackages) continue;
        known.add(key);
        queue.push([dependency, range]);
      }
      for (const wake of idle.splice(0)) wake();
    }
  };
  await Promise.all(Array.from({ length: maxRequests }, worker));
}

function dependenciesOf(found: unknown, range: string, semver: Semver): readonly (readonly [string, string])[] {
  const record = members(found) as Record;
  const versions = members(record.versions);
  const latest = members(record['dist-tags'])['latest'];
  const wanted = semver.validRange(range, { loose: true });
  if (wanted === null) return [];
  const picked =
    typeof latest === 'string' && semver.satisfies(latest, wanted, { loose: true })
      ? latest
      : semver.maxSatisfying(Object.keys(versions), wanted, { loose: true });
  if (picked === null || !Object.hasOwn(versions, picked)) return [];
  const manifest = members(versions[picked]);
  const optionalPeers = members(manifest['peerDependenciesMeta']);
  const peers = Object.entries(members(manifest['peerDependencies'])).filter(([name]) => members(optionalPeers[name])['optional'] !== true);
  const needed = ['dependencies', 'optionalDependencies'].flatMap((kind) => Object.entries(members(manifest[kind])));
  return [...needed, ...peers].flatMap(([name, spec]) => (typeof spec === 'string' ? [[name, spec] as const] : []));
}

function members(value: unknown): { readonly [member: string]: unknown } {
  return typeof value === 'object' && value !== null ? (value as { readonly [member: string]: unknown }) : {};
}
