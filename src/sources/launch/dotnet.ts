import { type OptionGrammar, scanOptions, valuesOf, wordSet } from './options.ts';
import { localUnit, oneUnit, type Reading, type Runner, uncertain, unresolved } from './runner.ts';

/** `dnx Pkg[@version] [options] [--] args` = `dotnet dnx` = `dotnet tool exec`; `dotnet x.dll` and `dotnet run` are local. */
export const dotnet = {
  docs: 'https://learn.microsoft.com/dotnet/core/tools/dotnet-tool-exec',
  programs: ['dotnet', 'dnx'],
  read(args, program) {
    if (program === 'dnx') return dnx(program, args);
    if (args[0] === 'dnx') return dnx(program, args.slice(1));
    if (args[0] === 'tool' && (args[1] === 'exec' || args[1] === 'execute')) return dnx(program, args.slice(2));
    if (args[0] === 'run') {
      const at = args.findIndex((arg) => arg === '--project' || arg === '-p' || arg === '--file');
      const dashes = args.indexOf('--');
      const project = at === -1 || (dashes !== -1 && at > dashes) ? '.' : (args[at + 1] ?? '.');
      return localUnit(program, project);
    }
    const file = args[0] === 'exec' ? args[1] : args[0];
    return file !== undefined && /\.dll$/i.test(file) ? localUnit(program, file) : unresolved(program, 'it is not certain what it runs');
  },
} as const satisfies Runner;

/** Its options may stand on both sides of the package; what it does not know goes to the tool only behind `--`. */
function dnx(runner: string, args: readonly string[]): Reading {
  const grammar: OptionGrammar = {
    values: wordSet('--version --source --add-source --configfile --verbosity -v --framework -f'),
    switches: wordSet(
      '-y --yes --prerelease --allow-roll-forward --disable-parallel --ignore-failed-sources --no-http-cache --interactive',
    ),
  };
  const before = scanOptions(args, grammar);
  const [target, ...more] = before.rest;
  if (before.unknown !== null) return unresolved(runner, uncertain(before.unknown));
  if (target === undefined) return unresolved(runner, 'it names no package');
  const after = scanOptions(more, grammar);
  const found = /^([A-Za-z0-9_][\w.-]*?)(?:@(.+))?$/.exec(target);
  if (found === null) return unresolved(runner, `${JSON.stringify(target)} is not a name of a package`);
  const asked = [...valuesOf(before, '--version'), ...valuesOf(after, '--version')].at(-1);
  if (asked !== undefined && found[2] !== undefined) return unresolved(runner, 'it names two versions');
  const version = asked ?? found[2] ?? null;
  // Without a range's signs NuGet means exactly this version.
  const versionKind = version === null ? 'none' : /^\d+(?:\.\d+)*(?:-[\w.-]+)?(?:\+[\w.-]+)?$/.test(version) ? 'exact' : 'range';
  return oneUnit(runner, { type: 'nuget', name: found[1] ?? '', version, versionKind }, 0);
}
