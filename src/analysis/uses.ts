import type { CapabilityClass, EvidenceLevel } from '../model/capability.ts';
import type { Term } from './linking/term.ts';
import type { ScopeKind } from './rules/rule.ts';

/** A scope that other files or callers decide. */
export interface OpenScope {
  readonly kind: ScopeKind;
  readonly term: Term;
}

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
  /** Scopes beside `scopes` that are known once the files of the closure are put together. */
  readonly open: readonly OpenScope[];
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
const maxOpen = 40;
/** Lines of one file that stand by themselves for one rule; the last of them takes what is left. */
const maxLines = 4;

/** Merges what the walk over one file finds, so that facts stay small whatever the file's size. */
export function collectUses(): UseCollector {
  const held = new Map<string, { use: Omit<Use, 'scopes' | 'open'>; scopes: Set<string>; open: Map<string, OpenScope> }[]>();
  return {
    add({ scopes, open, ...found }) {
      const use = { module: null, needs: [], ...found };
      const key = `${use.class}\0${use.rule}\0${use.level}\0${use.module ?? ''}`;
      const lines = held.get(key) ?? [];
      held.set(key, lines);
      let entry = lines.find((other) => other.use.line === use.line) ?? (lines.length < maxLines ? undefined : lines.at(-1));
      if (entry === undefined) {
        entry = { use, scopes: new Set(), open: new Map() };
        lines.push(entry);
      }
      for (const scope of scopes ?? []) entry.scopes.add(entry.scopes.size < maxScopes ? scope.slice(0, maxScopeLength) : '*');
      for (const scope of open ?? []) {
        if (entry.open.size < maxOpen) entry.open.set(JSON.stringify(scope), scope);
        else entry.scopes.add('*');
      }
    },
    has(...classes) {
      return [...held.values()].some(([first]) => first !== undefined && classes.includes(first.use.class));
    },
    list() {
      return [...held.entries()]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([, lines]) => lines.map(({ use, scopes, open }) => ({ ...use, scopes: [...scopes].sort(), open: [...open.values()] })));
    },
  };
}
