import { isUtf8 } from 'node:buffer';
import { HostileArchive } from './archive-hostile.ts';

/**
 * The records of a PAX header: `<length> <key>=<value>\n`, where the length counts the whole record.
 * @throws HostileArchive for anything else, and for a key twice.
 * @see POSIX.1-2017, pax, "pax Extended Header"
 */
export function paxRecords(body: Uint8Array): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < body.byteLength) {
    const space = body.indexOf(0x20, at);
    const digits = space === -1 ? '' : Buffer.from(body.subarray(at, space)).toString('latin1');
    const length = /^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : 0;
    const record = body.subarray(space + 1, at + length);
    if (length === 0 || at + length > body.byteLength || record.at(-1) !== 0x0a || !isUtf8(record)) {
      throw new HostileArchive('a PAX header that cannot be read');
    }
    const line = Buffer.from(record.subarray(0, -1)).toString('utf8');
    const equals = line.indexOf('=');
    const key = line.slice(0, equals);
    if (equals < 1 || records.has(key)) throw new HostileArchive('a PAX header that cannot be read');
    records.set(key, line.slice(equals + 1));
    at += length;
  }
  return records;
}

/** Owners, times and attributes, which nothing here uses; old npm wrote its own bookkeeping as `NODETAR.…`. */
const harmless =
  /^(?:[acm]time|[ug]id|[ug]name|dev|ino|nlink|comment|NODETAR\..*|LIBARCHIVE\.(?:creationtime|xattr\..*)|SCHILY\.(?:dev|ino|nlink|fflags|xattr\..*|acl\..*)|RHT\.security\.selinux)$/;

/** @throws HostileArchive for a record that is neither harmless nor among the `meaningful` ones of this header. */
export function checkedPax(records: ReadonlyMap<string, string>, meaningful: readonly string[]): void {
  for (const key of records.keys()) {
    if (!harmless.test(key) && !meaningful.includes(key)) throw new HostileArchive('a PAX header that changes what follows', key);
  }
}
