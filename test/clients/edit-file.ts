import type { EditTarget } from '../../src/clients/locations.ts';
import type { EntryChange, PlannedEdit } from '../../src/clients/plan-edit.ts';
import type { Host } from '../../src/host/host.ts';
import { applyEdits } from '../../src/operations/apply-edits.ts';

/** Changes one entry as every command does, and returns what was planned for its file. */
export async function editFile(target: EditTarget, change: EntryChange, host: Host): Promise<PlannedEdit> {
  let planned: readonly PlannedEdit[] = [];
  const keep = async (edits: readonly PlannedEdit[]) => {
    planned = edits;
    return [];
  };
  await applyEdits([{ target, change }], keep, host);
  const [edit] = planned;
  if (edit === undefined) throw new Error('nothing was planned');
  return edit;
}
