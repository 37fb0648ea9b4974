import type { Host } from '../host/host.ts';
import { proposeName } from '../lockfile/names.ts';
import type { RemoteDisclosure } from '../model/remote.ts';
import { nameFromUrl } from '../sources/remote/url.ts';
import { namesOf, scopesBlockedFor } from '../store/blocked-scopes.ts';
import { launcherCommand } from '../store/launcher.ts';
import { readPolicies } from '../store/policies.ts';
import type { Progress } from './progress.ts';
import { decideRemote, discloseRemote, type RemoteRequest } from './remote-disclose.ts';

export interface RemoteInfoResult {
  readonly disclosure: RemoteDisclosure;
  /** What a client would run after `install`. */
  readonly clientCommand: readonly string[];
}

/** What a remote server is. Changes nothing here. @throws GuardError as `discloseRemote` does, and `policy-invalid`. */
export async function remoteInfo(
  request: Omit<RemoteRequest, 'token' | 'blockedScopes'>,
  host: Host,
  progress: Progress,
): Promise<RemoteInfoResult> {
  const policies = await readPolicies(host, null);
  const blocked = await scopesBlockedFor({ name: null, scope: 'user', project: null }, request.reference.url, host);
  const { facts } = await discloseRemote({ ...request, token: null, blockedScopes: namesOf(blocked) }, host, progress);
  const name = proposeName(nameFromUrl(facts.url), new Set());
  return {
    disclosure: { ...facts, decision: decideRemote(facts, policies.layers, 'install') },
    clientCommand: [launcherCommand(host), 'run', name],
  };
}
