import { canonical } from '../../model/canonical.ts';
import type { Capability } from '../../model/capability.ts';
import type { DeclaredAuth, DeclaredDigest, DeclaredKind, DeclaredManifest } from '../../model/declared-manifest.ts';
import { digestValue } from '../../model/digest.ts';
import { GuardError } from '../../model/errors.ts';
import { itemKey, itemTemplate } from '../../model/item-digest.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ProbedManifest } from '../../model/manifest.ts';
import { printable } from '../../model/printable.ts';
import { type Surroundings, toTemplate } from '../../model/surroundings.ts';
import { isSecretName } from '../credentials/names.ts';

/** What was found out about a server under development. */
export interface Derived {
  readonly name: string;
  readonly version: string;
  readonly probed: ProbedManifest;
  /** What was true where it was probed. */
  readonly surroundings: Surroundings;
  readonly capabilities: readonly Capability[];
  /** Names of the variables that its own code reads; `*` is left out. */
  readonly environment: readonly string[];
}

/**
 * The declaration that says exactly what was derived. What code cannot show is kept from the declaration that is there
 * already: that users sign in with OAuth, and which variables are secret although their names do not say so.
 *
 * @throws GuardError `listing-invalid` when an item has no name or shares it with another one
 */
export function declare(derived: Derived, before: DeclaredManifest | null): DeclaredManifest {
  const { name, version, probed, surroundings } = derived;
  const variables = Object.fromEntries(
    derived.environment
      .filter((variable) => variable !== '*')
      .map((variable) => [variable, own(before?.variables, variable) ?? (isSecretName(variable) ? 'secret' : 'plain')] as const),
  );
  return {
    name,
    version,
    instructions: instructionsOf(probed, surroundings),
    tools: digests('tools', probed, surroundings),
    prompts: digests('prompts', probed, surroundings),
    resourceTemplates: digests('resourceTemplates', probed, surroundings),
    capabilities: Object.fromEntries(declarable(derived.capabilities).map((one) => [one.class, [...new Set(one.scopes)].sort()])),
    auth: authOf(variables, before),
    variables,
  };
}

/** What belongs into a declaration: what was seen, and is not what every server brings with its SDK. */
export function declarable(capabilities: readonly Capability[]): readonly Capability[] {
  return capabilities.filter(({ verdict, reach }) => verdict === 'seen' && reach !== 'baseline');
}

/** The digests of a listing, by name. */
function digests(kind: DeclaredKind, probed: ProbedManifest, surroundings: Surroundings): Readonly<Record<string, DeclaredDigest>> {
  const found = new Map<string, DeclaredDigest>();
  for (const item of probed.manifest[kind]) {
    const key = itemKey(kind, item);
    if (key === null || found.has(key)) {
      throw new GuardError('listing-invalid', 'the server lists what cannot be declared', {
        why: key === null ? `one of its ${kind} has no name` : `two of its ${kind} are called ${printable(key)}`,
      });
    }
    found.set(key, isVarying(kind, key, item, probed, surroundings) ? 'varies' : digestValue(item));
  }
  return Object.fromEntries(found);
}

function isVarying(kind: DeclaredKind, key: string, item: JsonObject, probed: ProbedManifest, surroundings: Surroundings): boolean {
  if (Object.hasOwn(probed.volatile, `${kind}/${key}`)) return true;
  if (probed.differences.some((one) => one.kind === kind && one.name === key)) return true;
  // A placeholder that the author wrote is escaped in every template: only what the place puts in counts.
  return canonical(itemTemplate(kind, item, [], surroundings)) !== canonical(itemTemplate(kind, item, [], {}));
}

function instructionsOf(probed: ProbedManifest, surroundings: Surroundings): DeclaredDigest | null {
  const { instructions } = probed.manifest;
  if (instructions === null) return null;
  const differs = probed.differences.some(({ kind }) => kind === 'instructions');
  const placed = toTemplate(instructions, surroundings) !== toTemplate(instructions, {});
  return differs || placed || Object.hasOwn(probed.volatile, 'instructions') ? 'varies' : digestValue(instructions);
}

function authOf(variables: Readonly<Record<string, 'secret' | 'plain'>>, before: DeclaredManifest | null): DeclaredAuth {
  if (before?.auth === 'oauth') return 'oauth';
  return Object.values(variables).includes('secret') ? 'variables' : 'none';
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
