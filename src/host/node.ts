import { randomBytes } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { availableParallelism, homedir, hostname, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Host, Machine, Places } from './host.ts';
import { nodeFiles } from './node-files.ts';
import { nodeHttp } from './node-http.ts';
import { nodeKeychain } from './node-keychain.ts';
import { nodeNpm } from './node-npm.ts';
import { nodePage } from './node-page.ts';
import { nodeProcesses } from './node-processes.ts';
import { nodeRelay } from './node-relay.ts';
import { nodeTerminal } from './node-terminal.ts';

interface GivenWorld {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Places that are known already, whatever the environment says. */
  readonly places?: Partial<Places>;
}

/** The real world. Reads the process's environment once; tests pass their own places and environment. */
export function nodeHost(given: GivenWorld = {}): Host {
  const env = Object.freeze(given.env ?? definedOnly(process.env));
  const machine = thisMachine();
  const processes = nodeProcesses(env);
  const places = { ...placesFor(machine.platform, env, given.cwd ?? process.cwd()), ...given.places };
  return {
    places,
    env,
    machine,
    now: () => Date.now(),
    randomId: () => randomBytes(16).toString('hex'),
    files: nodeFiles(),
    processes,
    npm: nodeNpm(env, places),
    http: nodeHttp(env),
    page: nodePage(),
    relay: nodeRelay(),
    keychain: nodeKeychain(machine, env, processes),
    terminal: nodeTerminal(env),
  };
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined));
}

/** Where things lie, by the customs of each platform (XDG base directories on Linux). @see XDG Base Directory Specification */
export function placesFor(platform: Machine['platform'], env: Readonly<Record<string, string>>, cwd: string): Places {
  const home = env[platform === 'win32' ? 'USERPROFILE' : 'HOME'] ?? homedir();
  const temp = env['TMPDIR'] ?? env['TEMP'] ?? tmpdir();
  const folders = applicationFolders(platform, env, home);
  return {
    home,
    cwd,
    temp,
    appConfig: folders.config,
    appData: folders.data,
    config: join(folders.config, 'pinfold'),
    data: join(folders.data, 'pinfold'),
    managed: folders.managed,
  };
}

function applicationFolders(platform: Machine['platform'], env: Readonly<Record<string, string>>, home: string) {
  switch (platform) {
    case 'darwin': {
      const support = join(home, 'Library', 'Application Support');
      return { config: support, data: support, managed: '/Library/Application Support/pinfold' };
    }
    case 'win32':
      return {
        config: env['APPDATA'] ?? join(home, 'AppData', 'Roaming'),
        data: env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'),
        managed: join(env['ProgramData'] ?? 'C:\\ProgramData', 'pinfold'),
      };
    case 'linux':
      return {
        config: absolute(env['XDG_CONFIG_HOME']) ?? join(home, '.config'),
        data: absolute(env['XDG_DATA_HOME']) ?? join(home, '.local', 'share'),
        managed: '/etc/pinfold',
      };
  }
}

/** The XDG specification: relative paths in these variables are invalid and ignored. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') ? path : undefined;
}

function thisMachine(): Machine {
  const platform = process.platform;
  if (platform !== 'darwin' && platform !== 'win32' && platform !== 'linux') {
    throw new Error(`pinfold does not know the platform ${platform}`);
  }
  const installation = installationFolder();
  return {
    platform,
    arch: process.arch,
    // Asked for by installs only, and a report takes longer than all the rest of a launch's preparation.
    get libc() {
      return platform === 'linux' ? libcOf() : null;
    },
    hostname: hostname(),
    user: loginName(),
    uid: process.getuid?.() ?? -1,
    nodePath: process.execPath,
    nodeVersion: process.versions.node,
    // Asked for by the analysis only.
    get cores() {
      return availableParallelism();
    },
    installation,
    version: versionOf(installation),
  };
}

/** Containers run programs under ids that no user has. */
function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}

function libcOf(): string {
  // The report's header names glibc when the process is linked against it; musl builds have no such member.
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

/** The folder with package.json: one above `src/host` or `dist`. */
function installationFolder(): string {
  const here = realpathSync(dirname(fileURLToPath(import.meta.url)));
  for (let folder = here; folder !== dirname(folder); folder = dirname(folder)) {
    try {
      readFileSync(join(folder, 'package.json'));
      return folder;
    } catch {
      // keep climbing
    }
  }
  return here;
}

function versionOf(installation: string): string {
  try {
    const parsed: unknown = JSON.parse(readFileSync(join(installation, 'package.json'), 'utf8'));
    const version = (parsed as { version?: unknown }).version;
    return typeof version === 'string' ? version : '0.0.0';
  } catch {
    return '0.0.0';
  }
}
