import { isUtf8 } from 'node:buffer';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'not-utf-8' | 'not-utf-16';

/** A config file's text without its byte-order mark. */
export interface ConfigText {
  readonly text: string;
  /** `not-utf-8`, `not-utf-16`: invalid bytes were replaced for reading, as clients do; such a text must not be written back. */
  readonly encoding: Encoding;
  readonly byteOrderMark: boolean;
}

/** Text of a config file as clients and Windows tools write it: UTF-8, or UTF-16 (PowerShell 5 `>`), with or without a mark. */
export function decodeConfig(bytes: Uint8Array): ConfigText {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return decoded(bytes.subarray(2), 'utf-16le', true);
  if (first === 0xfe && second === 0xff) return decoded(bytes.subarray(2), 'utf-16be', true);
  if (first === 0xef && second === 0xbb && third === 0xbf) return decoded(bytes.subarray(3), 'utf-8', true);
  // A configuration begins with an ASCII character; its zero half tells the order.
  if (bytes.length >= 2 && first === 0) return decoded(bytes, 'utf-16be', false);
  if (bytes.length >= 2 && second === 0) return decoded(bytes, 'utf-16le', false);
  return decoded(bytes, 'utf-8', false);
}

/** The bytes of an edited text in the encoding of the file, with the mark that it had. */
export function encodeConfig(text: string, { encoding, byteOrderMark }: Pick<ConfigText, 'encoding' | 'byteOrderMark'>): Uint8Array {
  const whole = byteOrderMark ? `\ufeff${text}` : text;
  if (encoding === 'utf-16le') return Buffer.from(whole, 'utf16le');
  return encoding === 'utf-16be' ? Buffer.from(whole, 'utf16le').swap16() : Buffer.from(whole, 'utf8');
}

/** How pinfold writes a file that was not there. */
export const newFile = { encoding: 'utf-8', byteOrderMark: false } as const;

function decoded(bytes: Uint8Array, encoding: 'utf-8' | 'utf-16le' | 'utf-16be', byteOrderMark: boolean): ConfigText {
  const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
  if (encoding === 'utf-8') return { text, encoding: isUtf8(bytes) ? encoding : 'not-utf-8', byteOrderMark };
  // Half a character: an odd byte at the end, or a surrogate without its other half.
  const valid = Buffer.compare(encodeConfig(text, { encoding, byteOrderMark: false }), bytes) === 0;
  return { text, encoding: valid ? encoding : 'not-utf-16', byteOrderMark };
}
