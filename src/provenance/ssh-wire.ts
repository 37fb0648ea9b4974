/** The bytes are not what RFC 4251 and the format say; `message` is a fragment without anything of the bytes. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/**
 * Reads the wire encoding of RFC 4251 §5 out of hostile bytes. Every method throws WireError where the bytes end too early.
 */
export class WireReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes);
  }

  uint32(): number {
    return this.raw(4).readUInt32BE(0);
  }

  raw(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new WireError('it ends too early');
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  /** A length and so many bytes. */
  string(): Buffer {
    return this.raw(this.uint32());
  }

  /** The same as ASCII text; anything else in it is an error. */
  text(): string {
    const bytes = this.string();
    if (bytes.some((byte) => byte < 0x20 || byte > 0x7e)) throw new WireError('a name in it is no plain text');
    return bytes.toString('latin1');
  }

  /** A positive `mpint` in its shortest form, left-padded to `length` bytes. */
  positive(length: number): Buffer {
    const bytes = this.string();
    const first = bytes[0];
    if (first === undefined || first >= 0x80) throw new WireError('a number in it is not positive');
    if (first === 0 && (bytes[1] ?? 0) < 0x80) throw new WireError('a number in it is not in its shortest form');
    const digits = first === 0 ? bytes.subarray(1) : bytes;
    if (digits.length > length) throw new WireError('a number in it is too large');
    return Buffer.concat([Buffer.alloc(length - digits.length), digits]);
  }

  rest(): Buffer {
    return this.raw(this.#bytes.length - this.#at);
  }

  /** @throws WireError when something is left. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new WireError('something stands after its end');
  }
}

export function wireString(value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A positive number, given in big-endian bytes, as `mpint`. */
export function wirePositive(value: Uint8Array): Buffer {
  let at = 0;
  while (at < value.length - 1 && value[at] === 0) at += 1;
  const digits = Buffer.from(value.subarray(at));
  return wireString((digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), digits]) : digits);
}

/** Base64 in its one canonical spelling (padding included), standard alphabet; null = it is not. */
export function strictBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}
