import type { LaunchPackage } from '../../model/client-entry.ts';
import type { NpmReference } from '../../model/reference.ts';

/** What one runner makes of its arguments. */
export type Reading =
  /** It starts code itself. */
  | {
      readonly kind: 'unit';
      readonly runner: string | null;
      /** Outermost first; the last one is the server process. */
      readonly packages: readonly LaunchPackage[];
      /** Where it is one npm package that can be installed instead. */
      readonly npm?: NpmReference | null;
      /** Why it is not, or what else cannot be known. */
      readonly unresolved?: string | null;
    }
  /** It starts another command. `loses` says what would be lost if that command were started alone. */
  | { readonly kind: 'command'; readonly command: string; readonly args: readonly string[]; readonly loses?: string | null }
  /** It cannot be known what it starts. */
  | { readonly kind: 'unresolved'; readonly runner: string | null; readonly why: string; readonly packages?: readonly LaunchPackage[] };

/** One family of launch commands: one file each, and one line in `index.ts`. */
export interface Runner {
  /** Where its grammar is documented. */
  readonly docs: string;
  /** Names of the program, lower case, without folder and extension. */
  readonly programs: readonly string[];
  /** Reads the arguments of `program`, one of `programs`. Must not throw, whatever they hold. */
  read(args: readonly string[], program: string): Reading;
}

export function unresolved(runner: string | null, why: string, packages: readonly LaunchPackage[] = []): Reading {
  return { kind: 'unresolved', runner, why, packages };
}
