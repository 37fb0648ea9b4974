import { byItself, pieces } from '../pieces.ts';

/** One server-sent event. Attacker-controlled. */
export interface SseEvent {
  /** `message` when the stream names none. */
  readonly type: string;
  /** The data, lines joined by `\n`; empty = an event that only carries an id. */
  readonly data: Buffer;
  /** The stream's id after this event; null = none was ever sent. */
  readonly id: string | null;
  /** The reconnection time that the stream asked for last; null = none. */
  readonly retryMs: number | null;
}

/** Bytes that half-read events hold over all streams of one session. */
export interface HeldBytes {
  count: number;
}

/** Turns the chunks of one event stream into events. */
export interface SseParser {
  /** 'too-long' = the half-read events are over the bound: the stream cannot be trusted any more, now and later. */
  push(chunk: Buffer): readonly SseEvent[] | 'too-long';
  /** Gives back what a half-read event holds; an event that never ended is none. */
  end(): void;
}

/**
 * A parser that holds at most `maxBytes`, together with the others that count on the same `held`.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function sseParser(maxBytes: number, held: HeldBytes): SseParser {
  const line = pieces();
  let data: Buffer[] = [];
  let own = 0;
  let type = '';
  let id: string | null = null;
  let told: string | null = null;
  let retryMs: number | null = null;
  let skipLineFeed = false;
  let first = true;
  let broken = false;
  const hold = (bytes: number) => {
    own += bytes;
    held.count += bytes;
  };
  const end = () => {
    held.count -= own;
    own = 0;
    line.clear();
    data = [];
  };
  const dispatch = (events: SseEvent[]) => {
    const bytes = data.length === 1 ? (data[0] ?? empty) : Buffer.concat(data.flatMap((part, at) => (at === 0 ? [part] : [newline, part])));
    if (data.length > 0 || id !== told) events.push({ type: type === '' ? 'message' : type, data: bytes, id, retryMs });
    type = '';
    told = id;
    end();
  };
  const field = (text: Buffer, events: SseEvent[]) => {
    if (text.length === 0) return dispatch(events);
    const colon = text.indexOf(0x3a);
    if (colon === 0) return;
    const name = text.toString('latin1', 0, colon === -1 ? text.length : colon);
    const value = colon === -1 ? empty : text.subarray(colon + (text[colon + 1] === 0x20 ? 2 : 1));
    if (name === 'data') {
      data.push(byItself(value));
      hold(value.length + lineCost);
    } else if (name === 'event') type = value.toString('utf8', 0, maxFieldBytes);
    else if (name === 'id' && value.length <= maxFieldBytes && !value.includes(0)) id = value.toString('utf8');
    else if (name === 'retry' && /^\d{1,9}$/.test(value.toString('latin1', 0, 16))) retryMs = Number(value.toString('latin1'));
  };
  const lineEnded = (last: Buffer, events: SseEvent[]) => {
    hold(-line.length);
    const whole = line.take(last);
    const marked = first && whole.length >= 3 && whole.subarray(0, 3).equals(byteOrderMark);
    first = false;
    field(marked ? whole.subarray(3) : whole, events);
  };
  return {
    push(chunk) {
      if (broken) return 'too-long';
      const events: SseEvent[] = [];
      let start = skipLineFeed && chunk[0] === 0x0a ? 1 : 0;
      if (chunk.length > 0) skipLineFeed = false;
      for (let at = lineEnd(chunk, start); at !== -1; at = lineEnd(chunk, start)) {
        lineEnded(chunk.subarray(start, at), events);
        start = at + 1;
        if (chunk[at] !== 0x0d) continue;
        if (start === chunk.length) skipLineFeed = true;
        else if (chunk[start] === 0x0a) start += 1;
      }
      if (start < chunk.length) {
        line.add(chunk.subarray(start));
        hold(chunk.length - start);
      }
      if (held.count <= maxBytes) return events;
      broken = true;
      end();
      return 'too-long';
    },
    end,
  };
}

/** What a line costs beyond its bytes: events of many empty lines must not be cheaper than they are. */
const lineCost = 64;
/** Of `event` and `id`: both are sent back, or compared, and never shown. */
const maxFieldBytes = 1_024;
const newline = Buffer.from('\n');
const empty = Buffer.alloc(0);
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

function lineEnd(chunk: Buffer, from: number): number {
  const feed = chunk.indexOf(0x0a, from);
  const carriage = chunk.subarray(from, feed === -1 ? undefined : feed).indexOf(0x0d);
  return carriage === -1 ? feed : from + carriage;
}
