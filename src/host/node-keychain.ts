import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { limits } from '../model/limits.ts';
import type { Machine, Processes } from './host.ts';
import type { KeychainAnswer, KeychainPort, KeychainRequest } from './keychain.ts';

/** Where the keychain's program and its native module are, and how long one question may take; the defaults are this installation's. */
export interface KeychainFiles {
  readonly program?: string | null;
  readonly module?: string | null;
  readonly waitMs?: number;
}

/** The operating system's keychain, asked by a child process. Looks for nothing and loads nothing before it is asked. */
export function nodeKeychain(
  machine: Pick<Machine, 'installation' | 'platform' | 'arch' | 'libc' | 'nodePath'>,
  env: Readonly<Record<string, string>>,
  processes: Processes,
  files: KeychainFiles = {},
): KeychainPort {
  const port: KeychainPort = {
    get module() {
      return files.module === undefined ? nativeModule(machine) : files.module;
    },
    async ask(requests) {
      if (requests.length === 0) return { state: 'done', values: [] };
      const { module } = port;
      const program = files.program === undefined ? programOf(machine) : files.program;
      if (module === null || program === null) return { state: 'none', why: 'this installation has no keychain module for this platform' };
      return question({ program, module, waitMs: files.waitMs ?? limits.keychainWaitMs }, requests, machine, env, processes);
    },
  };
  return port;
}

/** Beside a copied launcher, in a build, or in the sources. */
function programOf({ installation }: Pick<Machine, 'installation'>): string | null {
  const places = [[], ['dist'], ['src']].map((folders) => join(installation, ...folders, 'keyring.cjs'));
  return places.find((path) => existsSync(path)) ?? null;
}

function nativeModule(machine: Pick<Machine, 'installation' | 'platform' | 'arch' | 'libc'>): string | null {
  const copied = join(machine.installation, 'keyring.node');
  if (existsSync(copied)) return copied;
  const target = keychainTarget(machine);
  try {
    const from = createRequire(join(machine.installation, 'package.json')).resolve('@napi-rs/keyring');
    return createRequire(from).resolve(`@napi-rs/keyring-${target}/keyring.${target}.node`);
  } catch {
    return null; // an optional dependency
  }
}

/** What the native module of a machine is called. */
export function keychainTarget({ platform, arch, libc }: Pick<Machine, 'platform' | 'arch' | 'libc'>): string {
  const suffix = { darwin: '', win32: '-msvc', linux: libc === 'musl' ? '-musl' : '-gnu' }[platform];
  return `${platform}-${arch}${suffix}`;
}

/** What finding the session's keychain takes; nothing with which Node or the loader could be made to load other code. */
const handedOn =
  'HOME USER LOGNAME LANG DISPLAY WAYLAND_DISPLAY XAUTHORITY XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS SystemRoot windir USERPROFILE APPDATA LOCALAPPDATA TEMP TMP'.split(
    ' ',
  );

async function question(
  { program, module, waitMs }: { readonly program: string; readonly module: string; readonly waitMs: number },
  requests: readonly KeychainRequest[],
  { installation, nodePath }: Pick<Machine, 'installation' | 'nodePath'>,
  env: Readonly<Record<string, string>>,
  processes: Processes,
): Promise<KeychainAnswer> {
  const given = Object.fromEntries(handedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  const options = { cwd: installation, env: given, stderr: 'ignore', ownGroup: false } as const;
  const child = await processes.spawn(nodePath, [program, module], options).catch(() => null);
  if (child === null) return { state: 'failed', why: 'the program that asks it cannot be started' };
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, waitMs);
  const chunks: Buffer[] = [];
  let size = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limits.keychainAnswerMaxBytes) child.kill('SIGKILL');
    else chunks.push(chunk);
  });
  child.stdin.end(JSON.stringify({ requests }));
  const { code } = await child.exited;
  clearTimeout(timer);
  if (late) return { state: 'failed', why: `it did not answer within ${waitMs / 1000} s` };
  const answer = code === 0 ? answerIn(Buffer.concat(chunks).toString('utf8'), requests.length) : null;
  return answer ?? { state: 'failed', why: 'the program that asks it ended without an answer' };
}

/** An answer of the right shape; null = anything else. */
function answerIn(text: string, count: number): KeychainAnswer | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { state, why, values } = Object(value) as { readonly state?: unknown; readonly why?: unknown; readonly values?: unknown };
  if ((state === 'none' || state === 'failed') && typeof why === 'string') return { state, why };
  const whole = Array.isArray(values) && values.length === count && values.every((one) => one === null || typeof one === 'string');
  return state === 'done' && whole ? { state, values: values as readonly (string | null)[] } : null;
}
