import { chmodSync, existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { nodeHost } from '../../src/host/node.ts';
import { noKeychain } from './keychain.ts';

/** A throw-away home with its own folders and nothing of the machine's environment but PATH; gone when the test ends. */
export function temporaryHome(folder = tmpdir()): { readonly home: string; readonly env: Readonly<Record<string, string>> } {
  const root = realpathSync(mkdtempSync(join(folder, 'pinfold-test-')));
  onTestFinished(() => {
    makeRemovable(root);
    rmSync(root, { recursive: true, force: true });
  });
  return { home: root, env: homeEnvironment(root) };
}

/** A folder for tests that write thousands of small files and start nothing in a sandbox: in memory, where the system has such a one. */
export function memoryFolder(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
}

/** Sealed trees are read-only: who is not root cannot empty their folders. */
function makeRemovable(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) makeRemovable(join(folder, entry.name));
}

/** The environment of a throw-away home; more variables may be added by the test. */
export function homeEnvironment(root: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: root,
    USERPROFILE: root,
    APPDATA: join(root, 'AppData', 'Roaming'),
    LOCALAPPDATA: join(root, 'AppData', 'Local'),
    TMPDIR: join(root, 'tmp'),
    npm_config_cache: join(root, 'npm-cache'),
    npm_config_userconfig: join(root, '.npmrc'),
    npm_config_globalconfig: join(root, 'npmrc-global'),
    // No test reaches a public service: what plays one is named by the test.
    PINFOLD_OSV_URL: 'off',
    PINFOLD_REGISTRY_URL: 'off',
    PINFOLD_GITHUB_URL: 'off',
  };
}

/** The real host over a throw-away home; the keychain of whoever runs the tests is never asked. */
export function temporaryHost(
  more: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string; readonly folder?: string } = {},
): Host {
  const { home, env } = temporaryHome(more.folder);
  return { ...nodeHost({ env: { ...env, ...more.env }, cwd: more.cwd ?? home }), keychain: noKeychain };
}
