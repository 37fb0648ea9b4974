import { memberOf } from '../linking/building.ts';
import type { Term } from '../linking/term.ts';

/** What an expression may hold: values of variables and hosts directly, and whatever other things hold. */
export interface Atoms {
  /** Variables, member names (`.apiKey`), results of functions (`ret:3`). */
  readonly keys: Set<string>;
  readonly variables: Set<string>;
  /** `*` = made at run time. */
  readonly hosts: Set<string>;
  /** What only other files or callers can say: terms as JSON, so that equal ones are one. */
  readonly terms: Set<string>;
}

/** What something holds once everything has spread. */
export type Held = Omit<Atoms, 'keys'>;

/** A thing that gets its value from more places than this stands for everything, and so for nothing. */
const maxSources = 60;
/** Members are known by their names alone, whatever object they are of. */
const maxMemberSources = 4;
/** Terms of one thing, and the length of one: what comes of so many places, or so deep, is not followed. */
const maxTerms = 12;
const maxTermLength = 300;

export function emptyAtoms(): Atoms {
  return { keys: new Set(), variables: new Set(), hosts: new Set(), terms: new Set() };
}

/** Who gets values from whom. Values only ever spread, so that the order of the file does not matter. */
export interface FlowGraph {
  readonly add: (key: string, atoms: Atoms) => void;
  /** What atoms hold once everything has spread. */
  readonly solve: () => (atoms: Atoms) => Held;
}

/** The key for a member of what a key holds: `config.apiKey` of a `config` that another file made. */
export function memberKey(key: string, name: string): string {
  return `${memberMark}${key}|${name}`;
}

const memberMark = 'mem:';

/** What a term stands for, as an atom. */
export function termAtoms(term: Term): Atoms {
  const found = emptyAtoms();
  if (term !== null) found.terms.add(JSON.stringify(term));
  return found;
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
    const values = new Map<string, Held>();
    const readers = new Map<string, { readonly to: string; readonly member: string | null }[]>();
    const pending: string[] = [];
    for (const [key, all] of sources) {
      if (all.length > maxOf(key)) continue;
      const own = emptyAtoms();
      for (const atoms of all) {
        spread(atoms, own);
        for (const from of atoms.keys) readBy(from, key);
      }
      values.set(key, own);
      if (own.variables.size + own.hosts.size + own.terms.size > 0) pending.push(key);
    }
    for (let key = pending.pop(); key !== undefined; key = pending.pop()) {
      const from = values.get(key);
      for (const { to, member } of readers.get(key) ?? []) {
        const held = values.get(to);
        if (from === undefined || held === undefined) continue;
        if (member === null ? spread(from, held) : spreadMember(from, member, held)) pending.push(to);
      }
    }
    return (atoms) => {
      const found = emptyAtoms();
      spread(atoms, found);
      for (const key of atoms.keys) spread(heldBy(key), found);
      return found;
    };

    function heldBy(key: string): Held {
      const held = values.get(key);
      const [of, member] = memberOfKey(key);
      if (held !== undefined || member === null) return held ?? emptyAtoms();
      const found = emptyAtoms();
      spreadMember(heldBy(of), member, found);
      return found;
    }

    function readBy(from: string, to: string, member: string | null = null): void {
      const held = readers.get(from);
      if (held === undefined) readers.set(from, [{ to, member }]);
      else held.push({ to, member });
      const [of, name] = memberOfKey(from);
      if (name === null || values.has(from)) return;
      values.set(from, emptyAtoms());
      readBy(of, from, name);
    }
  }
}

function memberOfKey(key: string): readonly [string, string | null] {
  if (!key.startsWith(memberMark)) return [key, null];
  const at = key.lastIndexOf('|');
  return [key.slice(memberMark.length, at), key.slice(at + 1)];
}

function maxOf(key: string): number {
  return key.startsWith('.') ? maxMemberSources : maxSources;
}

/** True when something was new. */
function spread(from: Held, to: Held): boolean {
  const before = sizeOf(to);
  for (const variable of from.variables) to.variables.add(variable);
  for (const host of from.hosts) to.hosts.add(host);
  for (const term of from.terms) if (to.terms.size < maxTerms) to.terms.add(term);
  return sizeOf(to) > before;
}

/** Of values, a member is not told apart from others by its object; of what another file says, it is. */
function spreadMember(from: Held, name: string, to: Held): boolean {
  const before = sizeOf(to);
  for (const term of from.terms) {
    const member = JSON.stringify(memberOf(JSON.parse(term) as Term, name));
    if (member !== 'null' && member.length <= maxTermLength && to.terms.size < maxTerms) to.terms.add(member);
  }
  return sizeOf(to) > before;
}

function sizeOf({ variables, hosts, terms }: Held): number {
  return variables.size + hosts.size + terms.size;
}
