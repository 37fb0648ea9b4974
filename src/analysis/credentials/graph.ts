/** What an expression may hold: values of variables and hosts directly, and whatever other things hold. */
export interface Atoms {
  /** Variables, member names (`.apiKey`), results of functions (`ret:3`). */
  readonly keys: Set<string>;
  readonly variables: Set<string>;
  /** `*` = made at run time. */
  readonly hosts: Set<string>;
}

/** A thing that gets its value from more places than this stands for everything, and so for nothing. */
const maxSources = 60;
/** Members are known by their names alone, whatever object they are of. */
const maxMemberSources = 4;

export function emptyAtoms(): Atoms {
  return { keys: new Set(), variables: new Set(), hosts: new Set() };
}

/** Who gets values from whom. Values only ever spread, so that the order of the file does not matter. */
export interface FlowGraph {
  readonly add: (key: string, atoms: Atoms) => void;
  /** What atoms hold once everything has spread. */
  readonly solve: () => (atoms: Atoms) => Pick<Atoms, 'variables' | 'hosts'>;
}

/** An empty one. */
export function makeFlowGraph(): FlowGraph {
  const sources = new Map<string, Atoms[]>();
  return { add, solve };

  function add(key: string, atoms: Atoms): void {
    const held = sources.get(key);
    if (held === undefined) sources.set(key, [atoms]);
    else if (held.length <= maxOf(key)) held.push(atoms);
  }

  function solve(): ReturnType<FlowGraph['solve']> {
    const values = new Map<string, Pick<Atoms, 'variables' | 'hosts'>>();
    const readers = new Map<string, string[]>();
    const pending: string[] = [];
    const readersOf = (from: string): string[] => {
      const held = readers.get(from) ?? [];
      readers.set(from, held);
      return held;
    };
    for (const [key, all] of sources) {
      if (all.length > maxOf(key)) continue;
      const own = { variables: new Set<string>(), hosts: new Set<string>() };
      for (const atoms of all) {
        spread(atoms, own);
        for (const from of atoms.keys) readersOf(from).push(key);
      }
      values.set(key, own);
      if (own.variables.size + own.hosts.size > 0) pending.push(key);
    }
    for (let key = pending.pop(); key !== undefined; key = pending.pop()) {
      const from = values.get(key);
      for (const reader of readers.get(key) ?? []) {
        const to = values.get(reader);
        if (from !== undefined && to !== undefined && spread(from, to)) pending.push(reader);
      }
    }
    return (atoms) => {
      const found = { variables: new Set(atoms.variables), hosts: new Set(atoms.hosts) };
      for (const key of atoms.keys) {
        const held = values.get(key);
        if (held !== undefined) spread(held, found);
      }
      return found;
    };
  }
}

function maxOf(key: string): number {
  return key.startsWith('.') ? maxMemberSources : maxSources;
}

/** True when something was new. */
function spread(from: Pick<Atoms, 'variables' | 'hosts'>, to: Pick<Atoms, 'variables' | 'hosts'>): boolean {
  const before = to.variables.size + to.hosts.size;
  for (const variable of from.variables) to.variables.add(variable);
  for (const host of from.hosts) to.hosts.add(host);
  return to.variables.size + to.hosts.size > before;
}
