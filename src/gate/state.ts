import type { GateMode } from '../model/decision.ts';
import type { Digest } from '../model/digest.ts';
import type { EnforcedItem, EnforcedManifest } from '../model/item-digest.ts';
import type { JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { type ItemKind, itemKinds, type ResourcePinning } from '../model/manifest.ts';
import type { ToolIndex } from '../model/taken-name.ts';
import type { EnforcedViews } from '../model/view-digest.ts';
import type { Expected, ListRun } from './expected.ts';
import type { Side } from './side.ts';
import type { Change, WordKind } from './verdict.ts';

/** What a session of the gate holds servers to; fixed at launch. */
export interface GateRules {
  /** The server's name in messages; a pin's name, so harmless. */
  readonly name: string;
  /** The command that lets a person look at what was withheld. */
  readonly remedy: string;
  readonly mode: GateMode;
  /** Every byte that runs is the approved one: words that change came from elsewhere, and that is said. */
  readonly samePackage: boolean;
  readonly enforced: EnforcedManifest;
  /** What clients are held to by what they can do; null = `enforced`, all of them. */
  readonly views: EnforcedViews | null;
  readonly resourcePinning: ResourcePinning;
  /** What a person never wants to see again, in any mode; null = nothing. */
  readonly blocked: BlockedWords | null;
  /** Hosts that a person may be sent to, one list per policy that names some: each must name the host. Empty = any. */
  readonly elicitationHosts: readonly (readonly string[])[];
  /** The digest under which words would be approved or blocked: of their template form here. Pure. */
  readonly templateDigest: (kind: WordKind, value: JsonValue) => Digest;
  /** Server-to-client request methods that were approved, and `samplingToolName`s of tools that sampling may bring. */
  readonly agentSurface: readonly string[];
  /** Kinds (and `instructions`) that nobody has seen yet and that this session pins; empty unless first use. */
  readonly learning: ReadonlySet<ItemKind | 'instructions'>;
  /** What other servers of this machine call their tools; empty unless first use: what is pinned was judged when it was pinned. */
  readonly othersTools: ToolIndex;
  /** `ui://` pages that were read under this pin before, by URI. */
  readonly ui: ReadonlyMap<string, Digest>;
}

/** Words that are blocked for ever. */
export interface BlockedWords {
  /** `<kind> <digest>`. */
  readonly words: ReadonlySet<string>;
  /** `<kind>/<name>` of the same. */
  readonly names: ReadonlySet<string>;
}

/** What the gate remembers. `decide` only reads it; `advance` is the only writer. */
export interface GateState {
  readonly rules: GateRules;
  /** Requests that wait for an answer, by who asked, then by the canonical text of the id (`1` is not `"1"`). */
  readonly waiting: Readonly<Record<Side, ReadonlyMap<string, Expected>>>;
  /** `<kind> <cursor>` → the run that this cursor goes on with. */
  readonly runs: ReadonlyMap<string, ListRun>;
  /** Names that this session saw listed with other words than the pinned: not to be called. */
  readonly withheld: Readonly<Record<ItemKind, ReadonlySet<string>>>;
  /** `<kind>/<name>` that were listed with blocked words in this session: not to be called in any mode. */
  readonly barred: ReadonlySet<string>;
  /** What this session's client said it can do, as the name of a view. */
  readonly view: string;
  /** Ids of the URL elicitations that reached the client. */
  readonly elicitations: ReadonlySet<string>;
  /** First use: what was learnt, and which kinds are complete. */
  readonly learnt: Readonly<Record<ItemKind, ReadonlyMap<string, EnforcedItem>>>;
  readonly complete: ReadonlySet<ItemKind | 'instructions'>;
  readonly learntInstructions: EnforcedItem | null;
  /** Digest of the content of each `ui://` page, by URI. */
  readonly ui: ReadonlyMap<string, Digest>;
  /** The server declared logging in its answer to `initialize`, so the client expects log messages. */
  readonly clientLogging: boolean;
  /** The client lets its person open addresses that it is asked to, and both sides speak a revision that has that. */
  readonly clientOpensLinks: boolean;
  /** Id of the question by which the gate itself offered an address, until it is answered; null = there is none. */
  readonly offered: string | null;
  /** The client sent `notifications/initialized`: before that, no log message may reach it. */
  readonly clientReady: boolean;
}

/** The memory of a new session. */
export function initialState(rules: GateRules): GateState {
  return {
    rules,
    waiting: { client: new Map(), server: new Map() },
    runs: new Map(),
    withheld: perKind(() => new Set<string>()),
    barred: new Set(),
    view: '',
    elicitations: new Set(),
    learnt: perKind(() => new Map<string, EnforcedItem>()),
    complete: new Set(),
    learntInstructions: null,
    ui: new Map(rules.ui),
    clientLogging: false,
    clientOpensLinks: false,
    offered: null,
    clientReady: false,
  };
}

/** Cursors that are remembered; the oldest is forgotten first, and a page behind a forgotten cursor starts a run. */
const maxRuns = 256;
/** Elicitations that are remembered; that a forgotten one is complete, the client does not hear. */
const maxElicitations = 256;

/**
 * Applies changes in place (a copy of every map for every frame would cost more than the rest of the gate) and returns
 * the same state. Only the owner of a session calls it.
 */
export function advance(state: GateState, changes: readonly Change[]): GateState {
  const memory = state as unknown as Mutable;
  for (const change of changes) apply(memory, change);
  return state;
}

interface Mutable {
  readonly waiting: Record<Side, Map<string, Expected>>;
  readonly runs: Map<string, ListRun>;
  readonly withheld: Record<ItemKind, Set<string>>;
  readonly barred: Set<string>;
  view: string;
  readonly elicitations: Set<string>;
  readonly learnt: Record<ItemKind, Map<string, EnforcedItem>>;
  readonly complete: Set<ItemKind | 'instructions'>;
  learntInstructions: EnforcedItem | null;
  readonly ui: Map<string, Digest>;
  clientLogging: boolean;
  clientOpensLinks: boolean;
  offered: string | null;
  clientReady: boolean;
}

function apply(memory: Mutable, change: Change): void {
  switch (change.type) {
    case 'expect':
      memory.waiting[change.from].set(change.id, change.expected);
      break;
    case 'settle':
      memory.waiting[change.from].delete(change.id);
      break;
    case 'page': {
      memory.runs.delete(change.key);
      memory.runs.set(change.key, change.run);
      forgetRuns(memory.runs);
      break;
    }
    case 'withhold':
      for (const name of change.names) memory.withheld[change.kind].add(name);
      break;
    case 'release':
      for (const name of change.names) memory.withheld[change.kind].delete(name);
      for (const name of change.names) memory.barred.delete(`${change.kind}/${name}`);
      break;
    case 'bar':
      for (const name of change.names) memory.barred.add(`${change.kind}/${name}`);
      break;
    case 'client-view':
      memory.view = change.key;
      break;
    case 'elicited': {
      memory.elicitations.add(change.id);
      const oldest = memory.elicitations.size > maxElicitations ? memory.elicitations.values().next().value : undefined;
      if (oldest !== undefined) memory.elicitations.delete(oldest);
      break;
    }
    case 'learn':
      for (const [name, item] of change.items) memory.learnt[change.kind].set(name, item);
      if (change.complete) memory.complete.add(change.kind);
      break;
    case 'learn-instructions':
      memory.learntInstructions = change.instructions;
      memory.complete.add('instructions');
      break;
    case 'bind-ui':
      memory.ui.set(change.uri, change.digest);
      break;
    case 'client-hears':
      memory.clientLogging = change.logging;
      memory.clientOpensLinks = change.links;
      break;
    case 'offered':
      memory.offered = change.id;
      break;
    case 'client-ready':
      memory.clientReady = true;
      break;
  }
}

/** The oldest first. The newest stays: no run is as long as all together may be. */
function forgetRuns(runs: Map<string, ListRun>): void {
  let bytes = [...runs.values()].reduce((sum, run) => sum + run.bytes, 0);
  for (const [key, run] of runs) {
    if (runs.size <= maxRuns && bytes <= limits.runsMaxBytes) return;
    runs.delete(key);
    bytes -= run.bytes;
  }
}

function perKind<T>(make: () => T): Record<ItemKind, T> {
  return Object.fromEntries(itemKinds.map((kind) => [kind, make()])) as unknown as Record<ItemKind, T>;
}

/** What one request is held to. */
export interface View {
  /** Its name (`viewKey`); null = there is one for all clients. */
  readonly key: string | null;
  readonly enforced: EnforcedManifest;
}

/** True while the first listing of this kind is still to be learnt. */
export function isLearning(state: GateState, kind: ItemKind | 'instructions'): boolean {
  return state.rules.learning.has(kind) && !state.complete.has(kind);
}

/** The pinned (or, at first use, learnt) item of a name; undefined = nobody approved one. */
export function enforcedItem(state: GateState, kind: ItemKind, name: string, view: View): EnforcedItem | undefined {
  return view.enforced.items[kind].get(name) ?? state.learnt[kind].get(name);
}

/** True when some client may call an item of this name, or could if it were not withheld. */
export function isKnown({ rules: { enforced, views }, learnt }: GateState, kind: ItemKind, name: string): boolean {
  if (enforced.items[kind].has(name) || learnt[kind].has(name)) return true;
  return views !== null && [views.common, ...views.views.values()].some(({ items }) => items[kind].has(name));
}

/** True when an item of this name is pinned and was not seen with other words in this session. */
export function isCallable(state: GateState, kind: ItemKind, name: string, view: View): boolean {
  return enforcedItem(state, kind, name, view) !== undefined && !state.withheld[kind].has(name);
}

/** True when the mode lets words through that nobody approved, and none of them could be blocked ones in disguise. */
export function letsUnjudged({ rules }: GateState): boolean {
  return rules.mode !== 'block' && rules.blocked === null;
}

/** True when exactly these words are blocked for ever. */
export function isBlockedWord(kind: WordKind, value: JsonValue, { blocked, templateDigest }: GateRules): boolean {
  return blocked?.words.has(`${kind} ${templateDigest(kind, value)}`) === true;
}

/** True when an item must not be called in any mode: it was listed with blocked words, or nothing else of its name is approved. */
export function isBarred(state: GateState, kind: ItemKind, name: string, view: View): boolean {
  const id = `${kind}/${name}`;
  return state.barred.has(id) || (state.rules.blocked?.names.has(id) === true && enforcedItem(state, kind, name, view) === undefined);
}
