import type { Host } from '../host/host.ts';
import type { WithheldWords } from '../model/entry-results.ts';
import { listBlocked, readBlocked } from '../store/blocked.ts';
import { findProject } from '../store/find-project.ts';
import { listPending, readPending } from '../store/pending.ts';
import { readTicket } from '../store/ticket.ts';

/** What servers were stopped from saying, and what is blocked of them, user scope first: one row for each place that an approval can go to. */
export async function listWithheld(host: Host): Promise<readonly WithheldWords[]> {
  const project = await findProject(host);
  const words: WithheldWords[] = [];
  for (const scope of project === null ? (['user'] as const) : (['user', 'project'] as const)) {
    const folder = scope === 'user' ? null : project;
    const names = new Set([...(await listPending(folder, host)), ...(await listBlocked(folder, host))]);
    for (const name of [...names].sort()) {
      const place = { name, scope, project: folder };
      const pending = await readPending(place, host);
      const blocked = (await readBlocked(place, host)).length;
      if (pending.items.length + pending.leftOut + blocked === 0) continue;
      const ticket = await readTicket(name, scope, place.project, host).catch(() => null);
      const samePackage = ticket !== null && ticket.tree !== null;
      // One row for each place that an approval can go to; what is blocked and what was left out belongs to the server.
      const places = [...new Set(pending.items.map(({ pins }) => pins ?? null))];
      for (const [at, pins] of (places.length === 0 ? [null] : places).entries()) {
        const items = pending.items.filter((item) => (item.pins ?? null) === pins);
        const changed = items.filter(({ pinned }) => pinned !== null).length;
        const [more, never] = at === 0 ? [pending.leftOut, blocked] : [0, 0];
        const since = items[0]?.firstSeen ?? null;
        words.push({ scope, name, pins, items: items.length + more, changed, samePackage, since, blocked: never });
      }
    }
  }
  return words;
}
