import { posix } from 'node:path';
import { pathStyle } from '../model/path-style.ts';
import type { Surroundings } from './client.ts';

/** Joins onto an absolute folder in the folder's own style. */
export function below(folder: string, ...segments: readonly string[]): string {
  return pathStyle(folder).join(folder, ...segments);
}

/** The folder for configuration of programs that follow the XDG custom on every platform: `~/.config`, or XDG_CONFIG_HOME on Linux. */
export function xdgConfig({ places, platform, env }: Surroundings): string {
  const moved = env['XDG_CONFIG_HOME'] ?? '';
  return platform === 'linux' && posix.isAbsolute(moved) ? moved : below(places.home, '.config');
}

/** The machine-wide folder of applications, beside pinfold's own: `/etc`, `/Library/Application Support`, `%ProgramData%`. */
export function systemFolder({ places }: Surroundings): string {
  return below(places.managed, '..');
}

/** `/etc`, also on macOS. For a home from elsewhere, whose managed folder is nowhere, not this machine's. */
export function etcFolder(surroundings: Surroundings): string {
  const folder = systemFolder(surroundings);
  return surroundings.platform === 'darwin' && folder === '/Library/Application Support' ? '/etc' : folder;
}

/** The absolute path that a variable holds; null when it holds none. What a relative one is relative to, only its program knows. */
export function pathIn(env: Surroundings['env'], variable: string): string | null {
  const value = env[variable] ?? '';
  return value !== '' && pathStyle(value).isAbsolute(value) ? value : null;
}

/** The user folders of the editors of the Visual Studio Code family, this machine's and the one for remote work: extensions keep files there. */
export function editorFolders({ places }: Surroundings): readonly string[] {
  const editors = ['Code', 'Code - Insiders', 'VSCodium', 'Cursor', 'Windsurf'].map((name) => below(places.appConfig, name, 'User'));
  return [...editors, below(places.home, '.vscode-server', 'data', 'User')];
}

/** The folders from the project's root down to the working folder, outermost first; only the root when that lies elsewhere; empty without a project. */
export function projectFolders({ project, places }: Surroundings): readonly string[] {
  if (project === null) return [];
  const { relative, isAbsolute } = pathStyle(project);
  const way = relative(project, places.cwd);
  if (way === '' || way.startsWith('..') || isAbsolute(way)) return [project];
  const folders = [project];
  for (const name of way.split(/[\\/]/)) folders.push(below(folders.at(-1) ?? project, name));
  return folders;
}
