const newline = 0x0a;

/**
 * Splits chunks at line feeds and calls `onLine` with each whole line, without its end. What follows the last line feed
 * waits for the next chunk. The caller bounds the sum of all bytes, and so the longest line.
 */
export function lineReader(onLine: (line: Buffer) => void): (chunk: Buffer) => void {
  let waiting: Buffer[] = [];
  return (chunk) => {
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      onLine(Buffer.concat([...waiting, chunk.subarray(from, at)]));
      waiting = [];
      from = at + 1;
    }
    if (from < chunk.length) waiting.push(chunk.subarray(from));
  };
}
