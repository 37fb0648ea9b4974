/** Words that servers of any vendor have in their names. */
const generic: ReadonlySet<string> = new Set(
  `mcp mcps mcpserver server servers official remote client clients ai api sdk tool tools toolkit agent agents cli bridge proxy local
   hosted cloud node js ts javascript typescript python py npx app apps service services connector connect integration integrations
   plugin plugins extension the my for by with and of to from new next pro plus lite mini fast simple easy better enhanced advanced
   secure safe full free open community unofficial fork beta alpha dev latest v1 v2 v3 2 3 model context protocol modelcontextprotocol
   stdio http sse gateway hub io com org net inc hq co llc team labs lab corp group tech gpt llm bot assistant context kit core lib
   wrapper adapter interface runner launcher installer setup config helper utils platform`.split(/\s+/),
);

/** A package's name taken apart. */
export interface NameParts {
  /** With its `@`; null = none. */
  readonly scope: string | null;
  /** Without the scope. */
  readonly bare: string;
  /** Lower-case words of the bare name. */
  readonly tokens: readonly string[];
  /** Those that say more than "an MCP server". */
  readonly core: readonly string[];
  /** The same of the scope. */
  readonly scopeCore: readonly string[];
}

/** A name as npm or PyPI has it; never throws. */
export function nameParts(name: string): NameParts {
  const found = /^(@[^/]*)\/(.*)$/s.exec(name);
  const [scope, bare] = found === null ? [null, name] : [found[1] ?? null, found[2] ?? ''];
  const tokens = wordsOf(bare);
  return { scope, bare, tokens, core: coreOf(tokens), scopeCore: scope === null ? [] : coreOf(wordsOf(scope)) };
}

/** True when these words, side by side, are among the tokens. */
export function holds(tokens: readonly string[], words: readonly string[]): boolean {
  return words.length > 0 && tokens.some((_, at) => words.every((word, index) => tokens[at + index] === word));
}

/** The words of a name; `awslabs.core-mcp-server`, `mcp_notion`. */
export function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^\p{Letter}\p{Number}]+/u)
    .filter((word) => word !== '');
}

function coreOf(tokens: readonly string[]): readonly string[] {
  return tokens.filter((token) => !generic.has(token));
}
