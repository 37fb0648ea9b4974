/** What a registry computes from a tarball's bytes. */
export function identity(
  manifest: { readonly name: string; readonly version: string },
  bytes: Uint8Array,
): { readonly _id: string; readonly dist: { readonly integrity: string; readonly shasum: string } };
