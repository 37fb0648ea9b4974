import type { Host } from '../host/host.ts';
import type { ClientEntry, ConfigProblem } from '../model/client-entry.ts';
import { readClients } from './read-clients.ts';
import { projectFolder } from './scope-home.ts';

export interface ListResult {
  readonly entries: readonly ClientEntry[];
  readonly problems: readonly ConfigProblem[];
}

/**
 * Every server of every client on this machine, and of the project around the working folder (or the one that was
 * named). A broken file is a problem in the result. @throws GuardError `client-not-found`.
 */
export async function list(request: { readonly client: string | null; readonly project: string | null }, host: Host): Promise<ListResult> {
  const project = await projectFolder(request.project, host);
  const { entries, problems } = await readClients({ client: request.client, project }, host);
  return { entries: entries.map(({ entry }) => entry), problems };
}
