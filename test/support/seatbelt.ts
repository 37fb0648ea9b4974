import { execFileSync } from 'node:child_process';

/** What a rule is asked about: a path, or an end of a connection (`local` for listening, `remote` for connecting). */
export type Subject =
  | { readonly path: string; readonly directory?: boolean }
  | { readonly local: string }
  | { readonly remote: string }
  | { readonly mach: string };

type Part = string | { readonly text: string } | readonly Part[];

/** The words of a command line, as a POSIX shell takes it apart. It starts nothing but the shell's own `printf`. */
export function wordsOf(line: string): readonly string[] {
  const found = /^(?:exec )?env /.exec(line);
  if (found === null) throw new Error(`not a line of the sandbox: ${line.slice(0, 80)}`);
  const printed = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${line.slice(found[0].length)}`], { encoding: 'utf8', env: {} });
  return printed.split('\0').slice(0, -1);
}

/**
 * What a profile says of an operation, as Seatbelt reads it: the last rule that fits counts. Written from the profiles that
 * Apple ships and from what the library's comments measured on macOS; the real one was not asked.
 */
export function seatbelt(profile: string) {
  const rules = parse(profile).flatMap((rule) => (Array.isArray(rule) && (rule[0] === 'allow' || rule[0] === 'deny') ? [rule] : []));
  return { rules, allows: (operation: string, subject: Subject) => allows(rules, operation, subject) };
}

function allows(rules: readonly (readonly Part[])[], operation: string, subject: Subject): boolean {
  let allowed = false;
  for (const [action, ...rest] of rules) {
    const operations = rest.filter((part): part is string => typeof part === 'string');
    const filters = rest.filter((part): part is readonly Part[] => Array.isArray(part) && part[0] !== 'with');
    const named = operations.some(
      (name) => name === 'default' || name === operation || (name.endsWith('*') && operation.startsWith(name.slice(0, -1))),
    );
    if (named && (filters.length === 0 || filters.some((filter) => fits(filter, subject)))) allowed = action === 'allow';
  }
  return allowed;
}

function fits([kind, ...rest]: readonly Part[], subject: Subject): boolean {
  const lists = rest.filter((part): part is readonly Part[] => Array.isArray(part));
  const [text = ''] = rest.flatMap((part) => (typeof part === 'object' && 'text' in part ? [part.text] : []));
  const path = 'path' in subject ? subject.path : null;
  switch (kind) {
    case 'subpath':
      return path !== null && (text === '/' || path === text || path.startsWith(`${text}/`));
    case 'literal':
      return path === text;
    case 'regex':
      return path !== null && new RegExp(text).test(path);
    case 'require-all':
      return lists.every((filter) => fits(filter, subject));
    case 'require-any':
      return lists.some((filter) => fits(filter, subject));
    case 'require-not':
      return !lists.some((filter) => fits(filter, subject));
    case 'vnode-type':
      return 'path' in subject && (rest[0] === 'DIRECTORY') === (subject.directory === true);
    case 'local':
    case 'remote':
      return (
        rest[0] === 'ip' &&
        kind in subject &&
        isEnd(text, kind === 'local' ? (subject as { local: string }).local : (subject as { remote: string }).remote)
      );
    case 'global-name':
      return 'mach' in subject && subject.mach === text;
    default:
      return false;
  }
}

function isEnd(pattern: string, end: string): boolean {
  const [host, port] = [pattern.replace(/:[^:]*$/, ''), pattern.replace(/^.*:/, '')];
  const [endHost, endPort] = [end.replace(/:[^:]*$/, ''), end.replace(/^.*:/, '')];
  const isLoopback = endHost === '127.0.0.1' || endHost === '[::1]';
  return (host === '*' || (host === 'localhost' && isLoopback)) && (port === '*' || port === endPort);
}

/** The expressions of a profile. @throws Error for brackets or texts that do not end where they should. */
function parse(profile: string): readonly Part[] {
  const tokens = [...profile.matchAll(/;[^\n]*|"(?:[^"\\\n]|\\.)*"|[()]|[^\s()";]+|\S/g)].map(([token]) => token);
  const open: Part[][] = [[]];
  for (const token of tokens) {
    if (token.startsWith(';')) continue;
    if (token === '(') open.push([]);
    else if (token === ')') {
      const done = open.pop();
      const outer = open.at(-1);
      if (done === undefined || outer === undefined) throw new Error('a bracket too many');
      outer.push(done);
    } else if (token === '"') throw new Error('a text that does not end');
    else open.at(-1)?.push(token.startsWith('"') ? { text: JSON.parse(token) as string } : token);
  }
  const [all, ...unclosed] = open;
  if (all === undefined || unclosed.length > 0) throw new Error('a bracket that is not closed');
  return all;
}
