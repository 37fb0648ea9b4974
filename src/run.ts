import process from 'node:process';
import { nodeHost } from './host/node.ts';
import { exit } from './model/errors.ts';
import { run } from './operations/run.ts';

// The launch path (`pinfold run <name> [--project]`) by itself: a bundle of its own that imports nothing but Node.
const given = process.argv.slice(3);
const names = given.filter((argument) => !argument.startsWith('--'));
const options = given.filter((argument) => argument.startsWith('--'));
const [name] = names;
if (name === undefined || names.length > 1 || options.some((option) => option !== '--project')) {
  process.stderr.write('pinfold: usage: pinfold run <name> [--project]\n');
  process.exitCode = exit.usage;
} else {
  process.exitCode = await run({ name, scope: options.length > 0 ? 'project' : 'user' }, nodeHost());
}
