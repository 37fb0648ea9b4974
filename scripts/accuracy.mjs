// `npm run accuracy [-- PART] [options]`: how right the disclosure is about real servers of the npm registry, beside labels
// that people wrote by reading those servers. Needs the registry that npm is configured for, so it is no part of `npm test`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { measure } from './accuracy/servers.mjs';

const parts = {
  servers: 'capability classes and names of tools, beside labels (the default)',
  signals: 'text signals, over texts that carry one and texts that do not',
  lookalikes: 'lookalikes, over names that are one and names that are not',
};
const words = process.argv.slice(2);
const part = words.find((word) => Object.hasOwn(parts, word)) ?? 'servers';
const rest = words.filter((word) => word !== part);
if (words.includes('--help') || words.includes('-h')) process.stdout.write(help());
else process.exitCode = part === 'servers' ? await measure(rest) : startPart();

/** A part with a program of its own, in scripts/accuracy/. */
function startPart() {
  const file = join(import.meta.dirname, 'accuracy', `${part}.mjs`);
  if (existsSync(file)) return spawnSync(process.execPath, [file, ...rest], { stdio: 'inherit' }).status ?? 70;
  process.stderr.write(`accuracy: nothing measures ${part} yet\n`);
  return 2;
}

function help() {
  const lines = Object.entries(parts).map(([name, what]) => `  ${name.padEnd(11)} ${what}`);
  return `npm run accuracy [-- PART] [options]

${lines.join('\n')}

options of servers
  --only TEXT  only servers whose name contains it (may be repeated)
  --jobs N     how many at a time; default 2
  --verbose    what was missed or too much, server by server, with the label's
               reason
  --write      also writes docs/accuracy.md (all servers only)
  --json FILE  also writes every comparison as JSON
  --keep DIR   also writes every answer of pinfold into this folder
  --from DIR   compares the answers that are kept there; asks nothing

exit 0: everything was looked at, whatever the figures; 2: usage; 3: a server
could not be looked at
`;
}
