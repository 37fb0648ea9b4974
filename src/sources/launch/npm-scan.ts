import { npmLogLevels, npmShorthands, npmSwitches, npmUnsteadyOptions, npmValueOptions, npxRemovedOptions } from './npm-options.ts';

export interface NpmScan {
  /** Values of `--package`. */
  readonly packages: readonly string[];
  readonly words: readonly string[];
  /** Every option that was understood, by its long name. */
  readonly options: readonly (readonly [name: string, value: string | null])[];
  /** An option that npm would understand in a way that cannot be known from here. */
  readonly doubt: string | null;
}

/**
 * Options as npm and npx read them, compared word by word with npm's own parser in the tests:
 * - npx stops at the first other word (everything behind it is the server's); npm goes on until `--`;
 * - an unknown option does not take the next word, and after such a word npx still goes on; so do the `no-` forms;
 * - `-p` is `--package` for npx and `--parseable` for npm, and for both when clustered (`-yp`);
 * - `--yes=x` makes `x` a word of its own, and a value that begins with a dash may be read as an option: both are
 *   doubtful, and so are shortened options (`--packag`) and those of which npm's versions think differently.
 */
export function scanNpm(args: readonly string[], mode: 'npx' | 'npm'): NpmScan {
  const packages: string[] = [];
  const words: string[] = [];
  const options: [string, string | null][] = [];
  const done = (doubt: string | null): NpmScan => ({ packages, words, options, doubt });
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    const next = args[at + 1];
    if (arg === '--') {
      words.push(...args.slice(at + 1));
      return done(null);
    }
    if (!arg.startsWith('-')) {
      words.push(arg);
      if (mode === 'npm') continue;
      words.push(...args.slice(at + 1));
      return done(null);
    }
    const option = readOption(arg, mode);
    if (option === null || isDoubtful(option, next, mode)) return done(arg);
    const { kind, name, value } = option;
    options.push([name, kind === 'value' ? (value ?? next ?? '') : value]);
    if (name === 'package') packages.push(value ?? next ?? '');
    const takesNext =
      kind === 'value'
        ? value === null
        : mode === 'npm'
          ? value === null && (next === 'true' || next === 'false')
          : kind === 'passing' && value === null && next !== undefined && !next.startsWith('-');
    if (!takesNext) continue;
    at += 1;
    if (mode === 'npx' && kind === 'passing') words.push(next ?? '');
  }
  return done(null);
}

interface NpmOption {
  /** `passing`: an unknown option, a `no-` form or a cluster; npx passes over the word behind it without stopping there. */
  readonly kind: 'value' | 'switch' | 'level' | 'passing';
  readonly name: string;
  readonly value: string | null;
  readonly short: boolean;
}

function readOption(arg: string, mode: 'npx' | 'npm'): NpmOption | null {
  const bare = arg.replace(/^-+/, '');
  const equals = bare.indexOf('=');
  const key = equals === -1 ? bare : bare.slice(0, equals);
  const value = equals === -1 ? null : bare.slice(equals + 1);
  // npm looks names up in plain objects, where `constructor` and the like are found too.
  if (key === '' || key.replace(/^(?:no-)+/i, '') in Object.prototype) return null;
  if (mode === 'npx' && npxRemovedOptions.has(key)) return null;
  if (mode === 'npx' && key === 'p') return { kind: 'value', name: 'package', value, short: false };
  if (npmLogLevels.has(key)) return { kind: 'level', name: 'loglevel', value, short: true };
  const long = npmSwitches.has(key) || npmValueOptions.has(key) ? undefined : npmShorthands.get(key);
  const name = long ?? key;
  const option = { name, value, short: long !== undefined };
  if (npmValueOptions.has(name)) return { ...option, kind: 'value' };
  if (npmSwitches.has(name) || (mode === 'npx' && name === 'no-install')) return { ...option, kind: 'switch' };
  const base = name.replace(/^(?:no-)+/i, '');
  if (/^no-no-/i.test(name)) return null;
  // `--no-versions false` is `--versions`, and prints.
  if (base !== name && /^(?:usage|versions?)$/.test(base)) return null;
  if (base !== name && npmSwitches.has(base)) return { ...option, kind: 'passing' };
  if (isShortened(name) || isShortened(base) || npmValueOptions.has(base)) return null;
  if ([...key].every((letter) => npmShorthands.has(letter) || npmLogLevels.has(letter))) {
    const others = [...key].map((letter) => npmShorthands.get(letter) ?? '');
    const takesValue = others.some((long) => npmValueOptions.has(long) || long === 'usage' || long === 'version');
    return takesValue ? null : { ...option, kind: 'passing', short: true };
  }
  return { ...option, kind: 'passing' };
}

/** The whole or the beginning of an option, or of a short name with several letters. */
function isShortened(name: string): boolean {
  const known = [...npmValueOptions, ...npmSwitches, ...npmUnsteadyOptions, ...npmShorthands.keys(), ...npmLogLevels];
  return known.some((option) => option.length > 1 && option.startsWith(name));
}

function isDoubtful({ kind, name, value, short }: NpmOption, next: string | undefined, mode: 'npx' | 'npm'): boolean {
  const spelled = next === 'true' || next === 'false' || next === 'null' || next === 'always';
  // `${NAME}` becomes whatever the client puts there.
  const given = kind === 'value' ? (value ?? next) : value;
  if (value?.startsWith('-') || /^[$%]/.test(given ?? '')) return true;
  if (kind === 'value') return (value === null && (next === undefined || next.startsWith('-'))) || (name === 'package' && !(value ?? next));
  if (value !== null) return kind === 'passing' ? short || /^no-/i.test(name) : short || (value !== 'true' && value !== 'false');
  if (next === undefined) return false;
  if (kind === 'switch') return mode === 'npm' && (next === 'null' || (name === 'color' && next === 'always'));
  return spelled && (mode === 'npx' ? kind === 'passing' : kind === 'level' || short || next === 'null' || next === 'always');
}
