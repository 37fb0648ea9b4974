export { paxRecords, type TarEntry, tar, tarball } from './tarball-writer.mjs';
