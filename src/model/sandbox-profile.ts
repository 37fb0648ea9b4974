import { posix } from 'node:path';
import { isWithin, pathStyle } from './path-style.ts';

/**
 * What a contained server may touch, as its pin says it. Everything that is not named is out of reach, but for what
 * programs need to start. Lists are sorted. DESIGN §5.2, §9; docs/sandbox.md.
 */
export interface PinnedSandbox {
  /** Hosts that may be connected to (`isSandboxHost`); empty = no network. */
  readonly hosts: readonly string[];
  /** Files and folders that may be read (`isSandboxPath`). */
  readonly read: readonly string[];
  /** Files and folders that may be read and changed (`isSandboxPath`). */
  readonly write: readonly string[];
  /** TCP ports on which programs of this machine reach it (`isSandboxPort`); absent = none. Never empty: pins of older versions have no such member. */
  readonly listen?: readonly number[];
  /** Variables whose value the server never holds, and the hosts on the way to which it is put in; each is one of `hosts`. */
  readonly mask: Readonly<Record<string, readonly string[]>>;
}

const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const name = `${label}(?:\\.${label})*`;
/** A star stands for names below at least two labels: what anybody can register a name below is no host. */
const starred = `\\*\\.${label}(?:\\.${label})+`;
const hostPattern = new RegExp(`^(?:${name}|${starred}|\\[[0-9a-f:.]+\\])(?::(\\d{1,5}))?$`);

/** `host`, `*.host`, an IPv4 address or `[IPv6]`, in lower case, with or without `:port`. */
export function isSandboxHost(text: string): boolean {
  const found = text.length <= 253 ? hostPattern.exec(text) : null;
  if (found === null) return false;
  return found[1] === undefined || (Number(found[1]) >= 1 && Number(found[1]) <= 65_535);
}

/** The host without its port. */
export function hostName(host: string): string {
  return host.replace(/:\d+$/, '');
}

/**
 * An absolute path, or one that begins with `{{home}}`; POSIX, normal, and without what the sandbox would read as a
 * pattern. The root itself is none: it would be everything.
 */
export function isSandboxPath(text: string): boolean {
  const path = text.replace(/^\{\{home\}\}(?=\/|$)/, '/home');
  if (!path.startsWith('/') || path === '/' || /[*?[\]{}\\\u0000-\u001f\u007f]/.test(path)) return false;
  return posix.normalize(path) === path && !path.endsWith('/');
}

/** An absolute path of this machine as a profile names it; null = none can: the root, one that holds a pattern, on Windows one outside of the home. */
export function profilePath(absolute: string, home: string): string | null {
  const { relative, sep } = pathStyle(home);
  const below = relative(home, absolute).split(sep).join('/');
  const path = isWithin(absolute, home) ? `{{home}}${below === '' ? '' : '/'}${below}` : absolute;
  return isSandboxPath(path) ? path : null;
}

/** A TCP port that somebody can name in advance. */
export function isSandboxPort(port: unknown): port is number {
  return typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535;
}

/** A name that a variable can have. */
export function isVariableName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) && text !== '__proto__';
}

/** The first thing in a profile that contradicts itself; null = whole. For what a schema of members cannot say. */
export function sandboxContradiction({ hosts, mask }: Pick<PinnedSandbox, 'hosts' | 'mask'>): string | null {
  for (const [variable, bound] of Object.entries(mask)) {
    const stray = bound.find((host) => !hosts.includes(host));
    if (stray !== undefined) return `mask.${variable}: ${stray} is not one of its hosts`;
    const wide = bound.find((host) => host.startsWith('*.'));
    if (wide !== undefined) return `mask.${variable}: a value is bound to hosts, not to all below ${wide}`;
    // Without a port it would be put in on an unencrypted way too.
    const open = bound.map(hostName).find((host) => hosts.includes(host));
    if (open !== undefined) return `mask.${variable}: ${open} is listed without a port`;
  }
  return null;
}

/**
 * Its paths without those that lie below one that may be written: they count as part of it and must not be looked at, since
 * the server can put a link there that leads anywhere, and the sandbox would follow it at the next start.
 */
export function outermostPaths({ read, write }: PinnedSandbox): Pick<PinnedSandbox, 'read' | 'write'> {
  const below = (path: string, folder: string) => path !== folder && path.startsWith(`${folder}/`);
  const free = (path: string) => !write.some((folder) => below(path, folder));
  return { read: read.filter((path) => free(path) && !write.includes(path)), write: write.filter(free) };
}

/** The same profile with its lists sorted and without repetitions. */
export function sortedSandbox({ hosts, read, write, listen = [], mask }: PinnedSandbox): PinnedSandbox {
  const ports = [...new Set(listen)].sort((a, b) => a - b);
  const sorted = (texts: readonly string[]) => [...new Set(texts)].sort();
  const masked = Object.entries(mask).map(([variable, bound]) => [variable, sorted(bound)] as const);
  return {
    hosts: sorted(hosts),
    read: sorted(read),
    write: sorted(write),
    ...(ports.length === 0 ? {} : { listen: ports }),
    mask: Object.fromEntries(masked.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/**
 * What nobody means who opens a whole home or project to a server: keys, other programs' logins, and what runs by itself
 * at the next login. Relative to the home. They stay closed unless the profile names them, or something inside.
 * Of Linux and macOS.
 */
export const delicatePaths: readonly string[] = [
  ...['.ssh', '.aws', '.azure', '.gnupg', '.kube', '.docker', '.netrc', '.npmrc', '.pypirc', '.git-credentials', '.password-store'],
  ...['.config/gcloud', '.config/gh', '.config/hub', '.config/op', '.config/autostart', '.config/systemd', '.local/share/keyrings'],
  ...['.mozilla', '.config/google-chrome', '.config/chromium', '.config/BraveSoftware', 'Library/Keychains', 'Library/LaunchAgents'],
  ...['.bashrc', '.bash_profile', '.bash_login', '.profile', '.zshrc', '.zshenv', '.zprofile', '.config/fish', '.gitconfig', '.config/git'],
  ...['.claude', '.claude.json', '.cursor', '.codex', '.gemini', '.codeium', '.vscode', '.continue', '.config/Claude', '.config/Code'],
  ...['Library/Application Support/Claude', 'Library/Application Support/Code'],
];

/** The same for every platform: with what there is on Windows only. */
export const delicateAnywhere: readonly string[] = [
  ...delicatePaths,
  ...[
    'AppData/Roaming/Microsoft',
    'AppData/Local/Microsoft',
    'AppData/Local/Google',
    'AppData/Local/BraveSoftware',
    'AppData/Roaming/Mozilla',
  ],
  ...['AppData/Roaming/gcloud', 'AppData/Roaming/GitHub CLI', 'Documents/PowerShell', 'Documents/WindowsPowerShell'],
  ...['AppData/Roaming/Claude', 'AppData/Roaming/Code', 'AppData/Roaming/Cursor'],
];

/** A profile that is put to a person, with what could not be found out. */
export interface SandboxPlan {
  readonly profile: PinnedSandbox;
  /** It is the one that is pinned already; nothing was proposed anew. */
  readonly kept: boolean;
  /** Some hosts, or paths, are made at run time, or it opens a port that nobody knows or should give it: what is missing will be refused and reported. */
  readonly unknown: readonly ('hosts' | 'paths' | 'ports')[];
  /** What the code names and nobody should open without asking for it; sorted. */
  readonly notProposed: readonly string[];
  /** Keys that could be kept from it, and the hosts of their brand among the profile's. */
  readonly maskable: Readonly<Record<string, readonly string[]>>;
  /** Why there is no sandbox on this machine; null = there is one. Without it the server is not started. */
  readonly unavailable: string | null;
  /** What a sandbox of this machine does not keep from it although the profile reads so; null = nothing. */
  readonly gap: string | null;
}
