import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { pathIn, surroundingsOf } from '../model/surroundings.ts';
import { contain } from '../sandbox/contain.ts';
import type { ProbeRequest, StartedServer } from './request.ts';

/**
 * Starts the server in a new scratch folder below `session` that is its home, temporary folder and working folder.
 * Arguments that name real files or folders are led to empty ones of the same name inside it.
 *
 * @throws GuardError `sandbox-unavailable`, `command-not-found`, `probe-failed` (an entry outside the tree).
 */
export async function startServer(request: ProbeRequest, session: string, host: Host): Promise<StartedServer> {
  const scratch = await host.files.makeTempFolder(session, 'run-');
  const [home, cwd, temp] = [join(scratch, 'home'), join(scratch, 'work'), join(scratch, 'tmp')];
  for (const folder of [home, cwd, temp]) await host.files.makeFolder(folder);
  const tree = await host.files.realPath(request.treePath);
  const entry = join(tree, request.entry);
  if (isOutside(tree, entry)) throw new GuardError('probe-failed', 'cannot start the server', { why: 'its entry is outside the tree' });
  const node = await host.files.realPath(request.node);
  const args = await Promise.all(request.args.map((argument, at) => standIn(argument, join(scratch, 'args', String(at)), home, host)));
  const dummies = Object.fromEntries(request.secretNames.filter((name) => !steersRuntime(name)).map((name) => [name, dummyOf(name)]));
  const env = { ...dummies, ...environment(node, home, temp, host) };
  const command = { program: node, args: [entry, ...args], cwd, env };
  const child = request.sandboxed
    ? await contain({ readable: [tree], writable: scratch }, command, host)
    : await host.processes.spawn(node, command.args, { cwd, env, stderr: 'pipe', ownGroup: true });
  const { user, hostname, platform, arch, nodeVersion } = host.machine;
  const facts = { cwd, home, temp, tree, user, hostname, platform, arch, nodeVersion, nodePath: node, args };
  const declared = Object.fromEntries(request.secretNames.map((name) => [name, dummyOf(name)]));
  return { child, surroundings: surroundingsOf({ ...facts, env: declared }), scratch, tree, envNames: Object.keys(env) };
}

function isOutside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || way.startsWith('..') || isAbsolute(way);
}

/** The argument, with an existing path in it replaced by an empty file or folder of the same name. */
async function standIn(argument: string, folder: string, home: string, host: Host): Promise<string> {
  if (argument.startsWith('~/')) {
    const kind = await kindOf(join(host.places.home, argument.slice(2)), host);
    const inside = join(home, argument.slice(2));
    if (kind !== null && !isOutside(home, inside)) await makeEmpty(kind, inside, host);
    return argument; // the server itself looks for `~` in its scratch home
  }
  const path = pathIn(argument);
  const kind = path === null ? null : await kindOf(path, host);
  if (path === null || kind === null) return argument;
  const inside = join(folder, basename(path));
  await makeEmpty(kind, inside, host);
  return argument.slice(0, argument.length - path.length) + inside;
}

async function kindOf(path: string, host: Host): Promise<'file' | 'directory' | null> {
  try {
    const found = await host.files.stat(await host.files.realPath(path));
    return found?.kind === 'file' || found?.kind === 'directory' ? found.kind : null;
  } catch {
    return null; // nothing there, or not for us: then it is not there in the sandbox either
  }
}

async function makeEmpty(kind: 'file' | 'directory', path: string, host: Host): Promise<void> {
  if (kind === 'directory') return host.files.makeFolder(path);
  if ((await host.files.stat(path)) === null) await host.files.create(path, new Uint8Array(), 0o600);
}

/** Dummy values for these would break the runtime itself and say nothing about the server. */
function steersRuntime(name: string): boolean {
  return /^(NODE_OPTIONS|NODE_PATH|LD_.*|DYLD_.*)$/.test(name) || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** Long and telling enough to be found in a text; a URL where the name asks for one, because many servers parse it at start. */
function dummyOf(name: string): string {
  return /(_|^)(URL|URI|ENDPOINT)$/i.test(name)
    ? `https://${name.toLowerCase().replaceAll('_', '-')}.pinfold.invalid`
    : `pinfold-dummy-${name}`;
}

function environment(node: string, home: string, temp: string, host: Host): Readonly<Record<string, string>> {
  const folders = host.machine.platform === 'win32' ? [dirname(node)] : [dirname(node), '/usr/local/bin', '/usr/bin', '/bin'];
  const names = { PATH: folders.join(host.machine.platform === 'win32' ? ';' : ':'), HOME: home, TMPDIR: temp, LANG: 'C.UTF-8' };
  if (host.machine.platform !== 'win32') return names;
  const system = host.env['SystemRoot'] ?? host.env['SYSTEMROOT'] ?? 'C:\\Windows';
  return { ...names, USERPROFILE: home, APPDATA: home, LOCALAPPDATA: home, TEMP: temp, TMP: temp, SystemRoot: system };
}
