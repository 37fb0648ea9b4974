import type { Child, Host } from '../host/host.ts';
import type { TreeTicket } from '../model/ticket.ts';
import { appendLedger } from '../store/ledger.ts';
import { checkTree } from '../store/tree-check.ts';
import { trustCommand } from './command-line.ts';

/**
 * Hashes every byte of a running server's tree once `when` is aborted, and kills the server when they are not the
 * approved ones. At launch only stats were compared, and the last full comparison is long ago.
 *
 * @returns `changed` becomes true when that happened; `done` settles after the comparison, and never if `when` never comes.
 */
export function hashTreeLater(
  ticket: TreeTicket,
  server: Pick<Child, 'kill'>,
  when: AbortSignal,
  notice: (text: string) => void,
  host: Host,
): { readonly changed: boolean; readonly done: Promise<void> } {
  const watched = { changed: false, done: Promise.resolve() };
  const check = async () => {
    const tree = await checkTree(ticket.tree, 'full', host);
    if (tree.state === 'sound') return;
    watched.changed = true;
    server.kill('SIGKILL');
    const first = tree.differences[0] ?? ticket.tree.path;
    notice(`pinfold: ${ticket.name}: the bytes on disk are not the approved ones: ${first}; hint: ${trustCommand(ticket.scope)}`);
    const detail = { differences: [...tree.differences] };
    await appendLedger({ event: 'tree-changed', server: `${ticket.scope}:${ticket.name}`, detail }, host);
  };
  watched.done = new Promise((resolve) => {
    // A comparison that cannot be made is made at the next launch: the tree stays stale.
    when.addEventListener('abort', () => void check().then(resolve, () => resolve()), { once: true });
  });
  return watched;
}
