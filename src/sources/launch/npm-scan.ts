import { npmShorthands, npmSwitches, npmValueOptions } from './npm-options.ts';

export interface NpmScan {
  /** Values of `--package`. */
  readonly packages: readonly string[];
  readonly words: readonly string[];
  /** `--call`: a line for a shell. */
  readonly call: boolean;
  /** An option that npm would understand in a way that cannot be known from here. */
  readonly doubt: string | null;
}

/**
 * Options as npm and npx read them, tried against npm 11.19:
 * - npx stops at the first other word (everything behind it is the server's); npm goes on until `--`;
 * - an unknown option does not take the next word, and after such a word npx still goes on;
 * - an option may be shortened (`--packag`), which is refused as doubtful;
 * - `-p` is `--package` for npx and `--parseable` for npm, and for both when clustered (`-yp`).
 */
export function scanNpm(args: readonly string[], mode: 'npx' | 'npm'): NpmScan {
  const packages: string[] = [];
  const words: string[] = [];
  let call = false;
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    const next = args[at + 1];
    const nextWord = next !== undefined && !next.startsWith('-') ? next : null;
    const done = (doubt: string | null = null): NpmScan => ({ packages, words, call, doubt });
    if (arg === '--') {
      words.push(...args.slice(at + 1));
      return done();
    }
    if (!arg.startsWith('-')) {
      words.push(arg);
      if (mode === 'npm') continue;
      words.push(...args.slice(at + 1));
      return done();
    }
    const option = readOption(arg, mode);
    if (option === null) return done(arg);
    if (option.name === 'call') call = true;
    if (option.kind === 'value') {
      const value = option.value ?? nextWord;
      if (option.value === null && nextWord !== null) at += 1;
      if (option.name === 'package') {
        if (value === null || value === '') return done(arg);
        packages.push(value);
      }
    } else if (option.kind === 'switch') {
      if (mode === 'npm' && option.value === null && (next === 'true' || next === 'false')) at += 1;
    } else if (mode === 'npx' && option.value === null && nextWord !== null) {
      words.push(nextWord);
      at += 1;
    }
  }
  return { packages, words, call, doubt: null };
}

interface NpmOption {
  readonly kind: 'value' | 'switch' | 'unknown';
  readonly name: string;
  readonly value: string | null;
}

function readOption(arg: string, mode: 'npx' | 'npm'): NpmOption | null {
  const bare = arg.replace(/^-+/, '');
  const equals = bare.indexOf('=');
  const key = equals === -1 ? bare : bare.slice(0, equals);
  const value = equals === -1 ? null : bare.slice(equals + 1);
  if (key === '') return null;
  const name = key === 'p' ? (mode === 'npx' ? 'package' : 'parseable') : (npmShorthands[key] ?? key);
  if (npmValueOptions.has(name)) return { kind: 'value', name, value };
  if (npmSwitches.has(name) || name === 'no-install') return { kind: 'switch', name, value };
  // npx does not know the `no-` forms, so it goes on behind the next word; npm does.
  if (name.startsWith('no-') && npmSwitches.has(name.slice(3))) return { kind: mode === 'npx' ? 'unknown' : 'switch', name, value };
  if ([...npmValueOptions, ...npmSwitches].some((known) => known.startsWith(name) || `no-${known}`.startsWith(name))) return null;
  // A cluster of one-letter switches; one with a letter that takes a value is left alone.
  if (/^-[a-z?]{2,}$/i.test(arg) && [...bare].every((letter) => letter === 'p' || Object.hasOwn(npmShorthands, letter))) {
    return [...bare].some((letter) => npmValueOptions.has(npmShorthands[letter] ?? '')) ? null : { kind: 'unknown', name, value };
  }
  return { kind: 'unknown', name, value };
}
