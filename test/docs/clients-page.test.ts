import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientsPage } from '../../scripts/clients-page.mjs';
import { clients } from '../../src/clients/index.ts';

test('docs/clients.md says what the table says (npm run clients-page writes it)', () => {
  expect(readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'clients.md'), 'utf8')).toBe(clientsPage(clients));
});
