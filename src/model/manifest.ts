import type { Digest } from './digest.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { PinnedViews, ProbedViews } from './views.ts';

/** Protocol eras: `initialize` (2024-11-05 to 2025-11-25) and the stateless 2026-07-28. */
export type Era = 'initialize' | 'stateless';

/** The kinds of things that a server lists, by the member of the list result that carries them. */
export const itemKinds = ['tools', 'prompts', 'resources', 'resourceTemplates'] as const;
export type ItemKind = (typeof itemKinds)[number];

/** Per kind: the method that lists it, and the member of an item that names it. @see MCP schema 2025-11-25, 2026-07-28 */
export const listings = {
  tools: { method: 'tools/list', key: 'name' },
  prompts: { method: 'prompts/list', key: 'name' },
  resources: { method: 'resources/list', key: 'uri' },
  resourceTemplates: { method: 'resources/templates/list', key: 'uriTemplate' },
} as const satisfies Record<ItemKind, { method: string; key: string }>;

/** Everything a server declares on the wire, as received: whole objects, unknown fields included, all pages. */
export interface Manifest {
  readonly serverInfo: JsonObject | null;
  readonly instructions: string | null;
  readonly capabilities: JsonObject;
  readonly tools: readonly JsonObject[];
  readonly prompts: readonly JsonObject[];
  readonly resources: readonly JsonObject[];
  readonly resourceTemplates: readonly JsonObject[];
  /** The eras in which the server answered, sorted. */
  readonly eras: readonly Era[];
}

/** How resources are pinned: every URI, only the templates, or not at all. Chosen at approval, printed on the card. */
export type ResourcePinning = 'exact' | 'templates' | 'open';

/**
 * The pinned words of a server: one digest per item over its template form (see `surroundings.ts`), keyed by the item's
 * name (or URI). What is not in here is withheld.
 */
export interface ManifestPin {
  /** Over the sorted map of all item digests and the instructions'. */
  readonly digest: Digest;
  readonly tools: Readonly<Record<string, Digest>>;
  readonly prompts: Readonly<Record<string, Digest>>;
  readonly resources: Readonly<Record<string, Digest>>;
  readonly resourceTemplates: Readonly<Record<string, Digest>>;
  /** null = the server declared none; declaring some later is drift. */
  readonly instructions: Digest | null;
  /**
   * `<kind>/<name>` → the digest of the item's effective form (see `effective.ts`), where it is not the item's own.
   * Absent = none was recorded: then only the item's own digest counts.
   */
  readonly effective?: Readonly<Record<string, Digest>>;
  readonly eras: readonly Era[];
  readonly resourcePinning: ResourcePinning;
  /** `<kind>/<name>` → JSON pointers whose values are approved as not pinned. Absent key = none. */
  readonly volatile: Readonly<Record<string, readonly string[]>>;
  /** What clients with other capabilities are shown. Absent = every client is shown the same. */
  readonly views?: PinnedViews;
  /** Server-to-client request methods that were approved: `sampling/createMessage`, `elicitation/create`, `roots/list`. */
  readonly agentSurface: readonly string[];
}

/** A manifest as two probes under two client identities saw it. */
export interface ProbedManifest {
  readonly manifest: Manifest;
  /** Server-to-client requests that the server made while it was probed, by method, sorted. */
  readonly agentRequests: readonly string[];
  /** `<kind>/<name>` or `instructions` → JSON pointers that differed between two equal probes. */
  readonly volatile: Readonly<Record<string, readonly string[]>>;
  readonly resourcePinning: ResourcePinning;
  /** What clients with other capabilities are shown; absent = the same, or nobody looked. `manifest` is what one with all of them is shown. */
  readonly views?: ProbedViews;
  /** Differences between the identities or the eras; each becomes a finding. */
  readonly differences: readonly ManifestDifference[];
}

/** Why there is no probed manifest. */
export type ProbeAbsence = 'not-asked' | 'no-sandbox' | 'no-runtime' | 'failed';

export interface ManifestDifference {
  readonly between: 'identities' | 'eras' | 'static-and-probed';
  readonly kind: ItemKind | 'instructions' | 'capabilities';
  readonly name: string;
  /** What each side had; null = the side did not have the item. Attacker-controlled. */
  readonly left: JsonValue;
  readonly right: JsonValue;
}

/** What another server of this machine calls its tools. */
export interface ToolsElsewhere {
  /** As the user knows it: the pin's name. */
  readonly server: string;
  readonly tools: readonly string[];
}

/** Texts of a parameter's schema by their keyword of JSON Schema: what a model reads beside the description. */
export interface ParameterWords {
  readonly title?: string;
  readonly default?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly examples?: readonly string[];
}

/** A parameter of a tool or of a prompt, as the code declares it. Attacker-controlled text. */
export interface StaticParameter {
  readonly name: string;
  readonly description: string | null;
  /** Literal texts only; absent = none, or not readable. */
  readonly words?: ParameterWords;
}

/** A tool (prompt, …) found in code or data without running it. */
export interface StaticItem {
  readonly name: string;
  readonly title: string | null;
  readonly description: string | null;
  /** In source order; empty = none, or not readable. */
  readonly parameters: readonly StaticParameter[];
  /** Hints as declared (`readOnlyHint`, …); null = none, or not readable. */
  readonly annotations: JsonObject | null;
  /** `file:line` inside the package. */
  readonly where: string;
  /** The dependency whose code names it, `name@version`; null = the package itself. */
  readonly through: string | null;
  readonly confidence: 'literal' | 'resolved' | 'guessed';
}

/** A text found in code without running it. */
export interface StaticText {
  readonly text: string;
  /** `file:line` inside the package. */
  readonly where: string;
}

export interface StaticManifest {
  readonly tools: readonly StaticItem[];
  readonly prompts: readonly StaticItem[];
  readonly resources: readonly StaticItem[];
  /** What the server tells the model about itself; null = nothing, or not readable. Attacker-controlled. */
  readonly instructions: StaticText | null;
  /** Why the list may be incomplete, in words ("tools are built at run time in src/x.js:12"); empty = nothing known to be missing. */
  readonly gaps: readonly string[];
}
