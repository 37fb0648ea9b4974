/** One entry of a tarball, as wrong as a test wants it. Only `path` is needed. */
export interface TarEntry {
  readonly path: string;
  readonly body?: string | Uint8Array;
  /** The type flag: `0` file (default), `1` hard link, `2` symlink, `3`/`4` devices, `5` folder, `6` FIFO, `x`/`g` PAX, `L`/`K` GNU. */
  readonly type?: string;
  readonly mode?: number;
  readonly link?: string;
  readonly prefix?: string;
  /** A PAX header before the entry. */
  readonly pax?: Readonly<Record<string, string>>;
  /** Instead of the true ones. */
  readonly size?: number;
  readonly checksum?: number;
  readonly magic?: string;
}

export function tarball(entries: readonly TarEntry[]): Buffer;
export function tar(entries: readonly TarEntry[]): Buffer;
