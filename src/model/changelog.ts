import type { CapabilityClass } from './capability.ts';
import type { DeclaredKind } from './declared-manifest.ts';

/** One change between two releases, as their users will feel it. Names and scopes are attacker-controlled. */
export type ChangelogEntry =
  | {
      readonly about: 'capability';
      readonly class: CapabilityClass;
      /** `gained` and `lost` are about the whole class, the others about some of its scopes. */
      readonly change: 'gained' | 'widened' | 'narrowed' | 'lost';
      /** Scopes that came or went; `*` = any; empty = not narrowed down. */
      readonly scopes: readonly string[];
    }
  | { readonly about: DeclaredKind | 'resources'; readonly name: string; readonly change: 'added' | 'removed' | 'changed' }
  | {
      readonly about: 'tools' | 'prompts' | 'resources' | 'resourceTemplates';
      readonly name: string;
      readonly change: 'renamed';
      readonly was: string;
    }
  | { readonly about: 'instructions'; readonly change: 'added' | 'removed' | 'changed' }
  | { readonly about: 'variable'; readonly name: string; readonly change: 'added' | 'removed'; readonly secret: boolean }
  | { readonly about: 'auth'; readonly was: string; readonly is: string }
  | { readonly about: 'install script'; readonly name: string; readonly change: 'added' | 'removed' };

/** What changed between two releases. */
export interface Changelog {
  /** `name@version` of both sides. */
  readonly from: string;
  readonly to: string;
  /** Whether two authors' manifests were compared, or two published packages themselves. */
  readonly basis: 'manifests' | 'packages';
  /** Of `packages`: whether words were compared as running servers say them, or as code names them; null = not at all. */
  readonly wordsFrom: 'running' | 'code' | null;
  /** Capabilities first, then words, then what it asks for. */
  readonly entries: readonly ChangelogEntry[];
}
