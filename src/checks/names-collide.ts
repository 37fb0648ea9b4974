import { skeleton } from '../model/confusable.ts';
import { type Finding, finding } from '../model/finding.ts';
import { type ItemKind, itemKinds, listings } from '../model/manifest.ts';
import type { WordCheck } from './check.ts';

/** Two names of one kind that a person, or a client that folds case, takes for one. Exactly equal names are `listing-invalid`. */
export const namesCollide: WordCheck = {
  codes: ['names-collide'],
  run({ probed, static: found }) {
    if (probed === null) {
      return (['tools', 'prompts', 'resources'] as const).flatMap((kind) =>
        collisions(
          kind,
          found[kind].filter((item) => item.confidence !== 'guessed').map((item) => item.name),
        ),
      );
    }
    return itemKinds.flatMap((kind) =>
      collisions(
        kind,
        probed.manifest[kind].map((item) => item[listings[kind].key]).filter((name) => typeof name === 'string'),
      ),
    );
  },
};

function collisions(kind: ItemKind, names: readonly string[]): readonly Finding[] {
  const groups = new Map<string, Set<string>>();
  for (const name of names) {
    // Files named alike but for case or a dash are an everyday thing: URIs are compared as text a person reads, unfolded.
    const key = kind === 'resources' || kind === 'resourceTemplates' ? name.normalize('NFKC') : skeleton(name);
    groups.set(key, (groups.get(key) ?? new Set()).add(name));
  }
  return [...groups.values()]
    .filter((group) => group.size > 1)
    .map((group) => [...group].sort())
    .map((group) => finding('names-collide', `${kind}/${group[0]}`, { names: group }));
}
