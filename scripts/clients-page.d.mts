import type { ClientAdapter } from '../src/clients/client.ts';

export function clientsPage(clients: readonly ClientAdapter[]): string;
