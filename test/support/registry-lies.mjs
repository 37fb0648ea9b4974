import { gzipSync } from 'node:zlib';
import { tarball } from './tarball-writer.mjs';

/** Every lie that the test registry knows by name; each is a function, so that a test can give it its particulars. */
export const lies = {
  /** The record names the hash of other bytes. */
  wrongIntegrity: () => ({
    packument: eachVersion((version) => ({ ...version, dist: { ...version.dist, integrity: otherIntegrity, shasum: '0'.repeat(40) } })),
  }),
  /** Half of the tarball, sent as if it were whole. */
  truncatedTarball: () => ({ tarball: (bytes) => bytes.subarray(0, bytes.length >> 1) }),
  /** Other bytes under the same version, the record unchanged. */
  changedBytes: () => ({ tarball: () => tarball([{ path: 'package/package.json', body: '{"name":"evil","version":"6.6.6"}' }]) }),
  /** A status and nothing useful. */
  status: (code, only) => ({
    answer(kind, response) {
      if (only !== undefined && kind !== only) return false;
      response.writeHead(code, { 'content-type': 'text/html' }).end('<h1>no</h1>');
      return true;
    },
  }),
  /** Takes the request and never answers; `close()` ends it. */
  hangs: (only) => ({ answer: (kind) => only === undefined || kind === only }),
  /** Sends the head and a little of the body, then nothing. */
  stalls: () => ({
    answer(kind, response) {
      if (kind !== 'tarball') return false;
      response.writeHead(200, { 'content-length': 100_000 });
      response.write('a little');
      return true;
    },
  }),
  /** Breaks the connection in the middle of the tarball. */
  breaksOff: () => ({
    answer(kind, response) {
      if (kind !== 'tarball') return false;
      response.writeHead(200, { 'content-length': 100_000 });
      response.write('a little', () => response.destroy());
      return true;
    },
  }),
  /** A tarball without end. */
  endlessTarball: () => ({
    answer(kind, response) {
      if (kind !== 'tarball') return false;
      const block = Buffer.alloc(64 * 1024, 7);
      const more = () => {
        while (!response.destroyed && response.write(block));
      };
      response.on('drain', more);
      more();
      return true;
    },
  }),
  /** A record of at least so many bytes, gzipped on the wire: a few kilobytes are sent. */
  hugePackument: (bytes) => ({
    answer(kind, response) {
      if (kind !== 'packument') return false;
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(Buffer.alloc(bytes, ' ')));
      return true;
    },
  }),
  /** A body that is not JSON, with status 200. */
  notJson: () => ({
    answer(kind, response) {
      if (kind !== 'packument') return false;
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in to the hotel network</html>');
      return true;
    },
  }),
  /** A mirror that keeps only what an installation needs. */
  stripped: () => ({
    packument: ({ _id, name, 'dist-tags': tags, time, versions }) => ({
      _id,
      name,
      'dist-tags': tags,
      time,
      versions: Object.fromEntries(
        Object.entries(versions).map(([number, version]) => [
          number,
          keep(version, ['name', 'version', 'dist', 'dependencies', 'optionalDependencies', 'bin']),
        ]),
      ),
    }),
  }),
  /** The barest mirror: not even dependencies. */
  bare: () => ({ packument: eachVersion((version) => keep(version, ['name', 'version', 'dist'])) }),
  /** The record says something else than the tarball. */
  disagrees: (other) => ({ packument: eachVersion((version) => ({ ...version, ...other })) }),
  /** A record with members of `dist` replaced; `undefined` removes one. */
  dist: (other) => ({ packument: eachVersion((version) => ({ ...version, dist: { ...version.dist, ...other } })) }),
};

const otherIntegrity = `sha512-${Buffer.alloc(64, 1).toString('base64')}`;

function eachVersion(change) {
  return (packument) => ({
    ...packument,
    versions: Object.fromEntries(Object.entries(packument.versions).map(([number, version]) => [number, change(version)])),
  });
}

function keep(object, members) {
  return Object.fromEntries(Object.entries(object).filter(([member]) => members.includes(member)));
}
