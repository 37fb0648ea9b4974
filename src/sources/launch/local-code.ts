import { scanOptions, wordSet } from './options.ts';
import { localUnit, plainUnit, type Runner, uncertain, unresolved } from './runner.ts';

export const cargo = {
  docs: 'https://doc.rust-lang.org/cargo/commands/cargo-run.html',
  programs: ['cargo'],
  read(args) {
    const words = args[0]?.startsWith('+') ? args.slice(1) : args;
    if (words[0] !== 'run' && words[0] !== 'r') return unresolved('cargo', 'only `cargo run` starts a server');
    const dashes = words.indexOf('--');
    const own = words.slice(1, dashes === -1 ? undefined : dashes);
    const folder = own
      .flatMap((arg, at) => /^--manifest-path=(.+)$/.exec(arg)?.[1] ?? (arg === '--manifest-path' ? (own[at + 1] ?? []) : []))
      .at(-1);
    return localUnit('cargo', folder ?? '.');
  },
} as const satisfies Runner;

/** Interpreters whose first word that is no option is a file of this machine. */
export const scripts = {
  docs: 'https://www.php.net/manual/en/features.commandline.options.php',
  programs: ['php', 'ruby', 'perl', 'lua', 'julia', 'Rscript', 'elixir', 'osascript'],
  read(args, program) {
    const inline = /^(?:-[er]|--eval|--run|-E)$/.test(args[0] ?? '');
    if (inline)
      return {
        kind: 'unit',
        runner: program,
        packages: [plainUnit('inline', args[0] ?? '')],
        unresolved: 'it runs code of the command line',
      };
    const { rest, unknown } = scanOptions(args, { values: new Set(), switches: wordSet('-w -W -n -q -u') });
    const [file, ...passed] = rest;
    if (unknown !== null || file === undefined) return unresolved(program, unknown === null ? 'it names no file' : uncertain(unknown));
    return localUnit(program, file, { passed: passed.length });
  },
} as const satisfies Runner;
