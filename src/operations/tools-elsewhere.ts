import type { Host } from '../host/host.ts';
import { pinDigest } from '../lockfile/pin-digest.ts';
import { GuardError } from '../model/errors.ts';
import type { ToolsElsewhere } from '../model/manifest.ts';
import { findProject, type Home, projectHome, readLock, userHome } from '../store/home.ts';
import { toolNames } from '../store/tool-names.ts';

/**
 * The tools of the servers that are pinned here, but for those of `subject` itself: what text of that server should not
 * give orders about. By the pin's name, sorted. A lock that cannot be read leaves its servers out and says why in
 * `unread`: the answer of `info` must not hang on it, and an install reads the lock again and stops.
 */
export async function toolsElsewhere(
  subject: string,
  host: Host,
): Promise<{ readonly servers: readonly ToolsElsewhere[]; readonly unread: readonly string[] }> {
  const servers: ToolsElsewhere[] = [];
  const unread: string[] = [];
  const project = await findProject(host);
  const homes = [async () => userHome(host), ...(project === null ? [] : [() => projectHome(project, host)])];
  for (const home of homes) {
    try {
      servers.push(...(await pinnedIn(await home(), subject, host)));
    } catch (cause) {
      if (!(cause instanceof GuardError) || cause.code === 'interrupted') throw cause;
      unread.push(cause.message);
    }
  }
  return { servers, unread };
}

async function pinnedIn(home: Home, subject: string, host: Host): Promise<readonly ToolsElsewhere[]> {
  const { lock } = await readLock(home, host);
  const servers: ToolsElsewhere[] = [];
  for (const [server, pin] of Object.entries(lock.pins)) {
    if (pin.artifact.subject === subject) continue;
    const place = { name: server, scope: home.scope, project: home.project };
    const tools = await toolNames(pin.manifest, pinDigest(pin), place, host);
    if (tools.length > 0) servers.push({ server, tools });
  }
  return servers;
}
