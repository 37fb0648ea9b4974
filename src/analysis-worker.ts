import process from 'node:process';
import { tasks } from './analysis/tasks.ts';
import { limits } from './model/limits.ts';
import { requestReader } from './workers/wire.ts';

// The process that hostile bytes are parsed in: a bundle of its own, started by `src/workers/`. It reads requests from
// stdin and answers each in its turn. It may be killed at any moment, and ends when nobody asks any more.
const read = requestReader();
process.stdin.on('data', (chunk: Buffer) => {
  for (const { id, task, files } of read(chunk)) {
    const answer = JSON.stringify(tasks[task](files));
    const line = answer.length > limits.analysisAnswerMaxLength ? { id, tooLarge: true } : null;
    process.stdout.write(line === null ? `{"id":${id},"answer":${answer}}\n` : `${JSON.stringify(line)}\n`);
  }
});
process.stdout.on('error', () => process.exit()); // nobody listens any more
process.stdout.write('{"ready":true}\n');
