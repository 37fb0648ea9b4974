import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { nodeHost } from '../../../src/host/node.ts';
import { transact } from '../../../src/store/transaction.ts';

// Flips all files of a folder between two states for ever, until it is killed.
const [folder = '', count = '0'] = process.argv.slice(2);
const paths = Array.from({ length: Number(count) }, (_, at) => join(folder, `file-${at}`));
const host = nodeHost();
process.stdout.write('ready\n');
for (let round = 1; ; round += 1) {
  const after = Buffer.from(`round ${round}\n`);
  const writes = paths.map((path) => ({ path, before: readFileSync(path), after }));
  await transact(writes, host);
}
