import type { LaunchPackage } from '../../model/client-entry.ts';
import type { NpmReference, PypiReference } from '../../model/reference.ts';

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
      /** Where it is one Python package of an index, which can be looked at. */
      readonly pypi?: PypiReference | null;
      /** Why it is not, or what else cannot be known. */
      readonly unresolved?: string | null;
      /** The program of the last package that is started, and its arguments: it may itself be one that starts others. */
      readonly program?: StartedProgram;
      /** How many of the last arguments go to the server unread. Default none. */
      readonly passed?: number;
    }
  /** It starts another command. */
  | NextCommand
  /** It starts nothing else: a bridge to a server at an address. The program itself is the server process. */
  | { readonly kind: 'itself'; readonly runner: string }
  /** It starts several commands, or one of which the others decide what it is. */
  | { readonly kind: 'several'; readonly runner: string; readonly commands: readonly (readonly string[])[]; readonly why: string }
  /** It cannot be known what it starts. */
  | { readonly kind: 'unresolved'; readonly runner: string | null; readonly why: string; readonly packages?: readonly LaunchPackage[] };

export interface NextCommand {
  readonly kind: 'command';
  readonly command: string;
  readonly args: readonly string[];
  /** What would be lost if the command were started alone. */
  readonly loses?: string | null;
  /** Names of variables that it sets for the command. */
  readonly sets?: readonly string[];
  /** The runner of the package that the command is the program of. */
  readonly within?: string;
  /** Positions of arguments that only a shell can fill in; they must not decide what is started. */
  readonly open?: ReadonlySet<number>;
}

export interface StartedProgram {
  /** null = the package's own choice. */
  readonly name: string | null;
  readonly args: readonly string[];
}

/** One family of launch commands: one file each, and one line in `index.ts`. */
export interface Runner {
  /** Where its grammar is documented. */
  readonly docs: string;
  /** Names of the program, lower case, without folder and extension. */
  readonly programs: readonly string[];
  /** Packages that hold one of the programs, as `npm:name` or `pypi:name`, with the program that they start by themselves. */
  readonly packages?: Readonly<Record<string, string>>;
  /** Reads the arguments of `program`, one of `programs`. Must not throw, whatever they hold. */
  read(args: readonly string[], program: string): Reading;
}

export function unresolved(runner: string | null, why: string, packages: readonly LaunchPackage[] = []): Reading {
  return { kind: 'unresolved', runner, why, packages };
}

export function uncertain(option: string): string {
  return `it is not certain how ${JSON.stringify(option)} is understood`;
}

/** A unit without a version: a file, a module, code of the command line. */
export function plainUnit(type: LaunchPackage['type'], name: string): LaunchPackage {
  return { type, name, version: null, versionKind: 'n/a' };
}

/** A file or project of this machine. */
export function localUnit(runner: string | null, name: string, more: { readonly passed?: number; readonly why?: string } = {}): Reading {
  const { passed = 0, why = 'it runs local code' } = more;
  return { kind: 'unit', runner, packages: [plainUnit('local', name)], unresolved: why, passed };
}

/** Code at an address, whose credentials are left out. */
export function urlPackage(address: string): LaunchPackage {
  return { type: 'url', name: address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1'), version: null, versionKind: 'none' };
}

/** One package of a kind that cannot be installed yet. */
export function oneUnit(runner: string, launchPackage: LaunchPackage, passed: number): Reading {
  return { kind: 'unit', runner, packages: [launchPackage], unresolved: 'only npm packages can be installed yet', passed };
}
