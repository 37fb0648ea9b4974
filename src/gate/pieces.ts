/** Bytes that come in parts, kept until they are whole. */
export interface Pieces {
  /** How many there are. */
  readonly length: number;
  add(part: Buffer): void;
  /** All of them with the last part behind them; then there are none. */
  take(last: Buffer): Buffer;
  clear(): void;
}

/**
 * Parts that weigh about what they hold, however small whoever sends them makes them: a buffer of one byte takes a hundred,
 * so what drips in is put together from time to time.
 */
export function pieces(): Pieces {
  let whole: Buffer[] = [];
  let small: Buffer[] = [];
  let length = 0;
  const clear = () => {
    whole = [];
    small = [];
    length = 0;
  };
  return {
    get length() {
      return length;
    },
    add(part) {
      small.push(part);
      length += part.length;
      if (small.length < maxSmall) return;
      whole.push(Buffer.concat(small));
      small = [];
    },
    take(last) {
      if (length === 0) return last;
      const all = Buffer.concat([...whole, ...small, last]);
      clear();
      return all;
    },
    clear,
  };
}

/** Parts that lie beside each other. */
const maxSmall = 1_024;

/** The same bytes by themselves, where a slice would keep more than twice as many alive: all that it was cut out of. */
export function byItself(slice: Buffer): Buffer {
  return slice.length * 2 < slice.buffer.byteLength ? Buffer.from(slice) : slice;
}
