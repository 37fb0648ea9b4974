import type { Node } from 'oxc-parser';
import { argumentsBegin, hole } from './linking/patterns.ts';
import { nameOnlyHosts } from './rules/literals.ts';
import type { SourceContext } from './source-context.ts';

/** The host of a URL text; '' when it is no URL; `*` when the host itself is made at run time. */
export function hostOf(text: string): string {
  const found = /^(?:https?|wss?|ftp|mongodb(?:\+srv)?|postgres(?:ql)?|mysql|redis|amqp|mqtt):\/\/([^/\s?#]*)/i.exec(text);
  if (found === null) return '';
  const authority = (found[1] ?? '').replace(/^.*@/, '');
  const bracketed = authority.startsWith('[') ? (/^\[[\da-f:.]+\]/i.exec(authority)?.[0] ?? '*') : authority.replace(/:[\d*]*$/, '');
  return authority.includes('{') ? '*' : bracketed.toLowerCase() || '*';
}

/** The program that a command starts; `*` = not known. */
export function programOf(command: string): string {
  const [apart = '', ...args] = command.split(argumentsBegin);
  const whole = command.trim();
  const quoted = /^(?:"([^"]+)"|'([^']+)')/.exec(whole);
  // Only a path may have spaces: whatever is no path is looked for by its first word.
  const isPath = args.length > 0 && /^\s*(?:[~/\\.<]|[a-z]:[/\\])/i.test(apart);
  const first = isPath ? apart.trim() : (quoted?.[1] ?? quoted?.[2] ?? whole.split(/[\s\x01]+/)[0] ?? '');
  const program = first.replace(/^.*[/\\]/, '').replace(/\.(?:cmd|exe)$/i, '');
  return program === '' || program.includes(hole) || /^\d+$/.test(program) ? '*' : program;
}

/** The variable that a member of `process.env` names; `*` = any. */
export function environmentName(rest: string): string {
  const name = rest.split('.')[0] ?? '';
  return /^[A-Za-z_][\w]*$/.test(name) && !/^(?:hasOwnProperty|toString)$/.test(name) ? name : '*';
}

/** The folder of a path as far as it is known, with a star for the rest; `*` alone when its beginning is not. */
export function folderOf(pattern: string): string {
  // A number is an open file.
  if (/^\s*\d*$/.test(pattern)) return '*';
  if (!pattern.includes(hole)) return pattern;
  const head = pattern.slice(0, pattern.indexOf(hole));
  const folder = head.slice(0, head.lastIndexOf('/') + 1);
  return /^(?:~\/|\/[^/]|<\w+>\/|\.{0,2}\/[\w@.-]|[\w@.-]*\w\/)/.test(folder) && !/\s/.test(folder) ? `${folder}*` : '*';
}

/** Notes hosts and names of scripts in a text. The head of a template whose host has a hole is `*`. */
export function noteText(node: Node, text: string, context: SourceContext): void {
  if (text.length > 2_000 || /\s/.test(text)) return;
  const host = hostOf(text);
  const isWhole = node.type === 'Literal' || context.evaluator.text(node) !== null || /:\/\/[^/]+\//.test(text);
  if (host !== '' && !nameOnlyHosts.has(host)) context.hosts.add(isWhole ? host : '*');
  const isScript = /[^/\\]\.(?:[cm]?[jt]sx?|node|wasm|py|sh|ps1|bat|exe)$/.test(text);
  if (isScript && context.mentions.size < 500) context.mentions.add(text.replaceAll('\\', '/').replace(/^(?:file:)?(?:\.{0,2}\/)+/, ''));
}
