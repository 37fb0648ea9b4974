import { readFileSync, writeSync } from 'node:fs';
import process from 'node:process';
import type { PlannedChange } from '../../src/clients/plan-edit.ts';
import { nodeHost } from '../../src/host/node.ts';
import { GuardError } from '../../src/model/errors.ts';
import { applyEdits } from '../../src/operations/apply-edits.ts';
import { editFile } from './edit-file.ts';

/** What a process of its own edits. */
export interface EditJob {
  /** A transaction for each file, or one for all of them. */
  readonly how: 'one by one' | 'together';
  /** For every file, its changes in their order; behind the last one comes the first again. */
  readonly files: readonly (readonly PlannedChange[])[];
  /** The step to begin with, and how many; null = until it is killed. */
  readonly start: number;
  readonly steps: number | null;
}

// Says the index of a file, in a line, after each of its edits.
const { how, files, start, steps } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as EditJob;
const host = nodeHost();
for (let step = start; steps === null || step < start + steps; step++) {
  const changes = files.map((file) => file[step % file.length] as PlannedChange);
  if (how === 'together') {
    await asOftenAsItTakes(() => applyEdits(changes, async () => [], host));
    writeSync(1, changes.map((_, index) => `${index}\n`).join(''));
    continue;
  }
  for (const [index, { target, change }] of changes.entries()) {
    await asOftenAsItTakes(() => editFile(target, change, host));
    writeSync(1, `${index}\n`);
  }
}

/** A client that wrote in each of five attempts, or a queue that is too long: the hint says to run the same command again. */
async function asOftenAsItTakes(edit: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await edit();
      return;
    } catch (cause) {
      if (!(cause instanceof GuardError) || !['config-changed', 'busy'].includes(cause.code)) throw cause;
    }
  }
}
