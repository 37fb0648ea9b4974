import { GuardError } from '../model/errors.ts';
import { claudeCode } from './claude-code.ts';
import { claudeDesktop } from './claude-desktop.ts';
import type { ClientAdapter } from './client.ts';
import { cursor } from './cursor.ts';
import { vscode } from './vscode.ts';

/** Every client that pinfold knows, in the order of listings. Written by hand: nothing is loaded by name. */
export const clients: readonly ClientAdapter[] = [claudeDesktop, claudeCode, cursor, vscode];

/** The client of an id. @throws GuardError `client-not-found`. */
export function clientById(id: string): ClientAdapter {
  const found = clients.find((client) => client.id === id);
  if (found !== undefined) return found;
  throw new GuardError('client-not-found', `there is no client \`${id}\``, {
    why: 'pinfold does not know it',
    hint: `use one of: ${clients.map((client) => client.id).join(', ')}`,
  });
}
