import process from 'node:process';
import { parseArgs } from 'node:util';
import { failure } from './commands/failure.ts';
import { watchHere } from './commands/watch-here.ts';
import { nodeHost } from './host/node.ts';
import { exit } from './model/errors.ts';

// `pinfold watch` as a process that stays: a bundle of its own, because the whole command line takes twice the memory.
// Everything else that `watch` can be told (--help, --once, a service) is the command line's.
const staying = { project: { type: 'string', multiple: true }, json: { type: 'boolean' }, poll: { type: 'boolean' } } as const;
const options = understood();
if (options === null) await import(new URL('./cli-bundle.mjs', import.meta.url).href);
else await stay(options);

function understood() {
  try {
    return parseArgs({ args: process.argv.slice(3), options: staying, allowPositionals: false }).values;
  } catch {
    return null;
  }
}

async function stay({ project: projects = [], json = false, poll = false }: NonNullable<typeof options>): Promise<void> {
  const host = nodeHost();
  try {
    await watchHere({ projects, json, poll, once: false, accept: false }, host);
    process.exitCode = exit.clean;
  } catch (cause) {
    process.exitCode = failure(cause, host);
  }
}
