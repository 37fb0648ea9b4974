import type { ConfigScope } from '../model/client-entry.ts';
import type { ConfigLocation } from './client.ts';
import type { Dialect } from './edit/editable-text.ts';
import { below } from './places.ts';

/** A place as it differs from the usual: writable, one file, a map of servers. */
type Unusual = Partial<Pick<ConfigLocation, 'writable' | 'below' | 'preferredWhen' | 'codec'>>;

/** A file with one map of servers at a path of members. */
export function mapFile(path: string, dialect: Dialect, scope: ConfigScope, at: readonly string[], unusual: Unusual = {}): ConfigLocation {
  return { path, dialect, writable: scope !== 'managed', containers: [{ scope, at }], ...unusual };
}

/** What a plugin brings: a file that is flat or has the usual map, under any of the names. Its application manages it, so it is only read. */
export function pluginFiles(
  folder: string,
  pattern: readonly string[],
  scope: ConfigScope,
  { names = ['mcpServers'], ...more }: { readonly names?: readonly string[] } & Pick<ConfigLocation, 'codec'> = {},
): ConfigLocation {
  const containers = [...names.map((name) => ({ scope, at: [name] })), { scope, at: [], unless: names }];
  return { path: folder, below: pattern, dialect: 'json', writable: false, containers, ...more };
}

/** The same below a project's folder; nothing without a project. */
export function inProject(
  project: string | null,
  segments: readonly string[],
  dialect: Dialect,
  at: readonly string[],
  unusual: Unusual = {},
): readonly ConfigLocation[] {
  return project === null ? [] : [mapFile(below(project, ...segments), dialect, 'project', at, unusual)];
}
