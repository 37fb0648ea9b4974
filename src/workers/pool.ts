import { join } from 'node:path';
import type { TaskName } from '../analysis/tasks.ts';
import type { Host } from '../host/host.ts';
import type { PackageFile } from '../model/artifact.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { type Job, type Outcome, startWorker, type Worker } from './worker.ts';

export interface PoolBounds {
  /** Workers at once. */
  readonly workers: number;
  readonly heapMaxMegabytes: number;
  readonly sourceMaxMs: number;
  readonly taskMaxMs: number;
  /** As long as somebody waits, all in all; what is not begun by then is `timeout`. */
  readonly totalMaxMs: number;
}

/** Processes that parse hostile bytes. None is started before there is a question. */
export interface Pool {
  /** Rejects only when no worker can be started at all. The answer is hostile until parsed. */
  ask(task: TaskName, files: readonly PackageFile[]): Promise<Outcome>;
  /** Ends every worker; what was still asked is `crashed`. */
  close(): Promise<void>;
}

/** Absolute path of the program that workers run. */
export function workerProgram(host: Host): string {
  return join(host.machine.installation, 'dist', 'analysis-worker.mjs');
}

/** What a worker gets ahead of its answers: enough that it never waits, little enough that the others get something too. */
const aheadBytes = 256 * 1024;
const aheadJobs = 64;
/** One more worker for each so many bytes that wait: starting one takes as long as reading about as many. */
const bytesPerWorker = 384 * 1024;
/** Ends in a row of workers that never said they are ready. */
const maxFalseStarts = 3;

/**
 * A pool that hands out each question once: a file that ends its worker, or keeps it for too long, is answered with
 * that, and the others go to another worker.
 */
export function openPool(host: Host, bounds: Partial<PoolBounds> = {}): Pool {
  const most = Math.max(1, bounds.workers ?? Math.min(host.machine.cores, limits.workersMax));
  const program = workerProgram(host);
  const queue: Job[] = [];
  const workers = new Set<Worker>();
  const starting = new Set<Promise<void>>();
  let falseStarts = 0;
  let asked = 0;
  let busySince = 0;
  let spentMs = 0;
  let broken: unknown = null;
  let waitingBytes = 0;
  let closed = false;

  return {
    ask(task, files) {
      const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
      const isSource = task === 'source' || task === 'source-beside' || task === 'python';
      const maxMs = isSource ? (bounds.sourceMaxMs ?? limits.sourceMaxMs) : (bounds.taskMaxMs ?? limits.taskMaxMs);
      if (asked === 0) busySince = host.now();
      asked += 1;
      return new Promise<Outcome>((settle, fail) => {
        queue.push({ task, files, bytes, maxMs, settle, fail });
        waitingBytes += bytes;
        pump();
      }).finally(() => {
        asked -= 1;
        if (asked === 0) spentMs += host.now() - busySince;
      });
    },
    async close() {
      closed = true;
      pump();
      await Promise.all(starting);
      await Promise.all([...workers].map((worker) => worker.stop()));
    },
  };

  function pump(): void {
    if (closed) for (const job of waiting()) job.settle({ failed: 'crashed' });
    if (broken !== null) for (const job of waiting()) job.fail(broken);
    if (closed || broken !== null) return;
    const busyMs = spentMs + (asked === 0 ? 0 : host.now() - busySince);
    if (busyMs > (bounds.totalMaxMs ?? limits.analysisMaxMs)) for (const job of waiting()) job.settle({ failed: 'timeout' });
    for (const worker of workers) {
      if (worker.swollen && worker.jobs.length === 0) retire(worker);
      for (let next = queue[0]; next !== undefined && !worker.swollen && hasRoom(worker, next); next = queue[0]) {
        queue.shift();
        waitingBytes -= next.bytes;
        worker.give(next);
      }
    }
    const wanted = queue.length === 0 ? 0 : Math.min(most, 1 + Math.floor(waitingBytes / bytesPerWorker));
    if (workers.size + starting.size < wanted) begin();
  }

  function waiting(): readonly Job[] {
    waitingBytes = 0;
    return queue.splice(0);
  }

  function begin(): void {
    const started = start().finally(() => {
      starting.delete(started);
      pump();
    });
    starting.add(started);
  }

  /** Never rejects. */
  async function start(): Promise<void> {
    try {
      const events = { onFree: ready, onEnd: ended };
      const worker = await startWorker(program, bounds.heapMaxMegabytes ?? limits.workerHeapMaxMegabytes, events, host);
      workers.add(worker);
    } catch (cause) {
      // With one worker the work goes on, more slowly.
      if (workers.size === 0) broken = cause;
    }
  }

  function ready(): void {
    falseStarts = 0;
    pump();
  }

  function ended(worker: Worker, left: readonly Job[], wasReady: boolean): void {
    workers.delete(worker);
    queue.unshift(...left);
    for (const job of left) waitingBytes += job.bytes;
    if (!wasReady) falseStarts += 1;
    if (falseStarts >= maxFalseStarts) {
      broken = new GuardError('file-unreadable', 'the analysis does not start', {
        why: `${program} ends before it does anything`,
        hint: 'install pinfold again',
      });
    }
    pump();
  }

  function retire(worker: Worker): void {
    workers.delete(worker);
    void worker.stop();
  }
}

function hasRoom({ jobs }: Worker, next: Job): boolean {
  const bytes = jobs.reduce((sum, job) => sum + job.bytes, 0);
  return jobs.length === 0 || (jobs.length < aheadJobs && bytes + next.bytes <= aheadBytes);
}
