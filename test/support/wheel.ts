import { createHash } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipMember {
  readonly path: string;
  readonly body: string | Uint8Array;
  /** Unix mode with type bits. Default: a plain file. */
  readonly mode?: number;
  /** 0 stored, 8 deflated (default). */
  readonly method?: number;
  /** Lies of the headers: what they say instead of the truth. */
  readonly says?: {
    readonly size?: number;
    readonly crc?: number;
    readonly localName?: string;
    readonly localSize?: number;
    readonly flags?: number;
  };
  /** Sizes and checksum stand behind the content. */
  readonly described?: boolean;
  /** Raw compressed bytes instead of the body's own. */
  readonly packed?: Uint8Array;
}

/** A zip archive of exactly these members, lies included. `before`, `between` and `after` put bytes where none belong. */
export function zip(
  members: readonly ZipMember[],
  around: { readonly before?: Uint8Array; readonly between?: Uint8Array; readonly after?: Uint8Array } = {},
): Uint8Array {
  const parts: Uint8Array[] = [around.before ?? new Uint8Array()];
  const directory: Uint8Array[] = [];
  let at = around.before?.byteLength ?? 0;
  for (const member of members) {
    const body = Buffer.from(member.body);
    const method = member.method ?? 8;
    const packed = Buffer.from(member.packed ?? (method === 8 ? deflateRawSync(body) : body));
    const { says = {} } = member;
    const flags = says.flags ?? 0x800 | (member.described === true ? 8 : 0);
    const [crc, size] = [says.crc ?? crc32(body), says.size ?? body.byteLength];
    const localName = Buffer.from(says.localName ?? member.path);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(method, 8);
    local.writeUInt16LE(0x21, 12);
    if (member.described !== true) {
      local.writeUInt32LE(crc, 14);
      local.writeUInt32LE(packed.byteLength, 18);
      local.writeUInt32LE(says.localSize ?? size, 22);
    }
    local.writeUInt16LE(localName.byteLength, 26);
    const name = Buffer.from(member.path);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(0x0314, 4);
    central.writeUInt16LE(20, 6);
    central.writeUInt16LE(flags, 8);
    central.writeUInt16LE(method, 10);
    central.writeUInt16LE(0x21, 14);
    central.writeUInt32LE(crc, 16);
    central.writeUInt32LE(packed.byteLength, 20);
    central.writeUInt32LE(size, 24);
    central.writeUInt16LE(name.byteLength, 28);
    central.writeUInt32LE(((member.mode ?? 0o100644) << 16) >>> 0, 38);
    central.writeUInt32LE(at, 42);
    directory.push(central, name);
    const described = Buffer.alloc(member.described === true ? 16 : 0);
    if (member.described === true) {
      described.writeUInt32LE(0x08074b50, 0);
      described.writeUInt32LE(crc, 4);
      described.writeUInt32LE(packed.byteLength, 8);
      described.writeUInt32LE(size, 12);
    }
    const added = [local, localName, packed, described, around.between ?? new Uint8Array()];
    parts.push(...added);
    at += added.reduce((sum, part) => sum + part.byteLength, 0);
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(
    directory.reduce((sum, part) => sum + part.byteLength, 0),
    12,
  );
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(around.after?.byteLength ?? 0, 20);
  return Buffer.concat([...parts, ...directory, end, around.after ?? new Uint8Array()]);
}

export interface PythonPackage {
  readonly name: string;
  readonly version: string;
  /** Path → content. */
  readonly files: Readonly<Record<string, string>>;
  readonly requires?: readonly string[];
  /** Name → `module:function`. */
  readonly scripts?: Readonly<Record<string, string>>;
  readonly requiresPython?: string;
}

/** The METADATA of a package. */
export function metadata(pkg: PythonPackage): string {
  const python = pkg.requiresPython === undefined ? [] : [`Requires-Python: ${pkg.requiresPython}`];
  const requires = (pkg.requires ?? []).map((line) => `Requires-Dist: ${line}`);
  return ['Metadata-Version: 2.3', `Name: ${pkg.name}`, `Version: ${pkg.version}`, ...python, ...requires, '', 'text', ''].join('\n');
}

/** A wheel of a package. */
export function wheel(pkg: PythonPackage): Uint8Array {
  const info = `${pkg.name.replaceAll('-', '_')}-${pkg.version}.dist-info`;
  const scripts = Object.entries(pkg.scripts ?? {}).map(([name, target]) => `${name} = ${target}`);
  return zip([
    ...Object.entries(pkg.files).map(([path, body]) => ({ path, body })),
    { path: `${info}/METADATA`, body: metadata(pkg) },
    { path: `${info}/WHEEL`, body: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n' },
    ...(scripts.length === 0 ? [] : [{ path: `${info}/entry_points.txt`, body: `[console_scripts]\n${scripts.join('\n')}\n` }]),
  ]);
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
