/** The part of a minipass stream that is used. Its async iterator leaks a listener for each piece, so events it is. */
export interface ByteStream {
  on(event: 'data', listener: (part: Uint8Array) => void): unknown;
  on(event: 'error', listener: (cause: unknown) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
}

/**
 * Everything that a stream brings, counted as it comes. Over `maxBytes` it rejects with `tooLarge()` and keeps no more;
 * the caller ends the download. Errors after that have nobody else to hear them and are dropped.
 */
export function collectBytes(stream: ByteStream, maxBytes: number, tooLarge: () => Error): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let parts: Uint8Array[] = [];
    let size = 0;
    let over = false;
    stream.on('error', reject);
    stream.on('end', () => resolve(Buffer.concat(parts, size)));
    stream.on('data', (part) => {
      if (over) return;
      size += part.byteLength;
      parts.push(part);
      if (size <= maxBytes) return;
      over = true;
      parts = [];
      reject(tooLarge());
    });
  });
}
