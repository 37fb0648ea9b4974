export { type TarEntry, tar, tarball } from './tarball-writer.mjs';
