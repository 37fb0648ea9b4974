import { npmPredecessorVoucher } from './npm-predecessor.ts';
import { npmProvenanceVoucher } from './npm-provenance.ts';
import { type NpmVouching, npmVouching } from './npm-registry.ts';
import { npmSignatureVoucher } from './npm-signature.ts';
import type { Voucher } from './voucher.ts';

/** Who vouches for an npm package. Tests give their own trust root: a file that says whom to trust would be a hole. */
export function npmVouchers(vouching: NpmVouching = npmVouching): readonly Voucher[] {
  return [npmSignatureVoucher(vouching), npmProvenanceVoucher(vouching), npmPredecessorVoucher(vouching)];
}
