import { GuardError } from '../../model/errors.ts';
import { printable } from '../../model/printable.ts';
import { imageOf } from '../launch/docker.ts';

/** An image of a registry. */
export interface ImageReference {
  /** Host and port, as in the name: `docker.io`, `ghcr.io`, `localhost:5000`. */
  readonly host: string;
  /** `library/alpine` */
  readonly path: string;
  /** A tag, or `sha256:<hex>`. */
  readonly version: string;
  readonly isDigest: boolean;
}

/** @param text what follows `oci:` @throws GuardError `reference-not-understood` */
export function parseImage(text: string): ImageReference {
  const image = imageOf(text);
  const isDigest = image?.versionKind === 'digest';
  if (image === null || (isDigest && !/^sha256:[0-9a-f]{64}$/.test(image.version ?? '')))
    throw new GuardError('reference-not-understood', `\`${printable(text, { maxLength: 120 })}\` is no name of an image`, {
      why: 'a name is [registry/]name[:tag][@sha256:…]',
      hint: 'pinfold verify oci:ghcr.io/owner/name:tag',
    });
  const slash = image.name.indexOf('/');
  return { host: image.name.slice(0, slash), path: image.name.slice(slash + 1), version: image.version ?? 'latest', isDigest };
}
