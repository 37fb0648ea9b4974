import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { contain } from '../../src/sandbox/contain.ts';
import { temporaryHost } from './home.ts';

/**
 * A suite that needs a sandbox: it runs on Linux and fails where none works; elsewhere it is skipped and says so, because the
 * sandboxes of macOS and Windows were never run (docs/platforms.md).
 */
export const describeSandboxed =
  process.platform === 'linux'
    ? describe
    : (name: string, suite: () => void): void => {
        describe.skip(`${name} (skipped: written for Linux, this is ${process.platform})`, suite);
      };

/** Runs a CommonJS text in a contained Node; its stdout is one JSON value. */
export async function runContained(script: string, given: { host?: Host; readable?: string[]; args?: string[] } = {}) {
  const host = given.host ?? temporaryHost();
  const scratch = join(host.places.home, 'scratch');
  mkdirSync(scratch, { recursive: true });
  const program = realpathSync(process.execPath);
  const env = { HOME: scratch, PATH: '/usr/bin:/bin' };
  const child = await contain(
    { readable: given.readable ?? [], writable: scratch },
    { program, args: ['-e', script, ...(given.args ?? [])], cwd: scratch, env },
    host,
  );
  let out = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  child.stdin.end();
  const { code, signal } = await child.exited;
  return { host, scratch, out, errors, code, signal, value: parse(out, errors) };
}

function parse(out: string, errors: string): unknown {
  try {
    return JSON.parse(out);
  } catch {
    return { notJson: out, errors };
  }
}
