import { type CapabilityClass, capabilityClasses, type GainTier, gainTiers } from '../../model/capability.ts';
import { isObject, type JsonValue } from '../../model/json.ts';
import { hasHiddenCharacters } from '../../model/printable.ts';
import type { CapabilityChange, CapabilityDiff } from './capabilities.ts';
import type { FieldChange, ItemsDiff, ManifestDiff } from './manifests.ts';
import type { SchemaChange } from './schemas.ts';

/**
 * How serious all the differences together are: the highest tier of any single one. Losing something is no gain; what
 * newer rules see in old bytes is none either.
 *
 * @see reference/guards.md §5.2
 */
export function gainOf(diff: {
  readonly capabilities: CapabilityDiff;
  readonly manifest: ManifestDiff | null;
  readonly installScriptsAdded?: number;
}): GainTier {
  const tiers: GainTier[] = [
    ...diff.capabilities.gained.map(gainedTier),
    ...diff.capabilities.widened.map(widenedTier),
    ...diff.capabilities.newUse.map((change) => highest([capabilityClasses[change.class].gain, 'amber'])),
    ...(diff.manifest === null ? [] : manifestTiers(diff.manifest)),
    ...((diff.installScriptsAdded ?? 0) > 0 ? (['red'] as const) : []),
  ];
  return highest(tiers);
}

/** The highest of some tiers; `none` for none. */
export function highest(tiers: readonly GainTier[]): GainTier {
  return gainTiers[Math.max(0, ...tiers.map((tier) => gainTiers.indexOf(tier)))] ?? 'none';
}

function gainedTier(change: CapabilityChange): GainTier {
  // What can no longer be read may do anything: as serious as code that nobody can read, whatever the class.
  if (change.after?.verdict === 'cannot-tell') return capabilityClasses['code.opaque'].gain;
  return highest([capabilityClasses[change.class].gain, widenedTier(change)]);
}

const anyIsRed: ReadonlySet<CapabilityClass> = new Set(['env.read', 'net.connect', 'exec.spawn', 'secrets.read']);
/** Hosts that hand what they are sent to whoever asks. */
const dropHost =
  /(?:^|\.)(?:webhook\.site|pastebin\.com|requestbin\.\w+|ngrok(?:-free)?\.(?:io|app)|trycloudflare\.com|transfer\.sh|discord(?:app)?\.com|api\.telegram\.org|loca\.lt|pipedream\.net)$/;

function widenedTier(change: CapabilityChange): GainTier {
  if (change.scopes.includes('*') && anyIsRed.has(change.class) && change.class !== 'net.connect') return 'red';
  if (change.class === 'net.connect' && change.scopes.some((scope) => dropHost.test(scope))) return 'red';
  if (change.class === 'net.listen' && change.scopes.includes('0.0.0.0')) return 'red';
  const tier = capabilityClasses[change.class].gain;
  return change.scopes.length === 0 ? 'none' : tier === 'grey' ? 'grey' : tier;
}

function manifestTiers(diff: ManifestDiff): readonly GainTier[] {
  const instructions = diff.instructions;
  const tiers: GainTier[] = instructions === null || instructions.after === null ? [] : [textTier(instructions.after)];
  for (const kind of [diff.tools, diff.prompts, diff.resourceTemplates]) tiers.push(...itemTiers(kind));
  tiers.push(...itemTiers(diff.resources));
  return tiers;
}

function itemTiers(items: ItemsDiff): readonly GainTier[] {
  const names = [...items.added, ...items.renamed.map(({ to }) => to)];
  return [...names.map(textTier), ...items.changed.flatMap(({ fields, schema }) => [...fields.map(fieldTier), ...schema.map(schemaTier)])];
}

function fieldTier(change: FieldChange): GainTier {
  if (hidesText(change.after)) return 'red';
  if (change.kind === 'annotation') return annotationTier(change);
  // Judged by what they allow, not by how they are written: `schemaTier`.
  if (change.kind === 'schema') return 'none';
  return change.absent === 'after' ? 'none' : 'amber';
}

/** A hint that now promises less care: read-only no longer, or destructive now. Absent hints mean the worst. */
function annotationTier(change: FieldChange): GainTier {
  const hint = change.path.split('/').at(-1);
  const before = change.absent === 'before' ? null : change.before;
  const after = change.absent === 'after' ? null : change.after;
  if (hint === undefined || !/^(?:annotations|readOnlyHint|destructiveHint|openWorldHint|idempotentHint)$/.test(hint)) return 'amber';
  if (hint === 'annotations') return flips(member(before, 'readOnlyHint'), member(after, 'readOnlyHint')) ? 'red' : 'amber';
  if (hint === 'readOnlyHint' || hint === 'idempotentHint')
    return before === true && after !== true ? (hint === 'readOnlyHint' ? 'red' : 'amber') : 'none';
  return before === false && after !== false ? (hint === 'destructiveHint' ? 'red' : 'amber') : 'none';
}

function flips(before: JsonValue, after: JsonValue): boolean {
  return before === true && after !== true;
}

function member(value: JsonValue, name: string): JsonValue {
  return isObject(value) ? (value[name] ?? null) : null;
}

/**
 * More goes in or comes back, or nobody can tell: somebody should look. Less is no gain, unless it brings words that were
 * not there: a model reads the values of a new `enum` and a new `pattern` as it reads a description.
 */
export function schemaTier({ effect, kind, before, after }: SchemaChange): GainTier {
  if (effect === 'wider' || effect === 'unclear') return 'amber';
  if (kind === 'parameter-removed' || kind === 'type') return 'none';
  const known = new Set(stringsIn(before));
  return stringsIn(after).some((text) => !known.has(text)) ? 'amber' : 'none';
}

function stringsIn(value: JsonValue): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  return isObject(value) ? Object.entries(value).flatMap(([name, inner]) => [name, ...stringsIn(inner)]) : [];
}

function textTier(text: string): GainTier {
  return hasHiddenCharacters(text) ? 'red' : 'amber';
}

function hidesText(value: JsonValue): boolean {
  if (typeof value === 'string') return hasHiddenCharacters(value);
  if (Array.isArray(value)) return value.some(hidesText);
  return isObject(value) ? Object.entries(value).some(([name, inner]) => hasHiddenCharacters(name) || hidesText(inner)) : false;
}
