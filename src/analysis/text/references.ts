import { wellKnownTools } from './well-known-tools.ts';

/** A name of a tool that a sentence holds. `known`: a tool of another server; `own`: another one of this server. */
export interface NameReference {
  readonly name: string;
  readonly of: 'known' | 'own' | 'unknown';
  readonly start: number;
  readonly end: number;
}

/** A name without what separates its words, in lower case. */
export function unseparated(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '');
}

/** Which names belong to whom, all in lower case. */
export interface NameSpace {
  /** Tools and prompts of the server itself, `unseparated`: authors write `listProjects` for `list_projects`. */
  readonly ownTools: ReadonlySet<string>;
  /** Everything else that the server itself names, the same way: parameters, members, enum values. */
  readonly ownWords: ReadonlySet<string>;
  /** Tools of the other servers that are pinned on this machine or given with it. */
  readonly otherTools: ReadonlySet<string>;
}

const identifier = /(?<![\w/.@:$-])[A-Za-z][a-z0-9]*(?:(?:[_-][A-Za-z0-9]+)+|(?:[A-Z][a-z0-9]+)+)(?:\(\))?(?![\w/@-]|\.\w)/g;
/** "the send_email tool", "the email tools": what stands before the word may be a name without being shaped like one. */
const calledTool = /\b(?:the|its|official|built-in|native) ([A-Za-z][\w-]{2,30})(?: mcp)? (?:tools?|server|function)\b/gi;
const ordinary =
  /^(?:other|another|following|previous|next|same|first|last|right|correct|appropriate|relevant|available|mcp|new|current|given|server|this|that|above|below|main|best|only|whole|specific|selected|target|tool|called|named|ai|api|llm|client|single|second|corresponding|associated|underlying|matching|calling|desired|required|respective|dedicated|specified)$/;

/** Every reference in a sentence to a tool that is not `self`. `cased` keeps its capitals: camel case is a shape. */
export function referencesIn(cased: string, self: string, names: NameSpace): readonly NameReference[] {
  const found = new Map<number, NameReference>();
  const add = (raw: string, start: number, shaped: boolean): void => {
    const name = raw.replace(/\(\)$/, '').toLowerCase();
    const key = unseparated(name);
    if (name === self) return;
    const own = names.ownTools.has(key);
    // A hyphenated word is mostly just that; a single word is a tool only when somebody is known to have it.
    const known = !own && (names.otherTools.has(name) || wellKnownTools.has(name));
    if (!own && (names.ownWords.has(key) || (!known && (!shaped || name.includes('-') || isTypeName(raw))))) return;
    found.set(start, { name, of: own ? 'own' : known ? 'known' : 'unknown', start, end: start + raw.length });
  };
  for (const { 0: raw, index } of cased.matchAll(identifier)) add(raw, index, true);
  for (const match of cased.matchAll(calledTool)) {
    const raw = match[1] ?? '';
    const start = match.index + match[0].indexOf(raw);
    if (!ordinary.test(raw.toLowerCase()) && !found.has(start)) add(raw, start, foreignKinds.test(raw));
  }
  return [...found.values()].sort((a, b) => a.start - b.start);
}

/** "the email tool", "the GitHub tools": kinds of servers that nobody but they themselves should give orders about. */
const foreignKinds =
  /^(?:e?mail|gmail|github|gitlab|slack|filesystem|file|browser|shell|terminal|database|calendar|payment|git|search|messaging|whatsapp|telegram|jira|notion)$/i;

/** `HubSpot`, `UserId`, `IDs`: names of things, not of tools. */
function isTypeName(raw: string): boolean {
  return /^[A-Z]/.test(raw) && !raw.includes('_') && !foreignKinds.test(raw);
}
