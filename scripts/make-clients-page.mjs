// Writes docs/clients.md from the table of clients. Run after changing it; test/docs/clients-page.test.ts fails while they differ.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import './build.mjs';
import { clientsPage } from './clients-page.mjs';

const { clients } = await import('../dist/clients/index.js');
writeFileSync(join(import.meta.dirname, '..', 'docs', 'clients.md'), clientsPage(clients));
