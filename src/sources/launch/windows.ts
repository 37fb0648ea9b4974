import { localUnit, type NextCommand, type Reading, type Runner, unresolved } from './runner.ts';

const onlyCmd = 'it runs a line that only cmd can read';

/** `cmd /c npx …`: the rest is a command, as words or as one line. */
export const cmd = {
  docs: 'https://learn.microsoft.com/windows-server/administration/windows-commands/cmd',
  programs: ['cmd'],
  read(args) {
    const at = args.findIndex((arg) => !/^\/(?:[dsqua]|[ef]:o(?:n|ff)|t:\w\w)$/i.test(arg));
    const [flag, ...rest] = args.slice(at === -1 ? args.length : at);
    if (flag === undefined || !/^\/c$/i.test(flag)) return unresolved('cmd', 'it is not `cmd /c`');
    const words =
      rest.length === 1 ? cmdWords(rest[0] ?? '') : rest.some((word) => /[&|<>^%"]/.test(word) && /["\s]/.test(word)) ? null : rest;
    if (words === null || words.some((word) => /[|<>^%]/.test(word))) return unresolved('cmd', onlyCmd);
    return lastOf(splitAtAnd(words));
  },
} as const satisfies Runner;

/** Words of one line. A line that begins with a quote loses it, and its last one too, by rules that depend on what is there. */
function cmdWords(line: string): readonly string[] | null {
  if (/^\s*"/.test(line) || /[\\^]"/.test(line) || line.split('"').length % 2 === 0) return null;
  const words = line.match(/(?:"[^"]*"|[^"\s])+/g) ?? [];
  if (words.some((word) => /"/.test(word) && (!/^"[^"]*"$/.test(word) || /[&%]/.test(word)))) return null;
  return words.map((word) => word.replaceAll('"', ''));
}

function splitAtAnd(words: readonly string[]): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  for (const word of words.flatMap((text) => text.split(/(&+)/)).filter((text) => text !== '')) {
    if (/^&+$/.test(word)) commands.push([]);
    else commands.at(-1)?.push(word);
  }
  return commands.filter((command) => command.length > 0);
}

/** The last command, if the others only set a variable or change the folder. */
function lastOf(commands: readonly (readonly string[])[]): Reading {
  const before = commands.slice(0, -1);
  const [command, ...args] = commands.at(-1) ?? [];
  if (command === undefined) return unresolved('cmd', 'it names no command');
  // cmd ends the name of a program at these, too.
  if (/[,;=]/.test(command)) return unresolved('cmd', onlyCmd);
  const sets = before.flatMap(([name, word]) => (name?.toLowerCase() === 'set' && word !== undefined ? word.split('=', 1) : []));
  const folders = before.filter(([name]) => /^(?:cd|chdir|pushd)$/i.test(name ?? '')).length;
  if (sets.length + folders < before.length) return { kind: 'several', runner: 'cmd', commands, why: 'it runs several commands' };
  return { kind: 'command', command, args, sets, loses: before.length === 0 ? null : 'it changes the folder or variables first' };
}

/** `powershell -Command "npx …"`, `-File x.ps1`, `-EncodedCommand …`. */
export const powershell = {
  docs: 'https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_powershell_exe',
  programs: ['powershell', 'pwsh'],
  read(args, program) {
    for (let at = 0; at < args.length; at += 1) {
      const arg = args[at] ?? '';
      const name = /^[-/]/.test(arg) ? arg.slice(1).toLowerCase() : null;
      if (name === null)
        return program === 'pwsh' ? localUnit(program, arg, { why: 'it runs a local script' }) : line(args.slice(at).join(' '));
      if (isName(name, 'command', 1)) return line(args.slice(at + 1).join(' '));
      if (isName(name, 'file', 1)) {
        const file = args[at + 1];
        return file === undefined ? unresolved(program, 'it names no file') : localUnit(program, file, { why: 'it runs a local script' });
      }
      if (isName(name, 'encodedcommand', 1) || name === 'ec') return line(Buffer.from(args[at + 1] ?? '', 'base64').toString('utf16le'));
      if (/^(?:executionpolicy|ep|ex|exec|windowstyle|w|version|v|workingdirectory|wd|inputformat|outputformat)$/.test(name)) at += 1;
      else if (!/^(?:noprofile|nop|nologo|nol|noninteractive|noni|sta|mta|login|l)$/.test(name))
        return unresolved(program, `it is not certain how ${JSON.stringify(arg)} is understood`);
    }
    return unresolved(program, 'it names no command');
  },
} as const satisfies Runner;

/** PowerShell takes any beginning of a parameter's name that is long enough. */
function isName(name: string, whole: string, least: number): boolean {
  return name.length >= least && whole.startsWith(name);
}

/**
 * A command of plain words. Everything that PowerShell reads in its own way is left alone: variables, operators, commas,
 * `@name` (which it would splat), `--` (which its scripts do not pass on) and options with a dot or colon.
 */
function line(text: string): NextCommand | Reading {
  const doubt = unresolved('powershell', 'it runs a line that only PowerShell can read');
  const words = text.trim().match(/'[^']*'|[^\s']+/g) ?? [];
  const called = words[0] === '&' ? words.slice(1) : words;
  const [command, ...args] = called.map((word) =>
    /^'[^']*'$/.test(word)
      ? word.slice(1, -1)
      : /^(?:-{1,2}[\w-]+(?:=[\w./\\-]*)?|[\w.\\/~^+:-]+)$/.test(word) && word !== '--'
        ? word
        : null,
  );
  if (command === undefined || command === null || args.includes(null)) return doubt;
  if (words[0] !== '&' && words[0]?.startsWith("'")) return doubt; // a string, which is only printed
  return { kind: 'command', command, args: args.filter((word) => word !== null) };
}
