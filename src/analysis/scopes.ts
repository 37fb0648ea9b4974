import { isSandboxPort } from '../model/sandbox-profile.ts';
import { argumentsBegin, hole } from './linking/patterns.ts';

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

/** The folder of a path as far as it is known, with a star for the rest; `*` alone when its beginning is not. */
export function folderOf(pattern: string): string {
  // A number is an open file.
  if (/^\s*\d*$/.test(pattern)) return '*';
  if (!pattern.includes(hole)) return pattern;
  const head = pattern.slice(0, pattern.indexOf(hole));
  const folder = head.slice(0, head.lastIndexOf('/') + 1);
  return /^(?:~\/|\/[^/]|<\w+>\/|\.{0,2}\/[\w@.-]|[\w@.-]*\w\/)/.test(folder) && !/\s/.test(folder) ? `${folder}*` : '*';
}

/** `:3000` for a port that somebody can name in advance; empty for any other text. */
export function portScope(text: string): readonly string[] {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : null;
  return isSandboxPort(port) ? [`:${port}`] : [];
}
