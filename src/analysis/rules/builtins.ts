import type { ModuleRule } from './rule.ts';

const read = ['fs.read'] as const;
const write = ['fs.write'] as const;
const both = ['fs.read', 'fs.write'] as const;

/** Members of `fs`, in the callback, sync and promise spellings. What is not listed counts as reading and writing. */
const fileMembers: NonNullable<ModuleRule['members']> = {
  promises: 'descend',
  constants: [],
  Stats: [],
  Dirent: [],
  ...spelled('readFile readdir readlink read readv access stat lstat statfs fstat exists realpath opendir glob', read),
  ...spelled('watch watchFile unwatchFile createReadStream openAsBlob ReadStream Dir', read),
  'realpath.native': read,
  'realpathSync.native': read,
  ...spelled('copyFile cp open', both),
  ...spelled('writeFile appendFile write writev truncate ftruncate rename rm rmdir unlink mkdir mkdtemp', write),
  ...spelled('chmod fchmod lchmod chown fchown lchown link symlink utimes lutimes futimes fsync fdatasync', write),
  ...spelled('createWriteStream WriteStream', write),
  ...spelled('close fclose', []),
};

const outward = ['net.connect'] as const;
const inward = ['net.listen'] as const;

/** The modules that come with Node. */
export const builtinRules: readonly ModuleRule[] = [
  { id: 'node-fs', modules: ['fs', 'fs/promises', 'graceful-fs', 'fs-extra'], classes: both, members: fileMembers, scope: 'path' },
  { id: 'node-child-process', modules: ['child_process'], classes: ['exec.spawn'], scope: 'binary' },
  { id: 'node-cluster', modules: ['cluster'], classes: ['exec.spawn'] },
  { id: 'node-vm', modules: ['vm', 'repl', 'inspector', 'inspector/promises', 'wasi'], classes: ['exec.dynamic'] },
  {
    id: 'node-module',
    modules: ['module'],
    classes: ['exec.dynamic'],
    members: {
      createRequire: [],
      'Module.createRequire': [],
      builtinModules: [],
      isBuiltin: [],
      Module: 'descend',
      findPackageJSON: [],
      enableCompileCache: [],
      getCompileCacheDir: [],
      flushCompileCache: [],
      wrap: [],
      SourceMap: [],
      findSourceMap: [],
    },
  },
  {
    id: 'node-http',
    modules: ['http', 'https', 'http2'],
    classes: [...outward, ...inward],
    members: {
      ...Object.fromEntries('request get Agent globalAgent ClientRequest connect'.split(' ').map((member) => [member, outward])),
      ...Object.fromEntries('createServer createSecureServer Server'.split(' ').map((member) => [member, inward])),
      ...Object.fromEntries(
        'IncomingMessage ServerResponse OutgoingMessage STATUS_CODES METHODS constants validateHeaderName validateHeaderValue maxHeaderSize Http2ServerRequest Http2ServerResponse sensitiveHeaders'
          .split(' ')
          .map((member) => [member, []]),
      ),
    },
    scope: 'host',
  },
  {
    id: 'node-net',
    modules: ['net', 'tls'],
    classes: [...outward, ...inward],
    members: {
      ...Object.fromEntries('connect createConnection Socket TLSSocket Stream'.split(' ').map((member) => [member, outward])),
      ...Object.fromEntries('createServer Server'.split(' ').map((member) => [member, inward])),
      ...Object.fromEntries(
        'isIP isIPv4 isIPv6 BlockList SocketAddress checkServerIdentity rootCertificates getCACertificates createSecureContext DEFAULT_MIN_VERSION DEFAULT_MAX_VERSION DEFAULT_CIPHERS'
          .split(' ')
          .map((member) => [member, []]),
      ),
    },
  },
  { id: 'node-dgram', modules: ['dgram'], classes: [...outward, ...inward] },
  { id: 'node-dns', modules: ['dns', 'dns/promises'], classes: outward, members: { promises: 'descend', ADDRCONFIG: [], V4MAPPED: [] } },
  { id: 'node-sqlite', modules: ['sqlite'], classes: both, scope: 'path' },
];

function spelled<Classes>(names: string, classes: Classes): Record<string, Classes> {
  return Object.fromEntries(
    names.split(' ').flatMap((name) => [
      [name, classes],
      [`${name}Sync`, classes],
    ]),
  );
}
