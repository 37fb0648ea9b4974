import { type EnforcedItem, effectiveDigest, itemDigest, itemKey } from '../model/item-digest.ts';
import { type JsonObject, type JsonValue, textsIn } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import type { ItemKind } from '../model/manifest.ts';
import { hiddenCharactersOf } from '../model/printable.ts';
import { isShadowing, takenName } from '../model/taken-name.ts';
import { printFrame } from './answer.ts';
import { fitsTemplate } from './calls.ts';
import { type Expected, type ListRun, newRun } from './expected.ts';
import type { Message } from './message.ts';
import { refuseResult } from './refuse-result.ts';
import { enforcedItem, type GateState, isBlockedWord, isKnown, isLearning, letsUnjudged, type View } from './state.ts';
import { carriesList, withoutUnasked } from './unasked-lists.ts';
import { type Change, type Effect, forward, type Verdict, type WithheldReason } from './verdict.ts';

/** One listed item and whether it may go on. */
interface Judged {
  readonly item: JsonObject;
  readonly name: string;
  readonly verdict: 'pinned' | 'equivalent' | 'learnt' | WithheldReason;
}

/**
 * The rule for one page of a list: an item goes on only when its digest equals the pin's, or that of its effective form
 * does: then it says what was approved in the form of another SDK, and goes on as it came, because the forms are a
 * closed set in which nothing can be said. When nothing is withheld the
 * original bytes go on; otherwise the rest of the result (cursor, ttl, unknown members) survives as it was.
 */
export function decideList(
  kind: ItemKind,
  message: Message,
  whole: { readonly message: JsonObject; readonly result: JsonObject },
  expected: Expected,
  state: GateState,
): Verdict {
  const listed = Object.hasOwn(whole.result, kind) ? whole.result[kind] : undefined;
  const names = namesOf(kind, listed);
  if (names === null || !hasCursorOrNone(whole.result)) return refuseResult(message, 'list-invalid', state);
  const run = nextRun(expected.run ?? newRun, names, message.bytes.length);
  if (run === null) return refuseResult(message, 'list-too-long', state, 'is longer than any list may be');
  const view = expected.view ?? { key: null, enforced: state.rules.enforced };
  const judged = judge({ kind, view, before: expected.run ?? newRun }, listed as readonly JsonObject[], names, state);
  const { changes, effects: told } = outcome({ kind, view, run }, judged, expected, state, whole.result);
  const forwarded = letsUnjudged(state);
  const unasked = carriesList(message, kind);
  const effects: readonly Effect[] = unasked
    ? [...told, { type: 'stopped', code: 'list-unasked', subject: expected.method, forwarded }]
    : told;
  const goesOn = ({ verdict }: Judged) => passes(verdict) || (state.rules.mode !== 'block' && verdict !== 'blocked');
  if ((forwarded || !unasked) && judged.every(goesOn)) return { ...forward, changes, effects };
  const kept = judged.filter(goesOn).map(({ item }) => item);
  const rest = forwarded ? whole.result : withoutUnasked(whole.result, kind);
  const bytes = printFrame({ ...whole.message, result: { ...rest, [kind]: kept } });
  return { action: 'replace', bytes, changes, effects };
}

function passes(verdict: Judged['verdict']): boolean {
  return verdict === 'pinned' || verdict === 'equivalent' || verdict === 'learnt';
}

/** The name of every item, in order; null = this is no list, or something in it has no name. */
function namesOf(kind: ItemKind, listed: JsonValue | undefined): readonly string[] | null {
  if (!Array.isArray(listed) || listed.length > limits.listMaxItems) return null;
  const names = listed.map((item: JsonValue) => itemKey(kind, item)).filter((name) => name !== null);
  return names.length === listed.length ? names : null;
}

function hasCursorOrNone(result: JsonObject): boolean {
  const cursor = Object.hasOwn(result, 'nextCursor') ? result['nextCursor'] : null;
  return cursor === null || typeof cursor === 'string';
}

function nextRun(before: ListRun, names: readonly string[], bytes: number): ListRun | null {
  const run = {
    fromStart: before.fromStart,
    pages: before.pages + 1,
    items: before.items + names.length,
    bytes: before.bytes + bytes,
    names: new Set([...before.names, ...names]),
  };
  const fits = run.pages <= limits.listMaxPages && run.items <= limits.listMaxItems && run.bytes <= limits.listMaxBytes;
  return fits ? run : null;
}

/** One page: what it lists, for whom, after which pages. */
interface Page {
  readonly kind: ItemKind;
  readonly view: View;
  readonly before: ListRun;
}

function judge({ kind, view, before }: Page, items: readonly JsonObject[], names: readonly string[], state: GateState): readonly Judged[] {
  const seen = new Set(before.names);
  const learning = isLearning(state, kind);
  const twice = repeatedIn(names);
  return items.map((item, index) => {
    const name = names[index] ?? '';
    const repeated = seen.has(name);
    seen.add(name);
    // Of two items with one name, neither can be learnt: nobody knows which one a client would show.
    if ((repeated && !isOpen(kind, state)) || (learning && twice.has(name)))
      return { item, name, verdict: isBlockedWord(kind, item, state.rules) ? 'blocked' : 'duplicate' };
    const verdict = judgeOne({ kind, view }, item, name, learning, state);
    const isSure = verdict === 'equivalent' || (verdict === 'pinned' && !isOpen(kind, state));
    return { item, name, verdict: !isSure && isBlockedWord(kind, item, state.rules) ? 'blocked' : verdict };
  });
}

function repeatedIn(names: readonly string[]): ReadonlySet<string> {
  const once = new Set<string>();
  return new Set(names.filter((name) => once.size === once.add(name).size));
}

function isOpen(kind: ItemKind, state: GateState): boolean {
  return kind === 'resources' && state.rules.resourcePinning === 'open';
}

function judgeOne(
  { kind, view }: Omit<Page, 'before'>,
  item: JsonObject,
  name: string,
  learning: boolean,
  state: GateState,
): Judged['verdict'] {
  if (isOpen(kind, state)) return 'pinned';
  if (kind === 'resources' && state.rules.resourcePinning === 'templates')
    return fitsTemplate(name, state, view) ? 'pinned' : 'not-approved';
  const pinned = enforcedItem(state, kind, name, view);
  if (pinned === undefined) return learning ? learnable(kind, item, name, state) : 'not-approved';
  return compared(kind, item, pinned);
}

/**
 * Nobody looked at what a first use learns, so what hides something, or wants to pass for another server's tool, waits for
 * a person.
 */
function learnable(kind: ItemKind, item: JsonObject, name: string, state: GateState): 'learnt' | 'shadows' | 'hides' {
  if (hidesText(item)) return 'hides';
  if (kind !== 'tools' || state.rules.othersTools.size === 0) return 'learnt';
  const { name: _, ...rest } = item;
  const taken = takenName(name, textsIn(rest), state.rules.othersTools);
  return taken !== null && isShadowing(taken) ? 'shadows' : 'learnt';
}

/** True when a text that a first use would learn holds what no approval lets through (`hidden-characters`). */
export function hidesText(value: JsonValue): boolean {
  return textsIn(value).some((text) => hiddenCharactersOf(text).length > 0);
}

function compared(kind: ItemKind, item: JsonObject, pinned: EnforcedItem): 'pinned' | 'equivalent' | 'changed' {
  if (itemDigest(item, pinned) === pinned.digest) return 'pinned';
  return effectiveDigest(kind, item, pinned.volatile) === pinned.effective ? 'equivalent' : 'changed';
}

function outcome(
  { kind, view, run }: Omit<Page, 'before'> & { readonly run: ListRun },
  judged: readonly Judged[],
  expected: Expected,
  state: GateState,
  result: JsonObject,
): { readonly changes: readonly Change[]; readonly effects: readonly Effect[] } {
  const withheld = judged.filter(({ verdict }) => !passes(verdict));
  // A duplicate of a pinned item says nothing new: the pinned one stays callable, unless the second has other words.
  const bad = new Set(withheld.filter((one) => !isCopy({ kind, view }, one, state)).map(({ name }) => name));
  const good = judged.filter(({ name, verdict }) => passes(verdict) && !bad.has(name)).map(({ name }) => name);
  const cursor = Object.hasOwn(result, 'nextCursor') ? result['nextCursor'] : undefined;
  const more = typeof cursor === 'string';
  const changes: Change[] = [
    { type: 'release', kind, names: good },
    // Only what is approved under some words can be called at all: what else a server invents need not be remembered.
    { type: 'withhold', kind, names: [...bad].filter((name) => isKnown(state, kind, name)) },
    { type: 'bar', kind, names: judged.filter(({ verdict }) => verdict === 'blocked').map(({ name }) => name) },
    ...(more ? [{ type: 'page', key: `${kind} ${cursor}`, run } as const] : []),
  ];
  const effects: Effect[] = [];
  if (isLearning(state, kind)) {
    const learnt = judged.filter(({ verdict, name }) => verdict === 'learnt' && !bad.has(name));
    const complete = !more && run.fromStart;
    const items = learnt.map(({ name, item }) => [name, learntItem(kind, item)] as const);
    changes.push({ type: 'learn', kind, items, complete });
    effects.push({ type: 'observed', kind, value: learnt.map(({ item }) => item), complete });
  }
  const equivalent = judged.filter(({ verdict }) => verdict === 'equivalent').map(({ name }) => name);
  if (equivalent.length > 0) effects.push({ type: 'equivalent', kind, names: equivalent });
  for (const isBlocked of [false, true]) {
    const some = withheld.filter(({ verdict }) => (verdict === 'blocked') === isBlocked);
    if (some.length === 0) continue;
    const items = some.map(({ name, verdict, item }) => ({ name, reason: verdict as WithheldReason, observed: item }));
    const forwarded = !isBlocked && state.rules.mode !== 'block';
    effects.push({ type: 'withheld', kind, items, forwarded, wantsLog: expected.wantsLog, view: view.key });
  }
  return { changes, effects };
}

function isCopy({ kind, view }: Omit<Page, 'before'>, { verdict, item, name }: Judged, state: GateState): boolean {
  const pinned = enforcedItem(state, kind, name, view);
  return verdict === 'duplicate' && pinned !== undefined && compared(kind, item, pinned) !== 'changed';
}

function learntItem(kind: ItemKind, item: JsonObject): EnforcedItem {
  return { digest: itemDigest(item, { volatile: [] }), effective: effectiveDigest(kind, item, []), volatile: [] };
}
