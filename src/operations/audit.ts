import type { Host } from '../host/host.ts';
import type { Finding } from '../model/finding.ts';
import { finding } from '../model/finding.ts';
import type { AuditedServer, AuditResult } from '../model/results.ts';
import { tilde } from '../model/tilde.ts';
import { ignoredRelaxations } from '../policy/layers.ts';
import { unusedEntries } from '../policy/unused.ts';
import { type Home, projectHome, readLock, userHome } from '../store/home.ts';
import { type Policies, readPolicies } from '../store/policies.ts';
import { feedFindings } from './advisories/feeds.ts';
import { ageOf, hitsAbout, type Known, recallKnowledge } from './advisories/knowledge.ts';
import { type Refreshed, refreshAdvisories } from './advisories/refresh.ts';
import { auditPin } from './audit-pin.ts';
import { askedOfEntry, auditStray } from './audit-stray.ts';
import { entryStandings } from './entry-standing.ts';
import { lockStanding } from './lock/lock-standing.ts';
import type { Progress } from './progress.ts';
import { projectFolder } from './project-folder.ts';
import { readClients, type UnderstoodEntry } from './read-clients.ts';

export interface AuditRequest {
  /** null = the project around the working folder. */
  readonly project: string | null;
}

/**
 * Every server of every client compared with what was approved: entries, bytes (every file is hashed), withheld words,
 * policy, and what advisories and feeds say, which are asked first as far as they can be. Changes nothing else, and needs no
 * network. @throws GuardError `lock-invalid`, `policy-invalid`.
 */
export async function audit(request: AuditRequest, host: Host, progress: Progress): Promise<AuditResult> {
  const project = await projectFolder(request.project, host);
  const policies = await readPolicies(host, project);
  const { entries, problems } = await readClients({ client: null, project }, host);
  const standing = await entryStandings(project, host);
  progress('asking for advisories');
  const refreshed = await refreshAdvisories({ project, more: entries.map((entry) => askedOfEntry(entry, host)) }, host);
  const feeds = refreshed.feeds;
  const homes = [userHome(host), ...(project === null ? [] : [await projectHome(project, host)])];
  const servers: AuditedServer[] = [];
  const general: Finding[] = [...ignoredRelaxations(policies.layers)];
  const known = new Set<UnderstoodEntry>();
  let believed: string | null = null;
  for (const home of homes) {
    const lockFile = await readLock(home, host);
    const { lock, digest } = lockFile;
    const trusted = await lockStanding(home, lockFile, host);
    if (trusted.counts !== 'no') believed = home.project;
    if (home.project !== null && digest !== null && trusted.counts === 'no') {
      const { evidence } = trusted;
      const signature = evidence === null || evidence.outcome === 'absent' ? null : `${evidence.outcome}: ${evidence.detail}`;
      general.push(
        finding('lock-untrusted', home.project, {
          lock: tilde(home.folder, host.places.home),
          ...(signature === null ? {} : { signature }),
        }),
      );
    }
    for (const [name, pin] of Object.entries(lock.pins)) {
      progress(`checking ${name}`);
      const own = entries.filter((entry) => belongs(entry, home, name) && standing(entry.entry).quarantined === null);
      for (const entry of own) known.add(entry);
      servers.push(await auditPin({ home, name, pin, entries: own, policies, ...knownOf({ home, name }, refreshed) }, host));
    }
  }
  const knowledge = await recallKnowledge((await readPolicies(host, null)).layers, host);
  // What the feeds of a clone say is about its own entries, when somebody trusts it: also what is left of them from when somebody did.
  const ofProject = believed === null ? knowledge : await recallKnowledge(policies.layers, host);
  for (const entry of entries.filter((one) => !known.has(one))) {
    const { hits } = await hitsAbout(askedOfEntry(entry, host), entry.entry.scope === 'project' ? ofProject : knowledge, host);
    servers.push(await auditStray(entry, standing(entry.entry), { policies, hits }, host));
  }
  general.push(...feedFindings(feeds), ...unused(policies, servers));
  const own = refreshed.servers.filter((one) => homes.some((home) => home.project === one.project));
  const advisories = ageOf(
    own.map(({ at }) => at),
    { why: refreshed.osv.why, registry: refreshed.registry.why },
    { ...knowledge, feeds },
    host,
  );
  return { servers: servers.sort(bySeriousness), findings: general, advisories, problems, summary: summarise(servers, entries, general) };
}

function knownOf({ home, name }: { readonly home: Home; readonly name: string }, { servers }: Refreshed): Pick<Known, 'hits' | 'told'> {
  return servers.find((one) => one.project === home.project && one.name === name) ?? { hits: [], told: [] };
}

/** The guarded entries of a pin, and entries under its name that start something else: they took its place. */
function belongs({ entry, pin, startsLauncher }: UnderstoodEntry, home: Home, name: string): boolean {
  if (pin !== null) return pin.scope === home.scope && pin.name === name;
  if (home.scope !== (entry.scope === 'project' ? 'project' : 'user')) return false;
  return entry.name === name && (startsLauncher || entry.transport === 'stdio');
}

function unused(policies: Policies, servers: readonly AuditedServer[]): readonly Finding[] {
  const subjects = servers.flatMap(({ subject }) => {
    if (subject === null) return [];
    const at = subject.lastIndexOf('@');
    return [at > 0 ? { subject: subject.slice(0, at), version: subject.slice(at + 1) } : { subject, version: '' }];
  });
  return unusedEntries(policies.layers, subjects);
}

const order = ['block', 'review', 'warn', 'info'] as const;

function bySeriousness(a: AuditedServer, b: AuditedServer): number {
  return rank(a) - rank(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

function rank({ findings }: AuditedServer): number {
  return Math.min(order.length, ...findings.map(({ severity }) => order.indexOf(severity)));
}

function summarise(
  servers: readonly AuditedServer[],
  entries: readonly UnderstoodEntry[],
  general: readonly Finding[],
): AuditResult['summary'] {
  const all = [...general, ...servers.flatMap(({ findings }) => findings)];
  const counted = (severity: (typeof order)[number]) => all.filter((found) => found.severity === severity).length;
  return {
    servers: servers.length,
    entries: entries.length,
    guarded: entries.filter(({ entry }) => entry.guarded).length,
    grandfathered: servers.filter(({ findings }) => findings.some(({ code }) => code === 'pin-grandfathered')).length,
    findings: { block: counted('block'), review: counted('review'), warn: counted('warn'), info: counted('info') },
  };
}
