import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { Client, type ClientOptions } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { onTestFinished } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { nodeHost } from '../../src/host/node.ts';
import { main } from '../../src/main.ts';
import { program } from './guarded.ts';
import { homeEnvironment } from './home.ts';
import { noKeychain } from './keychain.ts';
import { type Registry, startRegistry } from './registry-server.mjs';

/** How a command of pinfold ended. */
export interface Said {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** A home on real disk with a registry, shared by the tests of one file. */
export interface Machine {
  readonly home: string;
  readonly registry: Registry;
  readonly env: Record<string, string>;
  /** The real host, with a terminal that answers what the test says (nothing = nobody is there). */
  host(given?: { readonly env?: Record<string, string>; readonly cwd?: string }): Host;
  /** A command line through the program's main function, in this process. */
  pinfold(args: readonly string[], given?: Given): Promise<Said>;
  /** The same through the real program. */
  program(args: readonly string[], given?: Given): Promise<Said>;
  /** Where pinfold keeps things. */
  readonly data: string;
  readonly config: string;
  close(): Promise<void>;
}

interface Given {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** Answers of a person at the terminal, in order; none = no terminal. */
  readonly answers?: readonly string[];
}

/** A policy that lets scripts say yes to everything. */
export const yesPolicy = { version: 1, autoApprove: 'red' };

/** A fresh machine: Cursor is set up, a policy lets `--yes` approve, a registry serves the fixture packages. */
export async function machine(given: { readonly token?: string } = {}): Promise<Machine> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'pinfold-guarantee-')));
  const registry = await startRegistry(given.token === undefined ? {} : { token: given.token });
  const env: Record<string, string> = { ...homeEnvironment(home), ...registry.env };
  const host = (more: { readonly env?: Record<string, string>; readonly cwd?: string } = {}) => ({
    ...nodeHost({ env: { ...env, ...more.env }, cwd: more.cwd ?? home }),
    keychain: noKeychain,
  });
  const { data, config } = host().places;
  mkdirSync(join(home, 'tmp'));
  write(join(home, '.cursor', 'mcp.json'), '{\n  "mcpServers": {}\n}\n');
  write(join(config, 'policy.json'), JSON.stringify(yesPolicy));
  return {
    home,
    registry,
    env,
    host,
    data,
    config,
    async pinfold(args, more = {}) {
      const outputs = [new Captured(), new Captured()] as const;
      const answers = [...(more.answers ?? [])];
      const real = host(more);
      const ask = async (question: string) => {
        outputs[1].write(question);
        return answers.shift() ?? '';
      };
      const own = { stdin: Readable.from([]), stdout: outputs[0], stderr: outputs[1], colour: { stdout: false, stderr: false } };
      const terminal = { ...real.terminal, ...own, columns: 200, interactive: more.answers !== undefined, ask };
      const code = await main(args, { ...real, terminal });
      return { code, stdout: outputs[0].text(), stderr: outputs[1].text() };
    },
    program: (args, more = {}) => runProgram(args, { ...env, ...more.env }, more.cwd ?? home),
    async close() {
      await registry.close();
      remove(home);
    },
  };
}

class Captured extends Writable {
  readonly #chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(Buffer.from(chunk));
    done();
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}

async function runProgram(args: readonly string[], env: Record<string, string>, cwd: string): Promise<Said> {
  const child = spawn(process.execPath, [program, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = ['', ''] as [string, string];
  for (const [index, stream] of [child.stdout, child.stderr].entries()) {
    stream.on('data', (chunk: Buffer) => {
      text[index] += chunk.toString('utf8');
    });
  }
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code: code ?? signal ?? 'unknown', stdout: text[0], stderr: text[1] };
}

/** Writes a file with the folders above it. */
export function write(path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Removes a folder, read-only ones inside included, or a file. */
export function remove(folder: string): void {
  if (!existsSync(folder)) return;
  if (statSync(folder).isDirectory()) openFolders(folder);
  rmSync(folder, { recursive: true, force: true });
}

function openFolders(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) openFolders(join(folder, entry.name));
}

/** A copy with modes and times that can be put back: `cp -a`, and everything there is replaced. */
export function snapshot(folder: string): { restore(): void; discard(): void } {
  const copy = `${folder}.snapshot`;
  remove(copy);
  execFileSync('cp', ['-a', folder, copy]);
  return {
    restore() {
      remove(folder);
      execFileSync('cp', ['-a', copy, folder]);
    },
    discard: () => remove(copy),
  };
}

/** Every file below a folder with its bytes, links not followed. */
export function* filesBelow(folder: string): Generator<{ readonly path: string; readonly bytes: Buffer }> {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    yield { path, bytes: readFileSync(path) };
  }
}

/** The only tree whose files hold a package. */
export function treeOf(data: string, packageName: string): string {
  const trees = join(data, 'trees');
  const found = readdirSync(trees).filter((name) => existsSync(join(trees, name, 'node_modules', packageName)));
  if (found.length !== 1) throw new Error(`${found.length} trees hold ${packageName}`);
  return join(trees, found[0] ?? '');
}

/** What a client's config file says is to be started. */
export function entryIn(file: string, name: string): { readonly command: string; readonly args: string[] } {
  const text = readFileSync(file, 'utf8').replace(/^\s*\/\/.*$/gm, '');
  return JSON.parse(text).mcpServers[name];
}

/** A session of the official client with what an entry starts. */
export interface Session {
  readonly client: Client;
  stderr(): string;
  open(): Promise<void>;
  close(): Promise<void>;
}

/** The official client in front of an entry; `open` starts it. */
export function sessionWith(
  entry: { readonly command: string; readonly args: readonly string[] },
  env: Record<string, string>,
  cwd: string,
  options: ClientOptions = {},
): Session {
  const transport = new StdioClientTransport({ command: entry.command, args: [...entry.args], env, cwd, stderr: 'pipe' });
  let stderr = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  const client = new Client({ name: 'guarantee', version: '1' }, { capabilities: {}, ...options });
  onTestFinished(() => client.close());
  return { client, stderr: () => stderr, open: () => client.connect(transport), close: () => client.close() };
}

/** Starts what a client would start, sends `initialize`, and returns the answer and the exit code. */
export async function launch(
  command: readonly [string, ...string[]],
  env: Record<string, string>,
  cwd: string,
): Promise<{ readonly answer: Record<string, unknown>; readonly exit: number | string; readonly stdout: string; readonly stderr: string }> {
  const [file, ...args] = command;
  const child = spawn(file, args, { env, cwd, stdio: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.on('error', () => undefined);
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'guarantee', version: '1' } };
  child.stdin.end(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`);
  const text = ['', ''] as [string, string];
  for (const [index, stream] of [child.stdout, child.stderr].entries()) {
    stream.on('data', (chunk: Buffer) => {
      text[index] += chunk.toString('utf8');
    });
  }
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  const line = text[0].split('\n')[0] ?? '';
  return { answer: line === '' ? {} : JSON.parse(line), exit: code ?? signal ?? 'unknown', stdout: text[0], stderr: text[1] };
}

/** The pinfold part of the error that answers a refused launch; throws when the launch was not refused. */
export function refusalIn(answer: Record<string, unknown>): {
  readonly message: string;
  readonly code: string;
  readonly remedy: string | null;
  readonly exitCode: number;
} {
  const error = answer['error'] as
    | { message: string; data: { pinfold: { code: string; remedy: string | null; exitCode: number } } }
    | undefined;
  if (error === undefined) throw new Error(`not refused: ${JSON.stringify(answer)}`);
  return { message: error.message, ...error.data.pinfold };
}

/** The real program as a command. */
export const realProgram: readonly [string, string] = [process.execPath, program];
