import { access, realpath } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import process from 'node:process';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { Places } from './host.ts';

/** Flat options as pacote and arborist take them. Holds credentials: never printed, never part of an error. */
export type NpmOptions = Readonly<Record<string, unknown>>;

/**
 * The user's npm configuration: built-in, global, user and environment settings, flattened. A project's `.npmrc` is not
 * read, because a cloned repository could point the registry elsewhere (DESIGN T6).
 * What would make the same version resolve differently on two machines, run something or wait for minutes is overridden.
 * @throws GuardError `config-invalid` when npm itself could not use the settings.
 */
export async function npmOptions(env: Readonly<Record<string, string>>, places: Places): Promise<NpmOptions> {
  const { default: Config } = await import('@npmcli/config');
  const { default: table } = await import('@npmcli/config/lib/definitions/index.js');
  const config = new Config({
    ...table,
    npmPath: await npmFolder(env),
    env: { HOME: places.home, ...env },
    argv: [],
    execPath: process.execPath,
    platform: process.platform,
    cwd: places.home,
    warn: false,
  });
  config.loadProjectConfig = async () => {
    config.localPrefix = places.home;
  };
  const restore = keepVariables(['npm_config_user_agent', 'NODE_ENV']); // flattening assigns them
  try {
    await config.load();
    return { ...config.flat, ...overrides(config.flat) };
  } catch (cause) {
    throw new GuardError('config-invalid', 'cannot use the npm configuration', {
      why: cause instanceof Error ? cause.message : String(cause),
      hint: 'npm config list',
      cause,
    });
  } finally {
    restore();
  }
}

function overrides(flat: NpmOptions): NpmOptions {
  return {
    timeout: Math.min(numberOr(flat['timeout'], limits.registryTimeoutMs), limits.registryTimeoutMs),
    // npm waits 10 s and then 60 s between its tries; a person waits for an answer here.
    fetchRetries: Math.min(numberOr(flat['fetchRetries'], 2), 2),
    fetchRetryMintimeout: 200,
    fetchRetryMaxtimeout: 2_000,
    ignoreScripts: true,
    allowGit: 'none',
    allowRemote: 'none',
    allowFile: 'none',
    allowDirectory: 'none',
    global: false,
    workspaces: null,
    omit: [],
    include: [],
    installStrategy: 'hoisted',
    installLinks: false,
    legacyPeerDeps: false,
    strictPeerDeps: false,
    preferDedupe: false,
    engineStrict: false,
    force: false,
    packageLock: false,
    packageLockOnly: false,
    save: false,
    audit: false,
    fund: false,
    dryRun: false,
    progress: false,
  };
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' && value >= 0 ? value : otherwise;
}

/** Where npm lies: its built-in `npmrc` moves the global prefix on Debian, Homebrew and Windows. */
async function npmFolder(env: Readonly<Record<string, string>>): Promise<string> {
  for (const folder of (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter(isAbsolute)) {
    // `npm` on PATH is a link to `npm/bin/npm-cli.js`; on Windows the package lies beside `npm.cmd`.
    const beside = join(folder, 'node_modules', 'npm');
    if (await exists(join(beside, 'package.json'))) return beside;
    const target = await realpath(join(folder, 'npm')).catch(() => null);
    if (target === null) continue;
    const behind = dirname(dirname(target));
    if (await exists(join(behind, 'package.json'))) return behind;
  }
  return join(dirname(dirname(process.execPath)), 'lib', 'node_modules', 'npm');
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function keepVariables(names: readonly string[]): () => void {
  const before = names.map((name) => [name, process.env[name]] as const);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
