import process from 'node:process';
import { editFile } from '../../src/clients/edit-file.ts';
import { targetFor } from '../../src/clients/locations.ts';
import { nodeHost } from '../../src/host/node.ts';

/** A process of its own that edits: `<name> once` adds one entry, `<name> forever` adds and removes it until it is killed. */
const [name = '', how] = process.argv.slice(2);
const host = nodeHost();
const target = await targetFor({ client: 'claude-code', scope: 'user', name }, {}, host);
const launch = { command: '/data/launcher', args: ['run', name] };
do {
  await editFile(target, { kind: 'set', launch, replace: true }, host);
  process.stdout.write('edited\n');
  if (how === 'forever') await editFile(target, { kind: 'remove' }, host);
} while (how === 'forever');
