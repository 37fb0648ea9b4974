import type { BlockedWords, GateRules } from '../gate/state.ts';
import type { Host } from '../host/host.ts';
import { type Digest, digestValue } from '../model/digest.ts';
import { gateDigests } from '../model/item-digest.ts';
import { withMachineWords } from '../model/machine-words.ts';
import { type ItemKind, itemKinds, type ManifestPin } from '../model/manifest.ts';
import type { Surroundings } from '../model/surroundings.ts';
import { toolIndex } from '../model/taken-name.ts';
import type { Ticket } from '../model/ticket.ts';
import { gateViews } from '../model/view-digest.ts';
import { type BlockedItem, readBlocked } from '../store/blocked.ts';
import { type FirstUse, type FirstUseFile, readFirstUse, uiPrefix } from '../store/first-use.ts';
import { readMachineWords } from '../store/machine-words.ts';
import type { ServerPlace } from '../store/server-place.ts';
import { toolsOfTickets } from '../store/tool-names.ts';
import { wordsTemplate } from './words-template.ts';

/**
 * What the gate holds a server to in this launch: the pin, filled from these surroundings; at first use, what earlier
 * sessions recorded, and the rest is learnt. A pin without a manifest and without first use lets nothing through.
 *
 * @throws GuardError `file-unreadable` when the record of a first use, or of what is blocked for ever, is damaged.
 */
export async function gateRules(
  ticket: Ticket,
  { firstUse, place, remedy }: { readonly firstUse: FirstUseFile; readonly place: ServerPlace; readonly remedy: string },
  surroundings: Surroundings,
  host: Host,
): Promise<GateRules> {
  const learns = ticket.manifest === null && ticket.state === 'first-use';
  const seen = await readFirstUse(firstUse, host);
  const record = learns ? seen : null;
  const { pin, templates } = withMachineWords(
    ticket.manifest ?? pinFrom(record),
    ticket.manifest === null ? templatesOf(record) : ticket.templates,
    await readMachineWords(place, host),
  );
  return {
    name: ticket.name,
    remedy,
    mode: ticket.mode,
    samePackage: ticket.tree !== null,
    enforced: gateDigests(pin, templates, surroundings),
    views: gateViews(pin, templates, surroundings),
    blocked: blockedWords(await readBlocked(place, host)),
    elicitationHosts: ticket.elicitationHosts ?? [],
    templateDigest: (kind, value) => digestValue(wordsTemplate(kind, value, surroundings)),
    resourcePinning: pin.resourcePinning,
    agentSurface: pin.agentSurface,
    learning: new Set(learns ? stillOpen(record) : []),
    ui: new Map(uiOf(seen)),
    // Read only while a first use is open, so that no other launch waits for it. In this ticket they would be those of
    // the day on which it was written, and servers come later.
    othersTools: toolIndex(learns ? await toolsOfTickets(ticket, host) : []),
  };
}

function blockedWords(items: readonly BlockedItem[]): BlockedWords | null {
  if (items.length === 0) return null;
  return {
    words: new Set(items.map(({ kind, digest }) => `${kind} ${digest}`)),
    names: new Set(items.map(({ kind, name }) => `${kind}/${name}`)),
  };
}

/** Pages that were bound when they were first read, by URI. */
function uiOf(record: FirstUse | null): readonly (readonly [string, Digest])[] {
  return Object.entries(record?.items ?? {}).flatMap(([key, { digest }]) =>
    key.startsWith(uiPrefix) && digest !== null ? [[key.slice(uiPrefix.length), digest] as const] : [],
  );
}

function stillOpen(record: FirstUse | null): readonly (ItemKind | 'instructions')[] {
  if (record === null) return [...itemKinds, 'instructions'];
  const kinds: (ItemKind | 'instructions')[] = itemKinds.filter((kind) => !record.complete.includes(kind));
  return Object.hasOwn(record.items, 'instructions') ? kinds : [...kinds, 'instructions'];
}

function pinFrom(record: FirstUse | null): ManifestPin {
  const items = record?.items ?? {};
  const itemsOf = (kind: ItemKind) => {
    const own = Object.entries(items).filter(([key, { digest }]) => key.startsWith(`${kind}/`) && digest !== null);
    return Object.fromEntries(own.map(([key, { digest }]) => [key.slice(kind.length + 1), digest as Digest]));
  };
  return {
    digest: 'sha256-',
    tools: itemsOf('tools'),
    prompts: itemsOf('prompts'),
    resources: itemsOf('resources'),
    resourceTemplates: itemsOf('resourceTemplates'),
    instructions: Object.hasOwn(items, 'instructions') ? (items['instructions']?.digest ?? null) : null,
    eras: record?.eras ?? [],
    resourcePinning: 'exact',
    volatile: {},
    agentSurface: record?.agentSurface ?? [],
  };
}

function templatesOf(record: FirstUse | null): Ticket['templates'] {
  const entries = Object.entries(record?.items ?? {}).flatMap(([key, { template }]) =>
    template === null ? [] : [[key, template] as const],
  );
  return Object.fromEntries(entries);
}
