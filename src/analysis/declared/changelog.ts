import type { CapabilityClass } from '../../model/capability.ts';
import type { Changelog, ChangelogEntry } from '../../model/changelog.ts';
import { type DeclaredManifest, declaredKinds } from '../../model/declared-manifest.ts';
import { itemKinds } from '../../model/manifest.ts';
import type { PinnedCapability } from '../../model/pin.ts';
import { isSecretName } from '../credentials/names.ts';
import { type CapabilityDiff, diffCapabilities } from '../diff/capabilities.ts';
import type { ServerDiff } from '../diff/server.ts';
import { compareDeclared } from './compare.ts';

/** What changed between the releases that two manifests declare. */
export function changelogOfManifests(before: DeclaredManifest, after: DeclaredManifest): Changelog {
  const capabilities = diffCapabilities(snapshot(before), snapshot(after));
  const differences = compareDeclared(before, after);
  const change = { undeclared: 'added', absent: 'removed', differs: 'changed' } as const;
  const items = declaredKinds.flatMap((about) =>
    differences.flatMap(({ subject, kind }): readonly ChangelogEntry[] =>
      subject.startsWith(`${about}/`) ? [{ about, name: subject.slice(about.length + 1), change: change[kind] }] : [],
    ),
  );
  const instructions = differences
    .filter(({ subject }) => subject === 'instructions')
    .map(({ kind }): ChangelogEntry => ({ about: 'instructions', change: change[kind] }));
  const variables = differences.flatMap(({ subject, kind, declared, found }): readonly ChangelogEntry[] => {
    if (!subject.startsWith('variables/') || kind === 'differs') return [];
    const secret = (found ?? declared) === 'secret';
    return [{ about: 'variable', name: subject.slice('variables/'.length), change: kind === 'undeclared' ? 'added' : 'removed', secret }];
  });
  const auth: readonly ChangelogEntry[] = before.auth === after.auth ? [] : [{ about: 'auth', was: before.auth, is: after.auth }];
  return {
    from: `${before.name}@${before.version}`,
    to: `${after.name}@${after.version}`,
    basis: 'manifests',
    wordsFrom: null,
    entries: [...capabilityEntries(capabilities, narrowed(before, after)), ...items, ...instructions, ...variables, ...auth],
  };
}

/** What changed between two published packages. */
export function changelogOfDiff(diff: ServerDiff): Changelog {
  const { words } = diff;
  const items = itemKinds.flatMap((about): readonly ChangelogEntry[] => {
    const one = words?.[about];
    if (one === undefined) return [];
    return [
      ...one.added.map((name): ChangelogEntry => ({ about, name, change: 'added' })),
      ...one.removed.map((name): ChangelogEntry => ({ about, name, change: 'removed' })),
      ...one.renamed.map(({ from, to }): ChangelogEntry => ({ about, name: to, change: 'renamed', was: from })),
      ...one.changed.map(({ name }): ChangelogEntry => ({ about, name, change: 'changed' })),
    ];
  });
  const said = words?.instructions ?? null;
  const instructions: readonly ChangelogEntry[] =
    said === null ? [] : [{ about: 'instructions', change: said.before === null ? 'added' : said.after === null ? 'removed' : 'changed' }];
  const named = (change: 'added' | 'removed') => [
    ...diff.environment[change].map((name): ChangelogEntry => ({ about: 'variable', name, change, secret: isSecretName(name) })),
    ...diff.installScripts[change].map((name): ChangelogEntry => ({ about: 'install script', name, change })),
  ];
  return {
    from: diff.from,
    to: diff.to,
    basis: 'packages',
    wordsFrom: diff.wordsFrom,
    entries: [...capabilityEntries(diff.capabilities, []), ...items, ...instructions, ...named('added'), ...named('removed')],
  };
}

function snapshot(declared: DeclaredManifest) {
  const classes = (Object.entries(declared.capabilities) as [CapabilityClass, readonly string[]][]).map(
    ([of, scopes]): PinnedCapability => ({ class: of, verdict: 'seen', reach: 'own', scopes }),
  );
  return { ruleset: 'declared', classes };
}

/** Scopes that a class has no more, while the class is still there. */
function narrowed(before: DeclaredManifest, after: DeclaredManifest): readonly ChangelogEntry[] {
  return (Object.entries(before.capabilities) as [CapabilityClass, readonly string[]][]).flatMap(([of, had]) => {
    const has = after.capabilities[of];
    const gone = has === undefined || has.includes('*') ? [] : had.filter((scope) => !has.includes(scope));
    return gone.length === 0 ? [] : [{ about: 'capability' as const, class: of, change: 'narrowed' as const, scopes: gone }];
  });
}

function capabilityEntries(diff: CapabilityDiff, less: readonly ChangelogEntry[]): readonly ChangelogEntry[] {
  const entries = (changes: CapabilityDiff['gained'], change: 'gained' | 'widened' | 'lost') =>
    changes.map((one): ChangelogEntry => ({ about: 'capability', class: one.class, change, scopes: one.scopes }));
  return [
    ...entries(diff.gained, 'gained'),
    ...entries([...diff.widened, ...diff.newUse], 'widened'),
    ...less,
    ...entries(diff.lost, 'lost'),
  ];
}
