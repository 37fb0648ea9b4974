/** One element, read without what is inside it. */
export interface Der {
  readonly tag: number;
  /** The content alone. */
  readonly value: Uint8Array;
  /** With tag and length, as it was encoded. */
  readonly raw: Uint8Array;
}

/** Bytes that are no DER, or DER of another shape than was expected. */
export class NotDer extends Error {}

export const derTags = {
  integer: 0x02,
  octetString: 0x04,
  oid: 0x06,
  sequence: 0x30,
  set: 0x31,
  context0: 0x80,
  constructed0: 0xa0,
  constructed1: 0xa1,
  constructed3: 0xa3,
} as const;

/** The one element that the bytes are. @throws NotDer also for anything behind it */
export function readDer(bytes: Uint8Array, tag?: number): Der {
  const element = elementAt(bytes, 0);
  if (element.raw.length !== bytes.length) throw new NotDer('there is something behind it');
  if (tag !== undefined && element.tag !== tag) throw new NotDer(`tag ${element.tag} where ${tag} belongs`);
  return element;
}

/** The elements inside one, in order. @throws NotDer */
export function inside({ value }: Der): readonly Der[] {
  const found: Der[] = [];
  for (let at = 0; at < value.length; ) {
    const element = elementAt(value, at);
    found.push(element);
    at += element.raw.length;
  }
  return found;
}

/** Dotted form. @throws NotDer */
export function oidOf(element: Der | undefined): string {
  if (element === undefined || element.tag !== derTags.oid || element.value.length === 0) throw new NotDer('no object identifier');
  const arcs: number[] = [];
  let arc = 0;
  for (const [at, byte] of element.value.entries()) {
    arc = arc * 128 + (byte & 0x7f);
    if (arc > Number.MAX_SAFE_INTEGER / 128) throw new NotDer('an arc is too long');
    if ((byte & 0x80) !== 0) {
      if (at === element.value.length - 1) throw new NotDer('an arc does not end');
      continue;
    }
    arcs.push(arc);
    arc = 0;
  }
  const [first = 0, ...rest] = arcs;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...rest].join('.');
}

/** Definite, shortest lengths and short tags only: what has two encodings has two readers. @see X.690, section 10 */
function elementAt(bytes: Uint8Array, at: number): Der {
  const [tag, short] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || short === undefined) throw new NotDer('it ends too early');
  if ((tag & 0x1f) === 0x1f) throw new NotDer('a long tag');
  const [start, length] = lengthAt(bytes, at + 1, short);
  if (start + length > bytes.length) throw new NotDer('it ends too early');
  return { tag, value: bytes.subarray(start, start + length), raw: bytes.subarray(at, start + length) };
}

function lengthAt(bytes: Uint8Array, at: number, short: number): readonly [number, number] {
  if (short < 0x80) return [at + 1, short];
  const count = short & 0x7f;
  if (count === 0 || count > 4) throw new NotDer('a length that DER does not have');
  let length = 0;
  for (let i = 1; i <= count; i += 1) length = length * 256 + (bytes[at + i] ?? 0);
  if (length < 0x80 || length < 256 ** (count - 1)) throw new NotDer('a length that is longer than it must be');
  return [at + 1 + count, length];
}
