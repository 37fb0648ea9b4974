import { pieces } from './pieces.ts';

/** Turns the chunks of a byte stream into newline-delimited frames. */
export interface Framing {
  /**
   * The frames that the chunk completes, in order, each with its line end, as slices of the chunk where they lie whole
   * in it. 'too-long' = a line passed the bound: the stream cannot be trusted any more, and every later call says so too.
   */
  push(chunk: Buffer): readonly Buffer[] | 'too-long';
  /** What is left when the stream ends without a line end; null = nothing. */
  end(): Buffer | null;
}

/**
 * A framing whose lines are at most `maxBytes` long, line end not counted. Never holds more than that and one chunk.
 *
 * @see MCP 2025-11-25, basic/transports, stdio
 */
export function frames(maxBytes: number): Framing {
  const held = pieces();
  let broken = false;
  const fail = (): 'too-long' => {
    broken = true;
    held.clear();
    return 'too-long';
  };
  return {
    push(chunk) {
      if (broken) return 'too-long';
      const complete: Buffer[] = [];
      let start = 0;
      for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
        if (held.length + (end - start) > maxBytes) return fail();
        complete.push(held.take(chunk.subarray(start, end + 1)));
        start = end + 1;
      }
      if (start < chunk.length) {
        held.add(chunk.subarray(start));
        if (held.length > maxBytes) return fail();
      }
      return complete;
    },
    end() {
      return held.length === 0 ? null : held.take(Buffer.alloc(0));
    },
  };
}

const newline = 0x0a;
const carriageReturn = 0x0d;

/** A frame's bytes without its line end (`\n` or `\r\n`). */
export function body(frame: Buffer): Buffer {
  let end = frame.length;
  if (end > 0 && frame[end - 1] === newline) end -= 1;
  if (end > 0 && frame[end - 1] === carriageReturn) end -= 1;
  return frame.subarray(0, end);
}
