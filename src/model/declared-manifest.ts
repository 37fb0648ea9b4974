import type { CapabilityClass } from './capability.ts';
import type { Digest } from './digest.ts';

/** The file in which an author declares what a server is; beside the `package.json`. docs/manifest.md */
export const declaredFile = 'mcp-manifest.json';

/** The kinds of items whose words are declared. Resources are left out: they vary honestly. */
export const declaredKinds = ['tools', 'prompts', 'resourceTemplates'] as const;
export type DeclaredKind = (typeof declaredKinds)[number];

/**
 * The digest of a whole item as the server lists it, or `varies`: its text names where it runs, or is another one at every
 * start, so that no digest would hold on another machine.
 */
export type DeclaredDigest = Digest | 'varies';

/** How a user proves to it who they are: not at all, by secrets in variables, or by an OAuth sign-in. */
export const declaredAuth = ['none', 'variables', 'oauth'] as const;
export type DeclaredAuth = (typeof declaredAuth)[number];

/**
 * What an author says that a server is. A claim, whoever signed it: it is compared with what was derived from the bytes and
 * never stands in for it. Keys of the records are names as the server lists them; all text is attacker-controlled.
 */
export interface DeclaredManifest extends Readonly<Record<DeclaredKind, Readonly<Record<string, DeclaredDigest>>>> {
  readonly name: string;
  readonly version: string;
  /** null = it gives none. */
  readonly instructions: DeclaredDigest | null;
  /** The classes that it has, each with its scopes, sorted; `*` = any, empty = not narrowed down. A class that is not here is denied. */
  readonly capabilities: Readonly<Partial<Record<CapabilityClass, readonly string[]>>>;
  readonly auth: DeclaredAuth;
  /** Environment variables that its own code reads. */
  readonly variables: Readonly<Record<string, 'secret' | 'plain'>>;
}

/** One difference between two declarations, or between a declaration and what was derived. */
export interface DeclaredDifference {
  /** `tools/<name>`, `prompts/<name>`, `resourceTemplates/<uri template>`, `capabilities/<class>`, `variables/<name>`, or a member. */
  readonly subject: string;
  readonly kind: 'undeclared' | 'absent' | 'differs';
  /** What the first side says; null = it has no such thing. */
  readonly declared: string | null;
  readonly found: string | null;
}

/** The manifest that a package ships in its own files, as far as it can be believed to be its author's. */
export interface ShippedManifest {
  /** null = there is one, and it is not a manifest. */
  readonly declared: DeclaredManifest | null;
  /** Why it, or its signature, is wrong; null = neither is. */
  readonly invalid: string | null;
  /** A signature over exactly these bytes holds, whoever made it. Never a reason to trust: only contradictions weigh more. */
  readonly signed: boolean;
}
