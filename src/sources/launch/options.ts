/** How a program reads its options. Names are written with their dashes. */
export interface OptionGrammar {
  /** Options that take the next word unless they carry `=value`. */
  readonly values: ReadonlySet<string>;
  readonly switches: ReadonlySet<string>;
  /** Letters that may be clustered behind one dash; those in `values` take the rest of the cluster or the next word. */
  readonly clusters?: boolean;
}

export interface ScannedOptions {
  /** In order; a switch has the value null. */
  readonly options: readonly (readonly [name: string, value: string | null])[];
  /** From the first word that is not an option (or what follows `--`) to the end. */
  readonly rest: readonly string[];
  /** The first option that is not in the grammar: nobody can tell whether it takes the next word. */
  readonly unknown: string | null;
}

/** Reads options up to the first other word, which is where almost every runner stops. */
export function scanOptions(args: readonly string[], grammar: OptionGrammar): ScannedOptions {
  const options: [string, string | null][] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (arg === '--') return { options, rest: args.slice(at + 1), unknown: null };
    if (!arg.startsWith('-') || arg === '-') return { options, rest: args.slice(at), unknown: null };
    const equals = arg.indexOf('=');
    const name = equals === -1 ? arg : arg.slice(0, equals);
    const next = args[at + 1];
    if (equals !== -1 && (grammar.values.has(name) || grammar.switches.has(name))) {
      options.push([name, arg.slice(equals + 1)]);
    } else if (grammar.values.has(name) && next !== undefined) {
      options.push([name, next]);
      at += 1;
    } else if (grammar.switches.has(name)) {
      options.push([name, null]);
    } else {
      const cluster = grammar.clusters === true ? readCluster(arg, next, grammar) : null;
      if (cluster === null) return { options, rest: args.slice(at), unknown: arg };
      options.push(...cluster.options);
      if (cluster.tookNext) at += 1;
    }
  }
  return { options, rest: [], unknown: null };
}

/** The values of an option under any of its names. */
export function valuesOf(scanned: ScannedOptions, ...names: readonly string[]): readonly string[] {
  return scanned.options.filter(([name, value]) => names.includes(name) && value !== null).map(([, value]) => value ?? '');
}

/** `-itv a:b`, `-eA=1`: letters up to the first that takes a value. */
function readCluster(arg: string, next: string | undefined, grammar: OptionGrammar) {
  if (!/^-[a-z]/i.test(arg)) return null;
  const options: [string, string | null][] = [];
  for (let at = 1; at < arg.length; at += 1) {
    const name = `-${arg[at]}`;
    if (grammar.switches.has(name)) {
      options.push([name, null]);
    } else if (grammar.values.has(name)) {
      const tail = arg.slice(at + 1);
      if (tail === '' && next === undefined) return null;
      options.push([name, tail === '' ? (next ?? '') : tail]);
      return { options, tookNext: tail === '' };
    } else {
      return null;
    }
  }
  return { options, tookNext: false };
}
