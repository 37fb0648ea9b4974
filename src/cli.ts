import process from 'node:process';
import { nodeHost } from './host/node.ts';
import { main } from './main.ts';
import { errorCodes } from './model/errors.ts';

process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
  if (cause.code !== 'EPIPE') throw cause; // `pinfold list | head` is not a failure
});
process.exitCode = await main(process.argv.slice(2), nodeHost());
// An abandoned download would keep the process alive until its server hangs up.
if (process.exitCode === errorCodes.interrupted.other) process.stderr.write('', () => process.exit());
