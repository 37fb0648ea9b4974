/** How a program reads its options. Names are written with their dashes. */
export interface OptionGrammar {
  /** Options that take the next word unless they carry `=value`. */
  readonly values: ReadonlySet<string>;
  readonly switches: ReadonlySet<string>;
  /** Switches that may carry `=value` but never take the next word. */
  readonly optional?: ReadonlySet<string>;
  /** Letters that may be clustered behind one dash; those in `values` take the rest of the cluster or the next word. */
  readonly clusters?: boolean;
  /** A value may begin with a dash. Without it such a word is no value for some parsers, so the option counts as unknown. */
  readonly dashedValues?: boolean;
}

export interface ScannedOptions {
  /** In order; a switch has the value null. */
  readonly options: readonly (readonly [name: string, value: string | null])[];
  /** From the first word that is not an option (or what follows `--`) to the end. */
  readonly rest: readonly string[];
  /** The first option that is not in the grammar: nobody can tell whether it takes the next word. */
  readonly unknown: string | null;
  /** `--` ended the options. */
  readonly ended: boolean;
}

/** Reads options up to the first other word, which is where almost every runner stops. */
export function scanOptions(args: readonly string[], grammar: OptionGrammar): ScannedOptions {
  const options: [string, string | null][] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (arg === '--') return { options, rest: args.slice(at + 1), unknown: null, ended: true };
    if (!arg.startsWith('-') || arg === '-') return { options, rest: args.slice(at), unknown: null, ended: false };
    const read = readOption(arg, args[at + 1], grammar);
    if (read === null) return { options, rest: args.slice(at), unknown: arg, ended: false };
    options.push(...read.options);
    if (read.tookNext) at += 1;
  }
  return { options, rest: [], unknown: null, ended: false };
}

/** The values of an option under any of its names. */
export function valuesOf(scanned: ScannedOptions, ...names: readonly string[]): readonly string[] {
  return scanned.options.filter(([name, value]) => names.includes(name) && value !== null).map(([, value]) => value ?? '');
}

/** Words of a table, however they are laid out. */
export function wordSet(...texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.join(' ').trim().split(/\s+/));
}

interface ReadOption {
  readonly options: readonly [string, string | null][];
  readonly tookNext: boolean;
}

function readOption(arg: string, next: string | undefined, grammar: OptionGrammar): ReadOption | null {
  const { values, switches, optional } = grammar;
  const equals = arg.indexOf('=');
  const name = equals === -1 ? arg : arg.slice(0, equals);
  if (equals !== -1 && (values.has(name) || optional?.has(name))) {
    const value = arg.slice(equals + 1);
    return isValue(value, grammar) ? { options: [[name, value]], tookNext: false } : null;
  }
  if (switches.has(arg) || optional?.has(arg)) return { options: [[arg, null]], tookNext: false };
  if (values.has(arg)) return isValue(next, grammar) ? { options: [[arg, next]], tookNext: true } : null;
  return grammar.clusters === true ? readCluster(arg, next, grammar) : null;
}

function isValue(word: string | undefined, { dashedValues = false }: OptionGrammar): word is string {
  return word !== undefined && (dashedValues || !/^-./.test(word));
}

/** `-itv a:b`, `-eA=1`: letters up to the first that takes a value. */
function readCluster(arg: string, next: string | undefined, grammar: OptionGrammar): ReadOption | null {
  if (!/^-[a-z0-9]/i.test(arg)) return null;
  const options: [string, string | null][] = [];
  for (let at = 1; at < arg.length; at += 1) {
    const name = `-${arg[at]}`;
    if (grammar.switches.has(name)) {
      options.push([name, null]);
    } else if (grammar.values.has(name)) {
      const tail = arg.slice(at + 1);
      if (tail !== '') return { options: [...options, [name, tail.replace(/^=/, '')]], tookNext: false };
      return isValue(next, grammar) ? { options: [...options, [name, next]], tookNext: true } : null;
    } else {
      return null;
    }
  }
  return { options, tookNext: false };
}
