import { dirname, join } from 'node:path';
import type { Host } from '../host/host.ts';

/**
 * What a contained process may touch. Everything that is not named here is hidden: home folders, other users' data,
 * client configs, pinfold's own data, sockets, mounts. There is no network in any profile of this version.
 */
export interface SandboxProfile {
  /** Files and folders that may be read, beyond what programs need to start. Absolute, without symlinks. */
  readonly readable: readonly string[];
  /** The one folder that may be written. Absolute, without symlinks. */
  readonly writable: string;
}

/** A profile in the words of the sandbox: read and write lists, deny first, the more specific entry wins. */
export interface PathRules {
  readonly denyRead: readonly string[];
  readonly allowRead: readonly string[];
  readonly allowWrite: readonly string[];
  readonly denyWrite: readonly string[];
}

/**
 * The rules for this machine. On Linux reading is an allow-list: the whole of `/` is hidden and programs, their libraries
 * and a dozen files of `/etc` are put back. On macOS a program that cannot read the system does not start, so there it is
 * the folders with people's data that are hidden.
 */
export async function pathRules(profile: SandboxProfile, host: Host): Promise<PathRules> {
  const base = await baseRules(host);
  const own = writtenIsRead([profile.writable], host);
  return { ...base, allowRead: [...base.allowRead, ...profile.readable, ...own], allowWrite: [profile.writable] };
}

/** What has to be opened for reading besides, so that what may be written can be read: on Linux it is one thing, on macOS two. */
export function writtenIsRead(writable: readonly string[], host: Host): readonly string[] {
  return host.machine.platform === 'darwin' ? writable : [];
}

/** What holds for every contained program: it can start, and reads and writes nothing else. */
export async function baseRules(host: Host): Promise<PathRules> {
  const runtime = await runtimeFiles(host);
  const { home, config, data, temp } = host.places;
  const hidden = host.machine.platform === 'darwin' ? darwinHidden : ['/', '/sys'];
  return {
    denyRead: [...hidden, home, config, data, temp],
    allowRead: [...(host.machine.platform === 'darwin' ? darwinVisible : linuxVisible), ...runtime],
    allowWrite: [],
    // The sandbox lets every command write here unless told otherwise.
    denyWrite: ['/tmp/claude', '/private/tmp/claude', join(home, '.npm', '_logs'), join(home, '.claude', 'debug')],
  };
}

const linuxVisible = [
  ...['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/nix/store'],
  ...['/etc/ld.so.cache', '/etc/ld.so.conf', '/etc/ld.so.conf.d', '/etc/alternatives', '/etc/os-release'],
  ...['/etc/passwd', '/etc/group', '/etc/nsswitch.conf', '/etc/hosts', '/etc/localtime', '/etc/mime.types', '/etc/services'],
  ...['/etc/ssl/openssl.cnf', '/etc/ssl/certs', '/etc/ca-certificates', '/etc/pki/tls/certs', '/etc/pki/ca-trust/extracted'],
];

const darwinHidden = [
  ...['/Users', '/Volumes', '/private/var/root', '/private/var/folders', '/private/tmp', '/private/var/db'],
  ...['/Library/Application Support', '/Library/Keychains', '/Library/Managed Preferences', '/private/etc/ssh', '/private/var/run'],
];

const darwinVisible = ['/private/var/db/dyld', '/private/var/db/timezone'];

/** The Node that runs, and the shared libraries beside it where its build has some (conda, Homebrew on Linux). */
async function runtimeFiles(host: Host): Promise<readonly string[]> {
  const node = await host.files.realPath(host.machine.nodePath);
  const libraries = join(dirname(dirname(node)), 'lib');
  const names = await host.files.list(libraries).catch(() => []);
  return [node, ...names.filter((name) => /\.(so|dylib)(\.|$)/.test(name)).map((name) => join(libraries, name))];
}
