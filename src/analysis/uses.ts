import type { CapabilityClass, EvidenceLevel } from '../model/capability.ts';

/** One thing that a file's code does, by class and rule. Plain data; scopes are attacker-controlled text. */
export interface Use {
  readonly class: CapabilityClass;
  /** Id of the rule that fired. */
  readonly rule: string;
  readonly line: number;
  readonly level: EvidenceLevel;
  /** Sorted; `*` = any. */
  readonly scopes: readonly string[];
  /** The specifier whose import this rests on; null for globals and texts. */
  readonly module: string | null;
  /** Counts only where the same reach also has one of these; empty = always. */
  readonly needs: readonly CapabilityClass[];
}

export interface UseCollector {
  readonly add: (use: Partial<Use> & Pick<Use, 'class' | 'rule' | 'line' | 'level'>) => void;
  readonly has: (...classes: readonly CapabilityClass[]) => boolean;
  /** Sorted by class, rule, level; scopes of equal ones merged, first line kept. */
  readonly list: () => readonly Use[];
}

/** A file may name more hosts or variables than anybody reads; beyond this `*` stands for the rest. */
const maxScopes = 200;
const maxScopeLength = 300;

/** Merges what the walk over one file finds, so that facts stay small whatever the file's size. */
export function collectUses(): UseCollector {
  const held = new Map<string, { use: Omit<Use, 'scopes'>; scopes: Set<string> }>();
  return {
    add(found) {
      const use = { module: null, needs: [], ...found };
      const key = `${use.class}\0${use.rule}\0${use.level}\0${use.module ?? ''}`;
      const entry = held.get(key) ?? { use, scopes: new Set<string>() };
      held.set(key, entry);
      for (const scope of found.scopes ?? []) entry.scopes.add(entry.scopes.size < maxScopes ? scope.slice(0, maxScopeLength) : '*');
    },
    has(...classes) {
      return [...held.values()].some(({ use }) => classes.includes(use.class));
    },
    list() {
      return [...held.entries()]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { use, scopes }]) => ({ ...use, scopes: [...scopes].sort() }));
    },
  };
}
