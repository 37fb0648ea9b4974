import { identityText } from '../model/build-identity.ts';
import { type GainTier, gainTiers } from '../model/capability.ts';
import type { GateMode } from '../model/decision.ts';
import type { Digest } from '../model/digest.ts';
import { type Finding, finding } from '../model/finding.ts';
import type { LockSignerEntry, Policy, RegistryKeyEntry } from './schema.ts';

/** Places of policies, strictest authority first. */
const layerNames = ['managed', 'user', 'project'] as const;
export type LayerName = (typeof layerNames)[number];

/** One policy with where it came from. */
export interface PolicyLayer {
  readonly layer: LayerName;
  /** Absolute path of the file. */
  readonly path: string;
  /** Of the file's bytes. */
  readonly digest: Digest;
  readonly policy: Policy;
}

/** What an approval by policy is signed with: which file, and what it said then. */
export function policyId(layer: PolicyLayer): string {
  return `${layer.layer}:${layer.digest}`;
}

/** Modes of the gate, strictest first. */
const modes = ['block', 'warn', 'observe'] as const satisfies readonly GateMode[];

/**
 * The strictest of the pin's mode and every policy's. For a new pin (null) the authority's mode is the start, or `block`.
 */
export function effectiveMode(layers: readonly PolicyLayer[], pinMode: GateMode | null): GateMode {
  const start = pinMode ?? authorityOf(layers)?.policy.mode ?? 'block';
  return modes.find((mode) => mode === start || layers.some(({ policy }) => policy.mode === mode)) ?? 'block';
}

/** True when any policy lets servers be started in a sandbox only. */
export function sandboxRequired(layers: readonly PolicyLayer[]): boolean {
  return layers.some(({ policy }) => policy.sandbox === 'required');
}

/** The policy that wants fresh advisories before anything is approved; null = none does. */
export function advisoriesRequired(layers: readonly PolicyLayer[]): PolicyLayer | null {
  return layers.find(({ policy }) => policy.advisories === 'required') ?? null;
}

/** Hosts that a person may be sent to, one list per policy that names some, strictest by all: a host must be in each. Empty = any. */
export function elicitationHosts(layers: readonly PolicyLayer[]): readonly (readonly string[])[] {
  return layers.flatMap(({ policy }) => (policy.elicitationHosts === undefined ? [] : [policy.elicitationHosts]));
}

/**
 * Every list of signers of locks that a policy states, the authority's first: a signer must be in each, so that no layer
 * can add one. Empty = the authority names nobody, and then nobody counts, whatever others say.
 */
export function lockSignerLists(
  layers: readonly PolicyLayer[],
): readonly { readonly by: PolicyLayer; readonly entries: readonly LockSignerEntry[] }[] {
  const authority = authorityOf(layers);
  if (authority?.policy.lockSigners === undefined) return [];
  return [authority, ...layers.filter((layer) => layer !== authority)].flatMap((by) =>
    by.policy.lockSigners === undefined ? [] : [{ by, entries: by.policy.lockSigners }],
  );
}

/** The first policy that lets only servers with verified provenance through; null = none does. */
export function provenanceRequired(layers: readonly PolicyLayer[]): PolicyLayer | null {
  return layers.find(({ policy }) => policy.provenance === 'required') ?? null;
}

/**
 * The keys that one npm registry signs with, and the policy that says so: the managed one's where it names that registry,
 * else the user's. A project's never: it came with whoever may have made the key. null = nobody names any.
 *
 * @param registry host and port, lower case
 */
export function registryKeys(
  layers: readonly PolicyLayer[],
  registry: string,
): { readonly keys: readonly RegistryKeyEntry[]; readonly by: LayerName } | null {
  for (const name of ['managed', 'user'] as const) {
    const own = layers.filter(({ layer }) => layer === name).flatMap(({ policy }) => policy.npmKeys ?? []);
    const keys = own.filter((entry) => entry.registry === registry);
    if (keys.length > 0) return { keys, by: name };
  }
  return null;
}

/** True when any policy asks who built a server. */
export function builderMatters(layers: readonly PolicyLayer[]): boolean {
  return (
    provenanceRequired(layers) !== null || layers.some(({ policy }) => policy.allow?.some((entry) => entry.builder !== undefined) ?? false)
  );
}

/** The highest gain that policy itself approves, and the policy that says so; null = none does. */
export function autoApproval(layers: readonly PolicyLayer[]): { readonly tier: GainTier; readonly by: PolicyLayer } | null {
  const authority = authorityOf(layers);
  if (authority === null) return null;
  const tier = gainTiers.find((candidate) => layers.some(({ policy, layer }) => said(policy, layer === authority.layer) === candidate));
  return tier === undefined || tier === 'none' ? null : { tier, by: authority };
}

function said(policy: Policy, isAuthority: boolean): GainTier | undefined {
  return policy.autoApprove ?? (isAuthority ? 'none' : undefined);
}

/**
 * The policy whose permissions count: the managed one where there is one, else the user's. A project's never: it may
 * have come with the clone that it would approve. What the authority leaves out is the built-in default.
 */
function authorityOf(layers: readonly PolicyLayer[]): PolicyLayer | null {
  return layers.find(({ layer }) => layer === 'managed') ?? layers.find(({ layer }) => layer === 'user') ?? null;
}

/**
 * One finding for each member by which a policy would loosen the authority's (or the built-in default, for a project
 * without one). They have no effect; somebody wrote them and should know.
 */
export function ignoredRelaxations(layers: readonly PolicyLayer[]): readonly Finding[] {
  const authority = authorityOf(layers);
  const allowed = {
    mode: modes.indexOf(authority?.policy.mode ?? 'block'),
    autoApprove: gainTiers.indexOf(authority?.policy.autoApprove ?? 'none'),
    noMatch: noMatches.indexOf(authority === null ? 'allow' : noMatchOf(authority.policy)),
  };
  return layers
    .filter((layer) => layer !== authority)
    .flatMap((layer) => {
      const { mode, autoApprove, noMatch, lockSigners = [] } = layer.policy;
      const looser = [
        mode !== undefined && modes.indexOf(mode) > allowed.mode ? ['mode', mode] : null,
        autoApprove !== undefined && gainTiers.indexOf(autoApprove) > allowed.autoApprove ? ['autoApprove', autoApprove] : null,
        noMatch !== undefined && noMatches.indexOf(noMatch) < allowed.noMatch ? ['noMatch', noMatch] : null,
        ...lockSigners
          .filter((signer) => !(authority?.policy.lockSigners ?? []).some((other) => signerText(other) === signerText(signer)))
          .map((signer) => ['lockSigners', signer.identity?.subject ?? 'a key']),
      ];
      return looser
        .filter((found) => found !== null)
        .map(([member = '', value = '']) =>
          finding('policy-relaxation-ignored', `${layer.layer}:${member}`, {
            layer: layer.layer,
            file: layer.path,
            member,
            value,
            stricter: authority?.layer ?? 'built-in',
          }),
        );
    });
}

/** Equal for two entries that name the same signer in the same words, whatever their reasons. */
function signerText({ key, identity }: LockSignerEntry): string {
  return identity === undefined ? `key ${key ?? ''}` : identityText(identity);
}

/** What becomes of a server that no allow entry names, mildest first. */
const noMatches = ['allow', 'review', 'deny'] as const;

/** What the policy says of servers that it does not name: where nothing is stated, a list is a list to be on. */
export function noMatchOf(policy: Policy): (typeof noMatches)[number] {
  return policy.noMatch ?? (policy.allow === undefined ? 'allow' : 'review');
}
