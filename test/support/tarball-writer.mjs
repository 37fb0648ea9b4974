import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';

/**
 * A gzipped tar archive, the same bytes for the same entries.
 */
export function tarball(entries) {
  return gzipSync(tar(entries), { level: 6 });
}

/**
 * The archive without gzip, with its two closing blocks.
 */
export function tar(entries) {
  return Buffer.concat([...entries.flatMap(blocksOf), Buffer.alloc(1024)]);
}

function blocksOf(entry) {
  const body = Buffer.from(entry.body ?? '');
  const before = entry.pax === undefined ? [] : blocksOf({ path: 'PaxHeader', type: 'x', body: paxRecords(entry.pax) });
  return [...before, header(entry, body.length), body, Buffer.alloc((512 - (body.length % 512)) % 512)];
}

function header(entry, length) {
  const block = Buffer.alloc(512);
  block.write(entry.path, 0, 100);
  octal(block, 100, 8, entry.mode ?? 0o644);
  octal(block, 108, 8, 0);
  octal(block, 116, 8, 0);
  octal(block, 124, 12, entry.size ?? length);
  octal(block, 136, 12, 499162500); // npm's own constant: 1985-10-26
  block.write('        ', 148);
  block.write(entry.type ?? '0', 156);
  block.write(entry.link ?? '', 157, 100);
  block.write(entry.magic ?? 'ustar\u000000', 257, 'latin1');
  block.write(entry.prefix ?? '', 345, 155);
  const sum = entry.checksum ?? block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148, 'latin1');
  return block;
}

function octal(block, at, width, value) {
  block.write(`${value.toString(8).padStart(width - 1, '0')}\u0000`, at, 'latin1');
}

/**
 * PAX records: `<length> <key>=<value>\n`, where the length counts itself.
 */
function paxRecords(pairs) {
  return Object.entries(pairs)
    .map(([key, value]) => {
      const rest = ` ${key}=${value}\n`;
      let length = Buffer.byteLength(rest) + 1;
      while (String(length).length + Buffer.byteLength(rest) !== length) length = String(length).length + Buffer.byteLength(rest);
      return `${length}${rest}`;
    })
    .join('');
}
