import { patternsOf } from './linking/patterns.ts';
import { isOpen, type Term } from './linking/term.ts';
import { usesOf } from './meaning.ts';
import type { SourceContext } from './source-context.ts';

/** What opens a port only where its options name one: it may also be given a server that somebody else opens. */
const opensNamedPort = /^module:ws (?:default\.)?(?:WebSocketServer|(?:WebSocket\.)?Server)$/;

/** Members of options that hold the options of a transport: `start({ httpStream: { port } })`. */
const transportMember = /^(?:httpStream|sse|http|server)$/;

/** Records the ports that `x.listen(port)`, `x.listen({ port })` names, as far as the files of the closure say. */
export function notePortsOfListen(args: readonly Term[], line: number, context: SourceContext): void {
  const [first] = args;
  notePorts(typeof first === 'object' && first !== null && 'members' in first ? portsIn(first) : [first ?? null], line, context);
}

/** The same for `serve({ port })` and constructors, whose options may come second. */
export function notePortsOfOptions(args: readonly Term[], line: number, context: SourceContext): void {
  notePorts(args.slice(0, 2).flatMap(portsIn), line, context);
}

/** A server of WebSockets opens a port where it is told one. */
export function noteSocketServer(origins: readonly string[], args: readonly Term[], line: number, context: SourceContext): void {
  if (!origins.some((origin) => opensNamedPort.test(origin))) return;
  const ports = args.slice(0, 1).flatMap(portsIn);
  if (ports.length === 0) return;
  context.uses.add({ class: 'net.listen', rule: 'socket-server', line, level: 'call-site', scopes: ['*'], module: 'ws' });
  notePorts(ports, line, context);
}

/** True where `noteSocketServer` looks at the arguments. */
export function isSocketServer(origins: readonly string[]): boolean {
  return origins.some((origin) => opensNamedPort.test(origin));
}

function portsIn(options: Term): readonly Term[] {
  if (options === null || typeof options === 'string' || !('members' in options)) return [];
  return Object.entries(options.members).flatMap(([name, value]) => {
    if (name === 'port') return [value];
    return transportMember.test(name) && value !== null && typeof value === 'object' && 'members' in value
      ? Object.entries(value.members).flatMap(([inner, port]) => (inner === 'port' ? [port] : []))
      : [];
  });
}

/** Beside the use that says that something listens, and nothing without it. */
function notePorts(terms: readonly Term[], line: number, context: SourceContext): void {
  for (const term of terms) {
    const use = { class: 'net.listen', rule: 'listen-port', line, needs: ['net.listen'] } as const;
    if (isOpen(term)) context.uses.add({ ...use, level: 'call-site', open: [{ kind: 'port', term }] });
    else
      for (const found of usesOf(
        use,
        'port',
        patternsOf(term, () => null),
      ))
        context.uses.add({ ...use, ...found });
  }
}
