import type { GateListener } from '../gate/session.ts';
import type { Effect } from '../gate/verdict.ts';
import type { Host } from '../host/host.ts';
import { type Digest, digestValue } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { itemKey, itemTemplate } from '../model/item-digest.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import type { LedgerEvent } from '../model/ledger.ts';
import { itemKinds, listings } from '../model/manifest.ts';
import { printable } from '../model/printable.ts';
import { type Surroundings, toTemplate } from '../model/surroundings.ts';
import type { Ticket } from '../model/ticket.ts';
import { capabilitiesIn, expandViews } from '../model/views.ts';
import type { Denial } from '../sandbox/denials.ts';
import { readBlocked } from '../store/blocked.ts';
import { type FirstUse, type FirstUseFile, type FirstUseItem, readFirstUse, recordFirstUse, uiPrefix } from '../store/first-use.ts';
import { appendLedger } from '../store/ledger.ts';
import { addEquivalent, addPending, type PendingItem } from '../store/pending.ts';
import type { ServerPlace } from '../store/server-place.ts';
import { denialText } from './denial-text.ts';
import { mountPoints } from './mounts.ts';
import { wordsTemplate } from './words-template.ts';

/** The gate's listener of one launch. */
export interface LaunchListener extends GateListener {
  /** What the server tried and its sandbox did not let it do. */
  denied(denial: Denial): void;
  launched(pid: number): void;
  /**
   * Settles when the client's person may be sent to an address and what waits is on disk; true = some of it waits since now,
   * so that nobody was told of it before. Never settles in a session in which nothing is withheld, or whose client opens none.
   */
  readonly linkWanted: Promise<boolean>;
  /** The person was offered an address. */
  offered(): void;
  /** When everything that was to be written is on disk, or could not be. */
  settled(): Promise<void>;
}

/** Writes what the gate says to ledger, pending approvals, first use and stderr. Only first use can fail. */
export function gateListener(
  ticket: Ticket,
  { place, firstUse }: { readonly place: ServerPlace; readonly firstUse: FirstUseFile },
  surroundings: Surroundings,
  host: Host,
): LaunchListener {
  const server = `${ticket.scope}:${ticket.name}`;
  // Committed pins are somebody's file: an approval has to find it again, and what another file holds is no answer to it.
  const heldAgainst = firstUse.committed ? { pins: firstUse.path } : {};
  // One after the other: parallel writers of one session would only wait for each other's file lock.
  let writing: Promise<unknown> = Promise.resolve();
  const write = (action: () => Promise<unknown>) => {
    writing = writing.then(action, action);
  };
  let isNews = false;
  const wait = async (items: readonly PendingItem[]) => {
    isNews = (await addPending(place, items, host)) === 'added' || isNews;
  };
  let wanted: (isNews: boolean) => void = () => undefined;
  const linkWanted = new Promise<boolean>((resolve) => {
    wanted = resolve;
  });
  const note = (event: LedgerEvent['event'], detail: LedgerEvent['detail']) => write(() => appendLedger({ event, server, detail }, host));
  return {
    denied(denial) {
      note('contained', { kind: denial.kind, target: denial.target.slice(0, 300), allow: denial.allow?.slice(0, 300) ?? null });
      host.terminal.stderr.write(`${denialText(ticket, denial)}\n`);
    },
    linkWanted,
    wantsLink: () => write(async () => wanted(isNews)),
    offered: () => note('link-offered', {}),
    launched: (pid) => note('launched', { pid, artifact: ticket.label, mode: ticket.mode }),
    onEffect(effect) {
      if (effect.type === 'made-visible') {
        const { subject, characters, messages, forwarded } = effect;
        note('hidden-characters', { ...(subject === '' ? {} : { subject }), characters, messages, forwarded });
        return;
      }
      if (effect.type === 'url-asked') {
        note('elicitation-url', { host: effect.host.slice(0, 300) });
        return;
      }
      if (effect.type === 'equivalent') {
        const names = effect.names.map((item) => `${effect.kind}/${item}`);
        note('passed-equivalent', { items: names.slice(0, 50), count: names.length });
        write(() => addEquivalent(place, names, host));
        return;
      }
      const event = effect.forwarded ? 'passed-unpinned' : 'withheld';
      if (effect.type === 'stopped') {
        note(event, { code: effect.code, subject: withoutQuery(effect.subject) });
        const asked = effect.code === 'agent-surface' && approvable.has(effect.subject) ? askedFor(effect.subject) : null;
        if (asked !== null) write(() => wait([{ ...asked, ...heldAgainst }]));
        return;
      }
      const items = effect.items.map(({ name, reason }) => ({ kind: effect.kind, name, reason }));
      note(event, { items: items.slice(0, 50), count: items.length });
      write(async () => {
        const mounts = (await mountPoints(host)).map((path) => toTemplate(path, surroundings));
        // What a first launch pinned stands in no lock.
        const seen = ticket.manifest === null ? await readFirstUse(firstUse, host).catch(() => null) : null;
        const pending = effect.items.map((item) => ({
          ...namingMounts(pendingItem(effect, item, { ticket, seen }, surroundings), mounts),
          ...heldAgainst,
        }));
        return wait(pending);
      });
    },
    async record(effect) {
      const items = Object.fromEntries(firstUseItems(effect, surroundings));
      const blocked = await readBlocked(place, host);
      if (Object.values(items).some(({ digest }) => blocked.some((one) => one.kind === effect.kind && one.digest === digest))) {
        throw new GuardError('policy-denied', 'a first launch said something that was blocked for ever');
      }
      const kind = itemKinds.find((one) => one === effect.kind);
      const complete = effect.complete && kind !== undefined ? [kind] : [];
      const record = await recordFirstUse(firstUse, { items, complete, eras: [], agentSurface: [] }, host);
      // Another session of the same server was first and saw other words: those count.
      const same = Object.entries(items).every(
        ([key, { digest }]) => Object.hasOwn(record.items, key) && record.items[key]?.digest === digest,
      );
      if (!same) throw new GuardError('approval-needed', 'another first launch saw something else');
      note('first-use', { kind: effect.kind, items: Object.keys(items).length, complete: effect.complete });
    },
    // Names of files and of programs stand in some: whoever builds a notice need not remember that.
    notice: (text) => void host.terminal.stderr.write(`${printable(text, { maxLength: 10_000 })}\n`),
    settled: () => writing.then(() => undefined),
  };
}

/** What a client asked for, without what it asked: the query of an address is an argument, and no argument is kept. */
function withoutQuery(subject: string): string {
  return subject.replace(/^(resources|resourceTemplates)(\/[^?#]*)[\s\S]*$/, '$1$2');
}

/** Requests to the client that a person can approve. */
const approvable = new Set(['sampling/createMessage', 'elicitation/create', 'roots/list']);

function askedFor(method: string): PendingItem {
  return { kind: 'agentSurface', name: method, digest: digestValue(method), template: method, pinned: null };
}

function pendingItem(
  effect: Extract<Effect, { type: 'withheld' }>,
  item: (typeof effect.items)[number],
  { ticket, seen }: { readonly ticket: Ticket; readonly seen: FirstUse | null },
  surroundings: Surroundings,
): PendingItem {
  const { kind } = effect;
  if (kind === 'ui') return changedPage(item);
  const template = wordsTemplate(kind, item.observed, surroundings);
  const what = { kind, name: item.name, digest: digestValue(template), template };
  if (kind === 'agentSurface') return { ...what, pinned: null };
  const key = kind === 'resources' || kind === 'resourceTemplates' ? toTemplate(item.name, surroundings) : item.name;
  const id = kind === 'instructions' ? kind : `${kind}/${key}`;
  if (seen !== null) return { ...what, pinned: Object.hasOwn(seen.items, id) ? (seen.items[id]?.digest ?? null) : null };
  const { view } = effect;
  const words = view === null || ticket.manifest === null ? ticket.manifest : expandViews(ticket.manifest).get(view);
  const pins = kind === 'instructions' ? undefined : words?.[kind];
  const pinned = kind === 'instructions' ? words?.instructions : pins !== undefined && Object.hasOwn(pins, key) ? pins[key] : null;
  return { ...what, pinned: pinned ?? null, ...(view === null ? {} : { clients: [capabilitiesIn(view)] }) };
}

/** Words that are pinned in another form may differ in nothing but what is mounted here: the review is told what is. */
function namingMounts(item: PendingItem, mounts: readonly string[]): PendingItem {
  if (item.pinned === null || item.kind === 'ui') return item;
  const text = JSON.stringify(item.template);
  const named = mounts.filter((path) => text.includes(path));
  return named.length === 0 ? item : { ...item, mounts: named };
}

/** A page's content is neither kept nor shown: what it is now, and what it was, by digest. */
function changedPage({ name, observed }: Extract<Effect, { type: 'withheld' }>['items'][number]): PendingItem {
  const { digest, was } = observed as { readonly digest: Digest; readonly was: Digest | null };
  return { kind: 'ui', name, digest, template: { uri: name, digest }, pinned: was };
}

function firstUseItems(
  effect: Extract<Effect, { type: 'observed' }>,
  surroundings: Surroundings,
): readonly (readonly [string, FirstUseItem])[] {
  const { kind, value } = effect;
  if (kind === 'agentSurface') return [];
  if (kind === 'instructions') {
    const template = typeof value === 'string' ? toTemplate(value, surroundings) : null;
    return [['instructions', { digest: template === null ? null : digestValue(template), template }]];
  }
  if (kind === 'ui') {
    const { uri, digest } = value as { readonly uri: string; readonly digest: Digest };
    return [[`${uiPrefix}${uri}`, { digest, template: null }]];
  }
  const listed = Array.isArray(value) ? (value as readonly JsonValue[]) : [];
  return listed.flatMap((item) => {
    const name = itemKey(kind, item);
    if (name === null || !isObject(item)) return [];
    const template = itemTemplate(kind, item, [], surroundings);
    const key = listings[kind].key === 'name' ? name : toTemplate(name, surroundings);
    return [[`${kind}/${key}`, { digest: digestValue(template), template }] as const];
  });
}
