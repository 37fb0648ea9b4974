import type { CapabilityClass } from '../model/capability.ts';
import { environmentName } from './environment-name.ts';
import type { Hit } from './hits.ts';
import { argumentsBegin, hole } from './linking/patterns.ts';
import type { Term } from './linking/term.ts';
import { binaryClasses } from './rules/globals.ts';
import { literalRules, packageRunnerPattern } from './rules/literals.ts';
import { folderOf, hostOf, portScope, programOf } from './scopes.ts';
import type { OpenScope, Use } from './uses.ts';

type NewUse = Pick<Use, 'class' | 'rule' | 'level' | 'scopes'> & Partial<Pick<Use, 'needs'>>;

const hostMember = /^(?:host|hostname|socketPath)$/;
const urlMember = /^(?:base_?url|baseURL|prefixUrl|url|uri|href|endpoint|api_?url|origin|server)$/i;

/** Node and its kin, and shells: what they start stands in their arguments, or in a script that nobody reads. */
export const runsScripts = /^(?:\*|<argument>|node|bun|tsx|ts-node|deno|(?:ba|z|da|k)?sh|cmd|powershell|pwsh)$/;

/** Which part of a call's arguments names its scope; null when the rule knows none. */
export function scopeOf(hit: Hit, args: readonly Term[]): OpenScope | null {
  if (hit.scope === undefined) return null;
  const [first, second] = args;
  if (hit.scope === 'binary') return commandOf(first ?? null, second, args[2]);
  if (hit.scope === 'host') return hostScope(hit, first);
  return first === undefined ? null : { kind: 'path', term: first };
}

/** The program and its arguments as one text; a list of arguments says where the program ends, unless a shell reads both. */
function commandOf(first: Term, second: Term | undefined, options: Term | undefined): OpenScope {
  const isList = second !== undefined && second !== null && typeof second === 'object';
  const rest = !isList ? null : 'members' in second ? undefined : second;
  if (rest === undefined || second === undefined) return { kind: 'binary', term: first };
  const isApart = rest !== null && 'list' in rest && !mayUseShell(options);
  return { kind: isApart ? 'program' : 'binary', term: { text: [first, isApart ? argumentsBegin : ' ', rest] } };
}

function mayUseShell(options: Term | undefined): boolean {
  if (options === undefined) return false;
  if (options === null || typeof options === 'string' || !('members' in options)) return true;
  return options.more || Object.hasOwn(options.members, 'shell');
}

function hostScope(hit: Hit, first: Term | undefined): OpenScope | null {
  const made = hit.named.length > 0 ? { any: hit.named.map((host) => `https://${host}/`) } : null;
  if (first === undefined) return made === null ? null : { kind: 'host', term: made };
  if (first === null || typeof first === 'string' || !('members' in first))
    return { kind: 'host', term: made === null ? first : { any: [made, first] } };
  const named = Object.entries(first.members);
  const host = named.find(([name]) => hostMember.test(name));
  if (host !== undefined) return { kind: 'hostname', term: host[1] };
  const url = named.find(([name]) => urlMember.test(name));
  if (url !== undefined) return { kind: 'host', term: url[1] };
  return { kind: 'host', term: first.more ? made && { any: [made, null] } : made };
}

/** The uses that a scope stands for once its texts are known: the use itself, and what starting or touching that means. */
export function usesOf(
  hit: { readonly class: CapabilityClass; readonly rule: string },
  kind: OpenScope['kind'],
  patterns: readonly string[],
): readonly NewUse[] {
  const scopes = [...new Set(patterns.flatMap((pattern) => scopesIn(kind, pattern)))].sort();
  const isLiteral = scopes.length > 0 && !scopes.some((scope) => scope.startsWith('*'));
  const use: NewUse = { ...hit, level: isLiteral ? 'literal-scoped' : 'call-site', scopes };
  const more =
    kind === 'binary' || kind === 'program'
      ? patterns.flatMap(startedBy)
      : kind === 'path'
        ? patterns.flatMap((pattern) => touchedBy(pattern.split(hole).join('*')))
        : [];
  return [use, ...more];
}

function scopesIn(kind: OpenScope['kind'], pattern: string): readonly string[] {
  switch (kind) {
    case 'binary':
    case 'program':
      return [programOf(pattern), ...programsIn(pattern).filter((program) => /^[\w+-][\w.+-]*$/.test(program))];
    case 'host':
      // `https://sts.{Region}.{PartitionResult#dnsSuffix}`: somebody else's template, with holes of its own.
      return hostsIn(pattern.replace(/\{[\w#.-]*\}/g, hole));
    case 'hostname':
      return pattern === '' || pattern.includes(hole) ? ['*'] : [hostOf(pattern) || pattern];
    case 'name':
      return [pattern.includes(hole) ? '*' : environmentName(pattern)];
    case 'port':
      return portScope(pattern);
    default:
      return [folderOf(pattern)];
  }
}

/** A path without a host has its base somewhere else; a host with a hole names its known end, and says that it is any. */
function hostsIn(pattern: string): readonly string[] {
  if (/^\/(?!\/)/.test(pattern) || pattern.startsWith('<package>')) return [];
  const host = hostOf(pattern.replaceAll(hole, '*'));
  if (host === '') return ['*'];
  if (!pattern.includes(hole)) return [host];
  const isClosed = /:\/\/[^/?#]+[/?#]/.test(pattern);
  if (!host.includes('*')) return isClosed ? [host] : [host, '*'];
  return /^\*\.[a-z\d-]+\.[a-z\d.-]*[a-z]$/.test(host) && isClosed ? [host, '*'] : ['*'];
}

/** What starting this program means beyond starting one. */
function startedBy(pattern: string): readonly NewUse[] {
  const found: NewUse[] = [];
  for (const program of programsIn(pattern)) {
    for (const of of Object.hasOwn(binaryClasses, program) ? (binaryClasses[program] ?? []) : [])
      found.push({ class: of, rule: `start-${program}`, level: 'literal-scoped', scopes: [program] });
  }
  const command = pattern.replaceAll(hole, '…').replaceAll(argumentsBegin, ' ').replace(/\s+/g, ' ').trim();
  const bare = command.replace(/^\S*[/\\]/, '').replace(/^(\w+)\.(?:cmd|exe)\b/, '$1');
  if (packageRunnerPattern.test(bare))
    found.push({ class: 'supply.mutable', rule: 'start-package-runner', level: 'literal-scoped', scopes: [command.slice(0, 200)] });
  // The sub-command is not known: it may be the one that fetches.
  else if (/^(?:npm|pnpm|yarn|bun|uv|pip3?|docker)(?: ….*)?$/.test(bare))
    found.push({ class: 'supply.mutable', rule: 'start-package-manager', level: 'call-site', scopes: [bare.split(' ')[0] ?? bare] });
  return found;
}

/** The programs that a command starts, and those that they are told to start. */
function programsIn(pattern: string): readonly string[] {
  const parts = pattern.split(/&&|\|\||[;|\n]|(?:^|[\s\x01])-c[\s\x01]/);
  return [...new Set(parts.flatMap((part) => [programOf(part), ...runBy(part.replaceAll(argumentsBegin, ' '))]))];
}

/**
 * True for a command that may run any file of its package: an interpreter, a shell, a program that is not known, or one that
 * is a path. Of a program that is only named, unknown arguments do not count: `git clone ${url}`.
 */
export function startsAnything(pattern: string): boolean {
  const [apart = '', ...args] = pattern.split(argumentsBegin);
  const word = args.length > 0 ? apart : (pattern.trim().split(/\s+/)[0] ?? '');
  if (/[/\\]/.test(word)) return true;
  return [programOf(pattern), ...(args.length > 0 ? [] : programsIn(pattern))].some(
    (program) => runsScripts.test(program) || program.includes(hole),
  );
}

/** `npx -y name@latest` runs the program that a package is called after, `sudo name` the one that it names. */
function runBy(command: string): readonly string[] {
  const found = /^\s*(?:\S*\/)?(?:npx|bunx|pnpx|uvx|sudo|env|nohup|xargs|(?:pnpm|yarn) dlx|npm exec|bun x|pipx run)(?:\.cmd)?\s+(.*)$/.exec(
    command,
  );
  const word = found?.[1]?.split(/\s+/).find((part) => !part.startsWith('-') && !/^\w+=/.test(part));
  return word === undefined ? [] : [programOf(word.replace(/(?<=.)@[^@/]*$/, ''))];
}

/** A place that was put together may be one that no single text gives away. */
function touchedBy(path: string): readonly NewUse[] {
  return literalRules
    .filter((rule) => path.length < 300 && rule.pattern.test(path))
    .map((rule) => ({ class: rule.class, rule: rule.id, level: 'literal-scoped', scopes: [path], needs: rule.needs }));
}
