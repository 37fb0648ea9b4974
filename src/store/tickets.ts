import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { limits } from '../model/limits.ts';
import type { Ticket } from '../model/ticket.ts';
import { readOptional } from './read-optional.ts';
import { parseTicket } from './ticket.ts';

/** Every readable ticket of every scope on this machine, in the order of their files. Damaged ones are left out: `run` reports them. */
export async function listTickets(host: Host): Promise<readonly Ticket[]> {
  const root = join(host.places.data, 'tickets');
  const tickets: Ticket[] = [];
  for (const scope of await host.files.list(root)) {
    for (const name of await host.files.list(join(root, scope))) {
      if (!name.endsWith('.json') || name.startsWith('.')) continue;
      const bytes = await readOptional(join(root, scope, name), limits.ticketMaxBytes, host).catch(() => null);
      const ticket = bytes === null ? null : parseTicket(bytes);
      if (ticket !== null && typeof ticket !== 'string') tickets.push(ticket);
    }
  }
  return tickets;
}
