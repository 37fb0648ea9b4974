import type { TaskName } from '../analysis/tasks.ts';
import type { PackageFile } from '../model/artifact.ts';
import { isObject, type JsonValue } from '../model/json.ts';

// A request is one line of JSON and the bytes of its files, one after the other. An answer is one line of JSON.

/** One question to a worker. */
export interface WorkerRequest {
  readonly id: number;
  readonly task: TaskName;
  readonly files: readonly PackageFile[];
}

/** The first line of a request: path, size and mode of each file. */
interface Head extends Omit<WorkerRequest, 'files'> {
  readonly files: readonly (readonly [path: string, size: number, executable: boolean])[];
}

/** The chunks of a request, to be written in this order. */
export function printRequest({ id, task, files }: WorkerRequest): readonly Uint8Array[] {
  const described = files.map(({ path, bytes, executable }) => [path, bytes.length, executable]);
  return [Buffer.from(`${JSON.stringify({ id, task, files: described })}\n`), ...files.map(({ bytes }) => bytes)];
}

/** Turns the chunks of a stream into requests. Only pinfold itself writes to it. */
export function requestReader(): (chunk: Buffer) => readonly WorkerRequest[] {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let wantedBytes = 0;
  let head: Head | null = null;

  return (chunk) => {
    held.push(chunk);
    heldBytes += chunk.length;
    const complete: WorkerRequest[] = [];
    for (;;) {
      if (head === null) {
        if (!held.some((part) => part.includes(newline))) return complete;
        const all = joined();
        const end = all.indexOf(newline);
        head = JSON.parse(all.subarray(0, end).toString('utf8')) as Head;
        keep(all.subarray(end + 1));
        wantedBytes = head.files.reduce((sum, [, size]) => sum + size, 0);
      }
      if (heldBytes < wantedBytes) return complete;
      const all = joined();
      let at = 0;
      const files = head.files.map(([path, size, executable]) => {
        at += size;
        return { path, bytes: all.subarray(at - size, at), executable };
      });
      complete.push({ id: head.id, task: head.task, files });
      keep(all.subarray(at));
      head = null;
    }
  };

  function joined(): Buffer {
    const [only] = held;
    return held.length === 1 && only !== undefined ? only : Buffer.concat(held);
  }

  function keep(rest: Buffer): void {
    held = rest.length === 0 ? [] : [rest];
    heldBytes = rest.length;
  }
}

const newline = 0x0a;

/** What a worker says: that it is ready, or the answer to a request. */
export type WorkerLine =
  | { readonly ready: true }
  | { readonly id: number; readonly answer: JsonValue }
  | { readonly id: number; readonly tooLarge: true };

/** One line of a worker; null = it is none. The worker has read hostile bytes: its answers are parsed, then believed. */
export function parseLine(line: string): WorkerLine | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (!isObject(value)) return null;
  if (value['ready'] === true) return { ready: true };
  const { id, answer } = value;
  if (typeof id !== 'number') return null;
  if (value['tooLarge'] === true) return { id, tooLarge: true };
  return answer === undefined ? null : { id, answer };
}
