import { PackageURL } from 'packageurl-js';
import { type PypiSpec, parsePypiSpec } from './pypi-spec.ts';

/** A package URL without qualifiers: `repository_url` would name another index. @see purl-spec, pypi */
export function parsePypiPurl(text: string): PypiSpec | null {
  try {
    const { type, namespace, name, version, qualifiers, subpath } = PackageURL.fromString(text);
    if (type !== 'pypi' || namespace || subpath || (qualifiers && Object.keys(qualifiers).length > 0)) return null;
    return parsePypiSpec(version ? `${name}@${version}` : (name ?? ''));
  } catch {
    return null;
  }
}
