import type { CapabilityClass } from '../../model/capability.ts';

/** What a module can do, by what is taken from it. */
export interface ModuleRule {
  /** Stable id, shown as the reason for a hit. */
  readonly id: string;
  /** Specifiers without `node:`; `name/*` also stands for its sub-paths, `@scope/*` for a scope. */
  readonly modules: readonly string[];
  /** When the module is taken whole or a member is not in the table. */
  readonly classes: readonly CapabilityClass[];
  /** By member path; an empty list = harmless, `descend` = the member is the module again (`fs.promises`). */
  readonly members?: Readonly<Record<string, readonly CapabilityClass[] | 'descend'>>;
  /** What the first argument of a call names. */
  readonly scope?: ScopeKind;
  /** What the module itself stands for, whatever it is called with. */
  readonly fixed?: FixedScopes;
}

export type FixedScopes = Readonly<Partial<Record<CapabilityClass, readonly string[]>>>;

/**
 * `hostname` is a host without a scheme, `name` a variable of the environment. `binary` is a command as a shell reads it,
 * `program` one whose arguments were given apart: see `argumentsBegin`. `port` is a number, alone or as a text.
 */
export type ScopeKind = 'host' | 'hostname' | 'path' | 'binary' | 'program' | 'name' | 'port';

/** What a global can do: `process.env`, `fetch`. A member that is not listed is harmless. */
export interface GlobalRule {
  readonly id: string;
  /** Dotted path from the global object. */
  readonly path: string;
  readonly classes: readonly CapabilityClass[];
  /** True when only calling (or `new`) counts, as for `Function`, whose mention alone means nothing. */
  readonly callOnly?: boolean;
  readonly scope?: ScopeKind;
  readonly fixed?: FixedScopes;
}

/** What a text in the code gives away about what the code touches. */
export interface LiteralRule {
  readonly id: string;
  readonly pattern: RegExp;
  readonly class: CapabilityClass;
  /** The text alone is no act: it counts only where the same reach also has one of these. */
  readonly needs: readonly CapabilityClass[];
}
