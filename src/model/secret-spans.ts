import { example, type Span, withoutSpans } from './filled.ts';
import { hazardousName } from './hazardous-environment.ts';

/** Words in the name of an option, a variable, a header or a member that make its value a secret. */
const secretWords = new Set(
  'key apikey secret secrets token tokens password passwd passphrase pass pwd credential credentials authorization auth bearer cookie pat dsn signature webhook private jwt'.split(
    ' ',
  ),
);

/** Shapes that issuers give to their secrets, wherever they stand in a text. */
const issued: readonly RegExp[] = [
  /\b(?:gh[pousr]_|github_pat_|glpat-|npm_(?!config_)|hf_|xox[abeprs]-|xapp-|sk-|[spr]k_|AKIA|ASIA|AIza|ya29\.|dop_v1_|shpat_|ATATT|lin_api_|ntn_|secret_|figd_|tvly-|r8_|pplx-|gsk_|xai-)[\w\-./+=]{8,}/g,
  /(?<![\w-])eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*/g,
];

/**
 * `name=value`, `name: Bearer value`, `"name": "value"`, `--name value`: the name, what is between, and the value. A name is looked for
 * where a run of its characters begins, and nowhere inside: a long one would take hours.
 */
const named = /(?<![\w.-])[\d_.-]*([A-Za-z][\w.-]*)(["']?\s*[=:]\s*(?:(?:Bearer|Basic|Token)\s+)?|\s+)("[^"]*"?|'[^']*'?|[^\s"';&|}]+)/dg;

/** After so many names in one word, all the rest may be a secret. */
const maxNames = 200;

/** The words that stand for a value whatever it is called: `scheme://user:password@`, `Bearer value`. */
const unnamed: readonly RegExp[] = [/:\/\/([^\s/@]+)(?=@)/dg, /\b(?:Bearer|Basic)\s+([^\s"',;]+)/dgi];

/**
 * The parts of each word that may be secrets, judged by the names before them and by their shape. Meant to find too much
 * rather than too little: what it finds is left out of the lock and stays in the client's entry, where it was.
 */
export function secretSpans(words: readonly string[]): readonly (readonly Span[])[] {
  return words.map((word, at) => spansIn(word, words[at - 1] ?? ''));
}

/** The same words with an example in place of every such part, to be shown. */
export function withoutSecretWords(words: readonly string[]): readonly string[] {
  const spans = secretSpans(words);
  return words.map((word, at) => withoutSpans(word, spans[at] ?? [], example));
}

function spansIn(word: string, before: string): readonly Span[] {
  const option = /^--?([A-Za-z][\w.-]*)$/.exec(before)?.[1];
  // `--token value`. A `-` in front stays pinned: otherwise the value could never be told from an option.
  if (option !== undefined && isSecretName(option) && !word.startsWith('--')) return upTo(word, word.startsWith('-') ? 1 : 0);
  // What decides which code is loaded is no secret, and is neither hidden from who approves it nor left to the entry.
  const [, through = '', variable = ''] = /^(?:--?([A-Za-z][\w.-]*)=)?([A-Za-z_]\w*)=/.exec(word) ?? [];
  const loads = hazardousName([variable]) !== undefined && !isSecretName(through) && !isSecretName(variable);
  // Settings of npm may be addresses, with a password in them.
  if (loads && !/^npm_config_/i.test(variable)) return [];
  const assigned = /^(-{0,2}(?:[A-Za-z][\w.-]*=)?([A-Za-z][\w.-]*)[=:])[^\s/]/.exec(word);
  // `TOKEN=value`, `--api-key=value`, and every variable for the server (`env X=y`, `docker -e X=y`), whatever it is called.
  if (!loads && assigned !== null && !/\s/.test(word) && isAssignment(assigned[1] ?? '', assigned[2] ?? ''))
    return upTo(word, assigned[1]?.length ?? 0);
  return [...groups(word, unnamed), ...namedValues(word), ...whole(word, issued), ...randomParts(word)];
}

function upTo(word: string, start: number): readonly Span[] {
  return word.length > start ? [{ start, end: word.length }] : [];
}

function isAssignment(start: string, name: string): boolean {
  return isSecretName(name) || (/^[A-Z][A-Z0-9_]*$/.test(name) && start.endsWith('='));
}

/** True for a name whose value is a secret. `apiKey`, `api-key`, `X_API_KEY` and `x.api.key` are the same words. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.some((word) => secretWords.has(word));
}

function namedValues(word: string): readonly Span[] {
  const found: Span[] = [];
  let names = 0;
  // From every name on: the value of one that is no secret may be the name of the next.
  for (let at = 0; at < word.length; ) {
    named.lastIndex = at;
    const match = named.exec(word);
    if (match === null) break;
    const [, name = '', between = '', value = ''] = match;
    const from = match.indices?.[1]?.[0] ?? match.index;
    at = from + Math.max(1, name.length);
    const isOption = word[from - 1] === '-';
    if (++names > maxNames) return [...found, { start: from, end: word.length }];
    const [start, end] = match.indices?.[3] ?? [0, 0];
    const quoted = /^["']/.test(value);
    if (isSecretName(name) && (/[=:]/.test(between) || isOption))
      found.push({ start: quoted ? start + 1 : start, end: quoted && value.length > 1 && value.endsWith(value[0] ?? '') ? end - 1 : end });
  }
  return found.filter(({ start, end }) => end > start);
}

function groups(word: string, patterns: readonly RegExp[]): readonly Span[] {
  return patterns.flatMap((pattern) =>
    [...word.matchAll(pattern)].flatMap(({ indices }) => {
      const [start, end] = indices?.[1] ?? [0, 0];
      return end > start ? [{ start, end }] : [];
    }),
  );
}

function whole(word: string, patterns: readonly RegExp[]): readonly Span[] {
  return patterns.flatMap((pattern) =>
    [...word.matchAll(pattern)].map(({ index, 0: text }) => ({ start: index, end: index + text.length })),
  );
}

/** Long mixed runs that no person would type; digests that a command line pins on purpose are left in. */
function randomParts(word: string): readonly Span[] {
  return [...word.matchAll(/[A-Za-z0-9_+=-]{20,}/g)]
    .filter(({ index, 0: run }) => !/sha(?:256|512|1)[:-]$/i.test(word.slice(Math.max(0, index - 7), index)) && isRandom(run))
    .map(({ index, 0: run }) => ({ start: index, end: index + run.length }));
}

function isRandom(run: string): boolean {
  if (/^[0-9a-f-]{32,}$/i.test(run)) return true; // hexadecimal keys, UUIDs
  return run.split(/[-_]/).some((part) => part.length >= 16 && /\d/.test(part) && /[a-z]/i.test(part) && changes(part) >= part.length / 4);
}

/** How often the kind of character changes: names are words with few joints, keys change all the time. */
function changes(part: string): number {
  const kinds = [...part].map((char) => (/\d/.test(char) ? 'digit' : /[a-z]/.test(char) ? 'lower' : 'upper'));
  return kinds.filter((kind, at) => at > 0 && kind !== kinds[at - 1]).length;
}
