import process from 'node:process';
import { tasks } from './analysis/tasks.ts';
import { limits } from './model/limits.ts';
import { requestReader, type WorkerRequest } from './workers/wire.ts';

// The process that hostile bytes are parsed in: a bundle of its own, started by `src/workers/`. It reads requests from
// stdin and answers each in its turn. It may be killed at any moment, and ends when nobody asks any more.
const read = requestReader();
const queue: WorkerRequest[] = [];
const largeBytes = 512 * 1024;
let busy = false;
process.stdin.on('data', (chunk: Buffer) => {
  queue.push(...read(chunk));
  if (!busy) void next();
});
process.stdout.on('error', () => process.exit()); // nobody listens any more
process.stdout.write('{"ready":true}\n');

/** An answer is on its way before the next file is begun: were it lost with the process, the wrong file would be blamed. */
async function next(): Promise<void> {
  const request = queue.shift();
  busy = request !== undefined;
  if (request === undefined) return;
  process.stdout.write(`${await answerTo(request)}\n`, next);
  sweep(request);
}

/**
 * Between two files nothing is held, but a heap that has grown stays so: a syntax tree is a hundred times the size of its
 * file. After small files the collection would cost more than it gives back.
 */
function sweep({ files }: WorkerRequest): void {
  if (files.some(({ bytes }) => bytes.length > largeBytes)) globalThis.gc?.();
}

/** What it throws ends the process, which is the answer. */
async function answerTo({ id, task, files }: WorkerRequest): Promise<string> {
  const answer = JSON.stringify(await tasks[task](files));
  return answer.length > limits.analysisAnswerMaxLength ? `{"id":${id},"tooLarge":true}` : `{"id":${id},"answer":${answer}}`;
}
