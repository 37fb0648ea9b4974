import type { LaunchPackage } from '../model/client-entry.ts';
import type { NpmReference, PypiReference } from '../model/reference.ts';
import { changedBy } from './launch/environment.ts';
import { runners } from './launch/index.ts';
import { type NextCommand, plainUnit, type Reading, type Runner, type StartedProgram } from './launch/runner.ts';

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
  /** The Python package that can be looked at instead of it, with the server's own arguments; absent = none. */
  readonly pypi?: PypiReference;
  /** Why it cannot be installed, or not even identified; null when `npm` is there. Lower case, may quote the command. */
  readonly unresolved: string | null;
}

/** What was peeled off on the way to the command that is read now. */
interface Around {
  readonly depth: number;
  readonly packages: readonly LaunchPackage[];
  readonly loses: string | null;
  readonly environment: readonly string[];
}

/** Wrappers around wrappers; a deeper command is not looked into. */
const maxDepth = 8;

/**
 * Reads a launch command as the programs themselves would read it: argv, never a joined line. Wrappers (`cmd /c`, `env`,
 * `sh -c`, `corepack`, `npx cross-env`, …) are peeled from the outside in, and those that are packages are kept as units.
 * What is not certain is `unresolved`, never a guess. Never throws. `environment` holds the names of variables that the
 * client sets: some of them change what is started.
 * @see reference: the documentation that each file in `launch/` names
 */
export function parseLaunch(command: string, args: readonly string[], environment: readonly string[] = []): ParsedLaunch {
  return parsed({ kind: 'command', command, args }, { depth: 0, packages: [], loses: null, environment });
}

function parsed(next: NextCommand, around: Around): ParsedLaunch {
  if (around.depth === maxDepth) return nothing(null, around.packages, 'it wraps too many commands into each other');
  const inside: Around = {
    depth: around.depth + 1,
    packages: around.packages,
    loses: around.loses ?? next.loses ?? null,
    environment: [...around.environment, ...(next.sets ?? [])],
  };
  const found = readCommand(next.command, next.args);
  // The program of a package is part of what the runner of that package started.
  const reading: Reading = next.within === undefined || found.kind === 'command' ? found : { ...found, runner: next.within };
  const passed = reading.kind === 'unit' ? (reading.passed ?? 0) : 0;
  if (next.open !== undefined && [...next.open].some((at) => at < next.args.length - passed)) {
    return nothing(reading.kind === 'command' ? null : reading.runner, around.packages, 'only a shell can fill in what it starts');
  }
  const open = (next.open?.size ?? 0) > 0;
  switch (reading.kind) {
    case 'command':
      return parsed(reading, inside);
    case 'several': {
      const each = reading.commands.map(([command = '', ...args]) => parsed({ kind: 'command', command, args }, inside));
      return nothing(
        reading.runner,
        [...around.packages, ...each.flatMap(({ packages }) => packages.slice(around.packages.length))],
        reading.why,
      );
    }
    case 'unresolved':
      return nothing(reading.runner, [...around.packages, ...(reading.packages ?? [])], reading.why);
    case 'itself': {
      const packages = around.packages.length > 0 ? around.packages : [plainUnit('binary', next.command)];
      return {
        runner: reading.runner,
        packages,
        package: packages.at(-1) ?? null,
        npm: null,
        unresolved: 'it is a bridge to a server elsewhere',
      };
    }
    case 'unit':
      return started(reading, inside, open);
  }
}

function started(reading: Reading & { readonly kind: 'unit' }, around: Around, open: boolean): ParsedLaunch {
  const packages = [...around.packages, ...reading.packages];
  const { runner } = reading;
  const changed = changedBy(runner, around.environment);
  if (changed?.package === true) return nothing(runner, packages, changed.why);
  const inner = packagedProgram(reading);
  if (inner !== null && readCommand(inner.command, inner.args).kind !== 'itself') {
    if (open) return nothing(runner, packages, 'only a shell can fill in what it starts');
    const [last] = reading.packages.slice(-1);
    const loses = around.loses ?? `it is started by ${last?.name}`;
    return parsed({ kind: 'command', ...inner, ...(runner === null ? {} : { within: runner }) }, { ...around, packages, loses });
  }
  const loses = around.loses ?? changed?.why ?? null;
  const npm = loses === null ? (reading.npm ?? null) : null;
  const why = npm === null ? (reading.unresolved ?? loses ?? 'it is not an npm package') : null;
  const pypi = loses === null ? (reading.pypi ?? null) : null;
  return { runner, packages, package: packages.at(-1) ?? null, npm, ...(pypi === null ? {} : { pypi }), unresolved: why };
}

/**
 * The command that the program of a package is, where that program starts others. `npx -p good sh -c …` starts the shell of
 * the machine, since no package has to hold what is started: a program that is known by name counts as what it is.
 */
function packagedProgram({ packages, program }: { readonly packages: readonly LaunchPackage[]; readonly program?: StartedProgram }) {
  const unit = packages.at(-1);
  if (unit === undefined || program === undefined) return null;
  const key = `${unit.type}:${unit.name}`;
  const command =
    program.name ??
    runners.map(({ packages: known }: Runner) => (known !== undefined && Object.hasOwn(known, key) ? known[key] : undefined)).find(Boolean);
  if (command === undefined || (runnerOf(command) === undefined && !/[\\/]/.test(command))) return null;
  return { command, args: program.args };
}

function nothing(runner: string | null, packages: readonly LaunchPackage[], why: string): ParsedLaunch {
  return { runner, packages, package: null, npm: null, unresolved: why };
}

function readCommand(command: string, args: readonly string[]): Reading {
  const runner = runnerOf(command);
  if (runner !== undefined) return runner.read(args, programName(command));
  if (command.trim() === '') return { kind: 'unresolved', runner: null, why: 'the command is empty' };
  const binary = plainUnit('binary', command);
  const why = `it starts the program ${JSON.stringify(command)}`;
  return { kind: 'unit', runner: null, packages: [binary], unresolved: why, passed: args.length };
}

function runnerOf(command: string): Runner | undefined {
  const program = programName(command);
  return runners.find(({ programs }) => programs.includes(program));
}

/** The name without folder and Windows extension; Windows names are compared without case. Versions of Python count as Python. */
function programName(command: string): string {
  const name = command.slice(Math.max(command.lastIndexOf('/'), command.lastIndexOf('\\')) + 1);
  const plain = name.replace(/\.(?:cmd|exe|bat|ps1)$/i, '');
  const windows = plain !== name || command.includes('\\');
  return (windows ? plain.toLowerCase() : plain).replace(/^python(\d)(?:\.\d+)*t?$/, 'python$1');
}
