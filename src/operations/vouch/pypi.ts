import type { Host } from '../../host/host.ts';
import { type Digest, digestHex } from '../../model/digest.ts';
import { finding } from '../../model/finding.ts';
import { nothingVouched, type Vouched } from '../../model/vouched.ts';
import { fetchProvenance } from '../../sources/pypi/provenance.ts';
import type { PypiResolution } from '../../sources/pypi/resolve.ts';
import { type LoadTrust, machineTrust } from './trust.ts';
import type { Voucher } from './voucher.ts';

const source = 'pypi-provenance';

/** Who uploaded a Python file, as the attestations of its index say (PEP 740). */
export function pypiVoucherWith(trust: LoadTrust): Voucher {
  return {
    id: source,
    appliesTo: ({ resolution }) => resolution.ecosystem === 'pypi',
    vouch: async ({ resolution }, host) => (resolution.ecosystem === 'pypi' ? vouchForFile(resolution.pypi, trust, host) : nothingVouched),
  };
}

export const pypiVoucher = pypiVoucherWith(machineTrust);

async function vouchForFile({ artifact, files, index }: PypiResolution, trust: LoadTrust, host: Host): Promise<Vouched> {
  const file = files.get(`site-packages/${artifact.name}`)?.file;
  if (file === undefined || file.integrity === null) return only('unavailable', 'the index names no sha256 to compare with');
  const found = await fetchProvenance(file, artifact.name, index, host);
  if (found.is !== 'served') return only(found.is, found.why);
  const { verifyProvenance } = await import('../../provenance/pep740.ts');
  const attested = { filename: file.filename, sha256: digestHex(file.integrity as Digest) };
  const { outcome, detail, builder } = verifyProvenance(found.provenance, attested, await trust(host));
  const subject = `${artifact.name}@${artifact.version}`;
  return {
    evidence: [{ source, outcome, detail: `${file.filename}: ${detail}` }],
    builder,
    findings: outcome === 'invalid' ? [finding('provenance-invalid', subject, { source, why: detail })] : [],
  };
}

function only(outcome: 'absent' | 'unavailable', detail: string): Vouched {
  return { ...nothingVouched, evidence: [{ source, outcome, detail }] };
}
