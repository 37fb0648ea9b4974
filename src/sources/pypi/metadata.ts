import type { PackageFile } from '../../model/artifact.ts';
import { projectName } from './name.ts';

/** What a package says about itself. Attacker-controlled. @see https://packaging.python.org/en/latest/specifications/core-metadata/ */
export interface CoreMetadata {
  /** PEP 503 normalised; '' = not said. */
  readonly name: string;
  readonly version: string;
  /** Requirements as written. */
  readonly requires: readonly string[];
  /** True when the requirements are only known once the package is built. */
  readonly isOpen: boolean;
}

const maxRequirements = 2_000;

/** The headers of a METADATA or PKG-INFO file. */
export function parseMetadata(bytes: Uint8Array): CoreMetadata {
  const [head = ''] = new TextDecoder().decode(bytes).split(/\r?\n\r?\n/, 1);
  const all = (name: string) => [...head.matchAll(new RegExp(`^${name}:[ \\t]*(.*)$`, 'gim'))].map(([, value = '']) => value.trim());
  return {
    name: projectName(all('Name')[0] ?? ''),
    version: all('Version')[0] ?? '',
    requires: all('Requires-Dist').slice(0, maxRequirements),
    isOpen: all('Dynamic').some((field) => field.toLowerCase() === 'requires-dist'),
  };
}

/** The metadata file of a wheel's or an sdist's files; null = it has none. */
export function metadataFile(files: readonly PackageFile[], form: 'wheel' | 'sdist'): Uint8Array | null {
  const wanted = form === 'wheel' ? /^[^/]+\.dist-info\/METADATA$/ : /^PKG-INFO$/;
  return files.find(({ path }) => wanted.test(path))?.bytes ?? null;
}

/** True where an sdist's list of requirements may be trusted before it is built. @see PEP 643 */
export function sdistIsSettled(bytes: Uint8Array): boolean {
  const version = /^Metadata-Version:\s*(\d+)\.(\d+)/im.exec(new TextDecoder().decode(bytes.subarray(0, 2_000)));
  const [major, minor] = [Number(version?.[1] ?? 0), Number(version?.[2] ?? 0)];
  return (major > 2 || (major === 2 && minor >= 2)) && !parseMetadata(bytes).isOpen;
}
