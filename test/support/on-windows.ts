import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../src/host/host.ts';
import { placesFor } from '../../src/host/node.ts';
import { sandboxHelper } from '../../src/model/sandbox-helper.ts';
import { temporaryHost } from './home.ts';
import { onPlatform } from './on-platform.ts';

/** What the library's program is to find; see `srt-win.cjs`. */
export interface WindowsMachine {
  readonly provisioned: boolean;
  readonly egress: 'blocked' | 'connected';
  readonly grantExit: number;
}

/** One call of the library's program. */
export interface Call {
  readonly mark: string;
  readonly args: readonly string[];
  /** What it was given on standard input; absent = nothing that it reads itself. */
  readonly input?: { readonly read: readonly string[]; readonly write: readonly string[] };
}

/** Puts the program that plays the library's into a folder, and returns its path, and what it was called with. */
export function playedProgram(folder: string, machine: Host['machine'], is: Partial<WindowsMachine> = {}) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, sandboxHelper(machine));
  const script = join(folder, 'srt-win.cjs');
  cpSync(join(import.meta.dirname, 'srt-win.cjs'), script);
  writeFileSync(join(folder, 'srt-win.json'), JSON.stringify({ provisioned: true, egress: 'blocked', grantExit: 0, ...is }));
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`, { mode: 0o755 });
  const record = join(folder, 'calls.jsonl');
  const calls = (): readonly Call[] =>
    existsSync(record)
      ? readFileSync(record, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : [];
  return { path, calls };
}

/**
 * A host as it is on Windows, but for how paths are spelled, over a throw-away home. What the library's program does is played:
 * nothing is contained.
 */
export function windowsHost(is: Partial<WindowsMachine> = {}, env: Readonly<Record<string, string>> = {}) {
  const host = temporaryHost({ env });
  const places = placesFor('win32', host.env, host.places.cwd);
  const machine = { ...host.machine, platform: 'win32' as const, installation: join(host.places.home, 'installed') };
  const { path, calls } = playedProgram(join(machine.installation, 'dist'), machine, is);
  return { host: { ...host, machine, places } satisfies Host, program: path, calls };
}

/** Runs something while this process, and the sandbox's library in it, takes this machine for one with Windows. */
export function onWindows<T>(work: () => Promise<T>): Promise<T> {
  return onPlatform('win32', work);
}
