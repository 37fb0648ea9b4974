import process from 'node:process';
import { nodeHost } from '../../../src/host/node.ts';
import { materialise } from '../../../src/store/tree.ts';
import { wideRequest } from '../wide-request.ts';

// Says what it made, for the tests that race or kill it.
const made = await materialise(wideRequest(), nodeHost());
process.stdout.write(`${JSON.stringify(made)}\n`);
