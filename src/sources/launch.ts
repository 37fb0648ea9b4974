import type { LaunchPackage } from '../model/client-entry.ts';
import type { NpmReference } from '../model/reference.ts';
import { runners } from './launch/index.ts';
import type { Reading } from './launch/runner.ts';

/** What a client's launch command starts. */
export interface ParsedLaunch {
  /** `npx`, `pnpm`, `node`, `docker`, …, the innermost one; null = not recognised. */
  readonly runner: string | null;
  /** Every unit that runs, outermost first. */
  readonly packages: readonly LaunchPackage[];
  /** The code that is the server process; null = cannot be identified. */
  readonly package: LaunchPackage | null;
  /** The npm package that can be installed instead of this command, with the server's own arguments; null = none. */
  readonly npm: NpmReference | null;
  /** Why it cannot be installed, or not even identified; null when `npm` is there. Lower case, may quote the command. */
  readonly unresolved: string | null;
}

/** Wrappers around wrappers; a deeper command is not looked into. */
const maxDepth = 8;

/**
 * Reads a launch command as the programs themselves would read it: argv, never a joined line. Wrappers (`cmd /c`, `env`,
 * `sh -c`, `corepack`) are peeled from the outside in. What is not certain is `unresolved`, never a guess. Never throws.
 * @see reference: the documentation that each file in `launch/` names
 */
export function parseLaunch(command: string, args: readonly string[]): ParsedLaunch {
  let reading: Reading = { kind: 'command', command, args };
  let loses: string | null = null;
  for (let depth = 0; depth < maxDepth && reading.kind === 'command'; depth += 1) {
    loses ??= reading.loses ?? null;
    reading = readCommand(reading.command, reading.args);
  }
  switch (reading.kind) {
    case 'command':
      return { runner: null, packages: [], package: null, npm: null, unresolved: 'it wraps too many commands into each other' };
    case 'unresolved':
      return { runner: reading.runner, packages: reading.packages ?? [], package: null, npm: null, unresolved: reading.why };
    case 'unit': {
      const { runner, packages } = reading;
      const npm = loses === null ? (reading.npm ?? null) : null;
      const why = npm === null ? (reading.unresolved ?? loses ?? 'it is not an npm package') : null;
      return { runner, packages, package: packages.at(-1) ?? null, npm, unresolved: why };
    }
  }
}

function readCommand(command: string, args: readonly string[]): Reading {
  const program = programName(command);
  const runner = runners.find(({ programs }) => programs.includes(program));
  if (runner !== undefined) return runner.read(args, program);
  if (command.trim() === '') return { kind: 'unresolved', runner: null, why: 'the command is empty' };
  const binary: LaunchPackage = { type: 'binary', name: command, version: null, versionKind: 'n/a' };
  return { kind: 'unit', runner: null, packages: [binary], unresolved: `it starts the program ${JSON.stringify(command)}` };
}

/** The name without folder and Windows extension; Windows names are compared without case. Versions of Python count as Python. */
function programName(command: string): string {
  const name = command.slice(Math.max(command.lastIndexOf('/'), command.lastIndexOf('\\')) + 1);
  const plain = name.replace(/\.(?:cmd|exe|bat|ps1)$/i, '');
  const windows = plain !== name || command.includes('\\');
  return (windows ? plain.toLowerCase() : plain).replace(/^python(\d)(?:\.\d+)+$/, 'python$1');
}
