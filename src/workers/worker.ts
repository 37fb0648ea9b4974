import { parse } from 'node:path';
import type { TaskName } from '../analysis/tasks.ts';
import { frames } from '../gate/framing.ts';
import type { Host } from '../host/host.ts';
import type { PackageFile } from '../model/artifact.ts';
import type { JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { parseLine, printRequest, type WorkerLine } from './wire.ts';

/** What came of a task: its answer, hostile until parsed, or why there is none. */
export type Outcome = { readonly answer: JsonValue } | { readonly failed: 'crashed' | 'timeout' | 'too-large' };

/** A task that somebody waits for. */
export interface Job {
  readonly task: TaskName;
  readonly files: readonly PackageFile[];
  readonly bytes: number;
  readonly maxMs: number;
  readonly settle: (outcome: Outcome) => void;
  /** Nobody can answer: no worker starts. */
  readonly fail: (cause: unknown) => void;
}

/** One process that parses hostile bytes. */
export interface Worker {
  /** Jobs that it has been given and has not answered, in its order. */
  readonly jobs: readonly Job[];
  /** It has read something so large that it holds a lot of memory. */
  readonly swollen: boolean;
  give(job: Job): void;
  /** Kills it; settles when it is gone. What it still had is `crashed`. */
  stop(): Promise<void>;
}

export interface WorkerEvents {
  /** It answered, or is ready. */
  readonly onFree: () => void;
  /** It ended by itself or passed a bound. What it was at has been told so; `left` was not begun. */
  readonly onEnd: (worker: Worker, left: readonly Job[], wasReady: boolean) => void;
}

/** A file of this size leaves hundreds of MB in its process. */
const swellingBytes = 3 * 1024 * 1024;

/**
 * Starts a worker. A crash of the native parser ends the process that it runs in (a thread would take the others along),
 * so each is a process, with a heap of its own size and nothing of our environment.
 * @throws GuardError `command-not-found`, `interrupted`.
 */
export async function startWorker(program: string, heapMaxMegabytes: number, events: WorkerEvents, host: Host): Promise<Worker> {
  const child = await host.processes.spawn(host.machine.nodePath, [`--max-old-space-size=${heapMaxMegabytes}`, '--expose-gc', program], {
    cwd: parse(program).root,
    env: host.machine.platform === 'win32' ? { SystemRoot: host.env['SystemRoot'] ?? 'C:\\Windows' } : {},
    stderr: 'ignore',
    ownGroup: false,
  });
  const framing = frames(limits.analysisAnswerMaxLength * 3 + 1_024); // its length is in UTF-16 units
  const jobs: Job[] = [];
  let first = 0;
  let next = 0;
  let ready = false;
  let swollen = false;
  let looksAt = Number.POSITIVE_INFINITY;
  let ended: 'crashed' | 'timeout' | 'stopped' | null = null;
  let since = host.now();

  const worker: Worker = {
    jobs,
    get swollen() {
      return swollen;
    },
    give(job) {
      if (jobs.length === 0) since = host.now();
      jobs.push(job);
      for (const chunk of printRequest({ id: next, task: job.task, files: job.files })) child.stdin.write(chunk);
      next += 1;
      watch();
    },
    async stop() {
      end('stopped');
      await child.exited;
      for (const job of jobs.splice(0)) job.settle({ failed: 'crashed' });
    },
  };

  child.stdout.on('data', (chunk: Buffer) => {
    const lines = framing.push(chunk);
    if (lines === 'too-long') end('crashed');
    else for (const line of lines) if (ended === null) hear(line.toString('utf8'));
  });
  void child.exited.then(() => {
    if (ended === 'stopped') return;
    const at = ready ? jobs.shift() : undefined;
    at?.settle({ failed: ended ?? 'crashed' });
    events.onEnd(worker, jobs.splice(0), ready);
  });
  watch();
  return worker;

  function hear(text: string): void {
    const line = parseLine(text);
    since = host.now();
    if (line !== null && 'ready' in line) ready = true;
    else if (line !== null && line.id === first && jobs.length > 0) answered(line);
    else end('crashed');
    watch();
    events.onFree();
  }

  function answered(line: Exclude<WorkerLine, { readonly ready: true }>): void {
    first += 1;
    const job = jobs.shift();
    if (job !== undefined && job.bytes > swellingBytes) swollen = true;
    job?.settle('answer' in line ? { answer: line.answer } : { failed: 'too-large' });
  }

  function end(why: NonNullable<typeof ended>): void {
    ended ??= why;
    child.kill('SIGKILL');
  }

  /** Looks again when what the worker is at would take too long, and ends it then. */
  function watch(): void {
    const bound = ready ? jobs[0]?.maxMs : limits.sourceMaxMs;
    if (ended !== null || bound === undefined) return;
    const late = since + bound;
    if (late >= looksAt) return;
    looksAt = late;
    AbortSignal.timeout(Math.max(late - host.now(), 1)).addEventListener('abort', () => {
      if (looksAt !== late) return; // there is an earlier look, which arms the next one
      looksAt = Number.POSITIVE_INFINITY;
      const now = ready ? jobs[0]?.maxMs : limits.sourceMaxMs;
      if (now !== undefined && host.now() - since >= now) end('timeout');
      else watch();
    });
  }
}
