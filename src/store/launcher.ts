import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { digestBytes, digestHex } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { sandboxHelper } from '../model/sandbox-helper.ts';

/** Absolute path that entries of clients name: no PATH, no installation of pinfold and no version in it. */
export function launcherCommand(host: Host): string {
  return join(host.places.data, 'bin', host.machine.platform === 'win32' ? 'pinfold.cmd' : 'pinfold');
}

/** True when an entry's command is this machine's launcher. A bare `pinfold` is not: PATH decides what that is. */
export function isLauncher(command: string, host: Host): boolean {
  const own = launcherCommand(host);
  return host.machine.platform === 'win32' ? command.toLowerCase() === own.toLowerCase() : command === own;
}

/** The launch path and what it imports when it has to; see scripts/build.mjs. */
const bundles = [
  ...['run-bundle.cjs', 'run-policy.mjs', 'run-lock.mjs', 'run-remote.mjs', 'run-oauth.mjs'],
  ...[
    'run-sandbox.mjs',
    'run-secrets.mjs',
    'run-look.mjs',
    'hold.cjs',
    'tunnel.cjs',
    'tell.cjs',
    'enter.cjs',
    'keyring.cjs',
    'srt-proxy-agent.jar',
  ],
];

/** The sandbox library's own program, where it has one for this machine. */
function helpersFor(machine: Host['machine']): readonly string[] {
  const { platform, arch } = machine;
  return platform !== 'darwin' && (arch === 'x64' || arch === 'arm64') ? [sandboxHelper(machine)] : [];
}

/**
 * Puts the launcher in place and returns the command that entries name: a small script, and a copy of this version's
 * launch path beside it, so that a pinfold that came by npx, is upgraded or removed leaves guarded servers working.
 * Copies are named after their content; the script is replaced atomically, and only when it changed. A running server
 * goes on with the copy that it was started from.
 *
 * @throws GuardError `file-unwritable`, `busy`, `file-not-found` when this installation holds no launch path (not built).
 */
export async function installLauncher(host: Host): Promise<{ readonly command: string }> {
  const command = launcherCommand(host);
  await host.files.locked(command, () => put(command, host));
  return { command };
}

async function put(command: string, host: Host): Promise<void> {
  const folder = await installCopy(host);
  const script = host.machine.platform === 'win32' ? windowsScript(folder, host) : shellScript(folder, host);
  const before = await host.files.readText(command, limits.configMaxBytes).catch(() => null);
  if (before !== script) await host.files.writeAtomic(command, script, { mode: 0o755 });
  if (host.machine.platform !== 'win32') await host.files.chmod(command, 0o755);
  await removeOldCopies(folder, host);
}

/** Absolute path of the folder with this version's copy. */
async function installCopy(host: Host): Promise<string> {
  const { installation, version } = host.machine;
  const files: [string, Uint8Array][] = [];
  for (const name of [...bundles, ...helpersFor(host.machine)])
    files.push([name, await host.files.readBytes(join(installation, 'dist', name), limits.configMaxBytes)]);
  // A native module cannot be part of a bundle, and a copied launcher has no node_modules.
  const { module } = host.keychain;
  if (module !== null) files.push(['keyring.node', await host.files.readBytes(module, limits.configMaxBytes)]);
  files.push(['run.cjs', Buffer.from(entryScript(host))]);
  files.push(['package.json', Buffer.from(`${JSON.stringify({ name: 'pinfold', version, type: 'module', private: true })}\n`)]);
  const content = digestHex(digestBytes(files.map(([name, bytes]) => `${name} ${digestBytes(bytes)}`).join('\n')));
  const folder = join(copiesFolder(host), `${version}-${content.slice(0, 16)}`);
  if (await holds(folder, files, host)) return folder;
  const staging = await host.files.makeTempFolder(copiesFolder(host), '.staging-');
  try {
    for (const [name, bytes] of files)
      await host.files.create(join(staging, name), bytes, helpersFor(host.machine).includes(name) ? 0o755 : 0o644);
    await host.files.remove(folder); // a copy that somebody changed
    await host.files.rename(staging, folder);
  } finally {
    await host.files.remove(staging);
  }
  return folder;
}

async function holds(folder: string, files: readonly (readonly [string, Uint8Array])[], host: Host): Promise<boolean> {
  for (const [name, bytes] of files) {
    const found = await host.files.readBytes(join(folder, name), limits.configMaxBytes).catch((cause: unknown) => {
      if (cause instanceof GuardError) return null;
      throw cause;
    });
    if (found === null || digestBytes(found) !== digestBytes(bytes)) return false;
  }
  return true;
}

function copiesFolder(host: Host): string {
  return join(host.places.data, 'launcher');
}

const keepMs = 7 * 24 * 60 * 60 * 1000;

/** A copy that no script names any more may still be what a running server loads from. After a week it goes. */
async function removeOldCopies(current: string, host: Host): Promise<void> {
  for (const name of await host.files.list(copiesFolder(host))) {
    const path = join(copiesFolder(host), name);
    const stat = path === current || name === 'cache' ? null : await host.files.stat(path);
    if (stat !== null && host.now() - stat.ctimeMs > keepMs) await host.files.remove(path).catch(() => undefined);
  }
}

/**
 * Newer Nodes keep compiled code between starts; they go on without when the folder cannot be written. Where pinfold keeps
 * things is said here and not by the environment: an entry could otherwise name a folder with tickets of its own.
 */
function entryScript({ places: { home, config, data, managed } }: Host): string {
  return `'use strict';
process.exitCode = 70;
globalThis[Symbol.for('pinfold.places')] = ${JSON.stringify({ home, config, data, managed })};
require('node:module').enableCompileCache?.(require('node:path').join(__dirname, '..', 'cache'));
require('./run-bundle.cjs');
`;
}

/** What stops a launcher, and the way out. They stand in scripts and in JSON: no quotes, no percent signs, no backslashes. */
const stopped = {
  noNode: ['no working Node found (20.19 or newer)', 'install Node from nodejs.org, or put it on the PATH of this client'],
  noInstallation: ['the installation that wrote this is gone', 'npm install -g pinfold'],
  noLaunchPath: [
    'the files that pinfold starts this server with are gone',
    'npx pinfold release --all (brings the entries of your clients back as they were), or npx pinfold trust --scope user',
  ],
} as const;

/**
 * POSIX sh, because a client without a PATH has nothing else. The recorded Node is taken without asking (a question costs
 * a whole start of Node); any other is asked for its version first, since `node` on a PATH may be ten years old.
 */
function shellScript(folder: string, host: Host): string {
  const { installation, nodePath } = host.machine;
  const installed = join(installation, 'bin', 'pinfold.js');
  return `#!/bin/sh
# Written by pinfold ${host.machine.version}. Changes are overwritten.
command=$1
stop() {
  echo "pinfold: $1; hint: $2" >&2
  [ "$command" = run ] && IFS= read -r line || exit 127
  id=null
  case $line in *'"id":'*) id=\${line#*'"id":'} id=\${id%%[,\\}]*} ;; esac
  case $id in ''|*[!0-9A-Za-z\\"\\ _-]*) id=null ;; esac
  printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32000,"message":"pinfold: %s. To fix it: %s"}}\\n' "$id" "$1" "$2"
  exit 127
}
if [ "$command" = run ]; then
  target=${quoted(join(folder, 'run.cjs'))}
  [ -f "$target" ] || stop ${stopped.noLaunchPath.map(quoted).join(' ')}
else
  target=${quoted(installed)}
  [ -f "$target" ] || stop ${stopped.noInstallation.map(quoted).join(' ')}
fi
node=${quoted(nodePath)}
[ -x "$node" ] && exec "$node" "$target" "$@"
works() {
  [ -x "$1" ] && "$1" -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' >/dev/null 2>&1 </dev/null
}
for node in "$(command -v node 2>/dev/null)" /usr/local/bin/node /opt/homebrew/bin/node /usr/bin/node "$HOME"/.volta/bin/node "$HOME"/.local/share/mise/shims/node "$HOME"/.asdf/shims/node "$HOME"/.nvm/versions/node/*/bin/node "$HOME"/.local/share/fnm/node-versions/*/installation/bin/node; do
  works "$node" && exec "$node" "$target" "$@"
done
stop ${stopped.noNode.map(quoted).join(' ')}
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function windowsScript(folder: string, host: Host): string {
  const { installation, nodePath } = host.machine;
  const lines = [
    '@echo off',
    `rem Written by pinfold ${host.machine.version}. Changes are overwritten.`,
    'setlocal DisableDelayedExpansion',
    `set "pinfold_target=${doubled(join(installation, 'bin', 'pinfold.js'))}"`,
    `if "%~1"=="run" set "pinfold_target=${doubled(join(folder, 'run.cjs'))}"`,
    'if not exist "%pinfold_target%" if "%~1"=="run" (',
    ...windowsStop(stopped.noLaunchPath),
    ')',
    'if not exist "%pinfold_target%" (',
    `  echo pinfold: ${stopped.noInstallation.join('; hint: ')} 1>&2`,
    '  exit /b 127',
    ')',
    `set "pinfold_node=${doubled(nodePath)}"`,
    'if not exist "%pinfold_node%" for %%i in (node.exe) do set "pinfold_node=%%~$PATH:i"',
    'if not exist "%pinfold_node%" set "pinfold_node=%ProgramFiles%\\nodejs\\node.exe"',
    'if not exist "%pinfold_node%" (',
    ...windowsStop(stopped.noNode),
    ')',
    '"%pinfold_node%" "%pinfold_target%" %*',
    'exit /b %errorlevel%',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** Batch cannot take a request apart safely: the answer names none, which clients show or log. */
function windowsStop([what, fix]: readonly [string, string]): readonly string[] {
  const echoed = (text: string) => text.replace(/[()<>&|^]/g, '^$&');
  return [
    `  echo ${echoed(`pinfold: ${what}; hint: ${fix}`)} 1>&2`,
    `  echo ${echoed(`{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"pinfold: ${what}. To fix it: ${fix}"}}`)}`,
    '  exit /b 127',
  ];
}

/** A percent sign in a path would otherwise begin the name of a variable. */
function doubled(path: string): string {
  return path.replaceAll('%', '%%');
}
