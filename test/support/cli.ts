import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { nodeHost } from '../../src/host/node.ts';
import { main } from '../../src/main.ts';
import { GuardError } from '../../src/model/errors.ts';
import { ledgerPath } from '../../src/store/ledger.ts';
import { temporaryHome } from './home.ts';
import { noKeychain } from './keychain.ts';
import { type Registry, startRegistry } from './registry-server.mjs';

/** What a person does when asked: types a line, presses Ctrl-C, or closes the terminal (end of input). */
export type Answer = string | { readonly press: 'ctrl-c' | 'ctrl-d' };

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Every question, in order. */
  readonly asked: readonly string[];
}

/** A machine of its own: a throw-away home, a registry of the fixture packages, and a terminal that is typed into. */
export interface Machine {
  readonly home: string;
  readonly host: Host;
  readonly registry: Registry;
  /** What the person does with a link that stands alone on a line of stderr, the moment it is printed. */
  readonly browser: { visit: ((link: string) => unknown) | null };
  /** Runs one command line in this process, without a terminal. */
  run(...argv: readonly string[]): Promise<Ran>;
  /** The same with this text on standard input. */
  piped(input: string, ...argv: readonly string[]): Promise<Ran>;
  /** Runs one command line as a person at a terminal who gives these answers. */
  person(answers: readonly Answer[], ...argv: readonly string[]): Promise<Ran>;
  /** The same machine with another host around its own. */
  with(change: (host: Host) => Host): Machine;
  /** Writes a file below the home, parents included. */
  write(path: string, text: string): void;
  read(path: string): string;
  /** Every path below the home with its kind, mode and content; without the download cache of npm, what is kept of analyses, and the ledger. */
  files(): Readonly<Record<string, string>>;
  /** A text without what differs from run to run: paths, ports, digests, times. */
  normal(text: string): string;
}

export interface MachineOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Working folder below the home; default: the home itself. */
  readonly cwd?: string;
  /** A registry that is there already. */
  readonly registry?: Registry;
  /** Clients that are set up; default: Cursor. */
  readonly clients?: readonly ('cursor' | 'claude-desktop')[];
}

/** Folders and files that a client leaves when it is used. */
const traces = { cursor: '.cursor', 'claude-desktop': '.config/Claude' } as const;

/** A new machine with its clients set up; gone when the test ends. */
export async function machine(options: MachineOptions = {}): Promise<Machine> {
  const registry = options.registry ?? (await startRegistry());
  if (options.registry === undefined) onTestFinished(() => registry.close());
  const { home, env } = temporaryHome();
  const cwd = join(home, options.cwd ?? '');
  for (const client of options.clients ?? ['cursor']) mkdirSync(join(home, traces[client]), { recursive: true });
  mkdirSync(join(home, 'tmp'));
  mkdirSync(cwd, { recursive: true });
  const host = nodeHost({ env: { ...env, ...registry.env, ...options.env }, cwd });
  return around({ ...host, keychain: noKeychain, places: { ...host.places, managed: join(home, 'managed') } }, home, registry, {
    visit: null,
  });
}

function around(host: Host, home: string, registry: Registry, browser: Machine['browser']): Machine {
  return {
    home,
    host,
    registry,
    browser,
    run: (...argv) => runCommand(argv, host, null),
    piped: (input, ...argv) => runCommand(argv, host, null, input),
    person: (answers, ...argv) => runCommand(argv, host, answers, '', browser),
    with: (change) => around(change(host), home, registry, browser),
    write(path, text) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), text);
    },
    read: (path) => readFileSync(join(home, path), 'utf8'),
    files: () => filesBelow(home, [join(home, 'npm-cache'), join(host.places.data, 'cache'), ledgerPath(host)]),
    normal: (text) => normal(text, home, host, registry),
  };
}

async function runCommand(
  argv: readonly string[],
  host: Host,
  answers: readonly Answer[] | null,
  input = '',
  browser: Machine['browser'] = { visit: null },
): Promise<Ran> {
  const opened = (text: string) => {
    const link = /^ {2}(https?:\S+)$/m.exec(text)?.[1];
    if (link !== undefined) void browser.visit?.(link);
  };
  const [stdout, stderr] = [sink(), sink(opened)];
  const asked: string[] = [];
  const left = [...(answers ?? [])];
  const terminal: Host['terminal'] = {
    stdin: Readable.from(input === '' ? [] : [Buffer.from(input)]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    interactive: answers !== null,
    columns: 80,
    colour: { stdout: false, stderr: false },
    async ask(question) {
      if (answers === null) throw new GuardError('approval-needed', 'nobody can be asked here', { why: 'this is not a terminal' });
      asked.push(question);
      const answer = left.shift();
      if (answer === undefined) throw new Error(`nobody expected to be asked: ${question}`);
      if (typeof answer === 'string') return answer.trim();
      if (answer.press === 'ctrl-c') throw new GuardError('interrupted', 'interrupted; nothing was changed');
      return '';
    },
    askSecret: (question) => terminal.ask(question),
  };
  const code = await main(argv, { ...host, terminal });
  if (left.length > 0) throw new Error(`was not asked for: ${JSON.stringify(left)}\n${stderr.text()}`);
  return { code, stdout: stdout.text(), stderr: withoutProgress(stderr.text()), asked };
}

function sink(hear: (text: string) => void = () => {}): { readonly stream: Writable; readonly text: () => string } {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString('utf8');
      hear(chunk.toString('utf8'));
      done();
    },
  });
  return { stream, text: () => text };
}

function filesBelow(home: string, caches: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  const paths = readdirSync(home, { recursive: true, encoding: 'utf8' }).sort();
  const isCache = (path: string) => caches.some((cache) => `${join(home, path)}/`.startsWith(`${cache}/`));
  // A folder that is there for a cache and for nothing else belongs to it.
  const holds = (folder: string, wanted: (path: string) => boolean) => paths.some((path) => path.startsWith(`${folder}/`) && wanted(path));
  for (const path of paths) {
    if (isCache(path) || (holds(path, isCache) && !holds(path, (one) => !isCache(one) && lstatSync(join(home, one)).isFile()))) continue;
    const stat = lstatSync(join(home, path));
    const mode = (stat.mode & 0o777).toString(8);
    if (stat.isSymbolicLink()) found[path] = `link to ${readlinkSync(join(home, path))}`;
    else if (stat.isFile())
      found[path] = `${mode} ${createHash('sha256')
        .update(readFileSync(join(home, path)))
        .digest('hex')}`;
    else found[path] = `folder ${mode}`;
  }
  return found;
}

function normal(text: string, home: string, host: Host, registry: Registry): string {
  return text
    .replaceAll(registry.url.slice(0, -1), 'http://registry')
    .replaceAll(new URL(registry.url).host, 'registry')
    .replaceAll(home, '/home/me')
    .replaceAll(host.machine.nodePath, '/usr/bin/node')
    .replaceAll(`pinfold ${host.machine.version}`, 'pinfold <version>')
    .replace(/\b(sha(?:256|512))-[A-Za-z0-9+/]{6,}(={0,2}|…)/g, '$1-<digest>')
    .replace(/\b(js|py)-\d+-[0-9a-f]{12}\b/g, '$1-<rules>')
    .replace(/\b[0-9a-f]{64}-(linux|darwin|win32)-[a-z0-9-]+/g, '<tree>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>');
}

/** A command that takes more than a second tells its progress on stderr: on a busy machine that is any command. */
export function withoutProgress(text: string): string {
  // On a terminal a line is drawn over and over, and taken away in the end.
  const drawn = text.split('\r\u001b[K');
  const said = drawn.filter((part, index) => index === 0 || index === drawn.length - 1 || part.includes('\n')).join('');
  return said.replace(/^(?:asking|resolving|reading|checking|starting the server|laying out|fetching|hashing) .*\n/gm, '');
}

/** Every file below the home that holds the text; relative to it, sorted. */
export function holders(m: Machine, text: string): readonly string[] {
  return readdirSync(m.home, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(m.home, path)).isFile() && readFileSync(join(m.home, path)).includes(text))
    .sort();
}
