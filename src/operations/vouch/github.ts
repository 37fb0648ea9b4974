import type { Host } from '../../host/host.ts';
import { reasonOf } from '../../model/errors.ts';
import { finding } from '../../model/finding.ts';
import { nothingVouched, type Vouched } from '../../model/vouched.ts';
import type { TrustRoot } from '../../provenance/trust-root.ts';
import { fetchGitHubAttestations } from '../../sources/github/attestations.ts';
import { givenTrustRoot, type LoadTrust } from './trust.ts';

const source = 'github-attestation';

/** Bytes that a repository may have attested. */
export interface AttestedFile {
  /** `owner/name`, as somebody claims; attacker-controlled. */
  readonly repository: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** What findings are about. */
  readonly subject: string;
}

/**
 * Who built a file, as GitHub's attestations say. One of a private repository counts under the trust root in the file that
 * `PINFOLD_GITHUB_TRUST_ROOT` names. What cannot be asked is evidence, too.
 */
export async function vouchOnGitHub({ repository, sha256, subject }: AttestedFile, host: Host, trust: LoadTrust): Promise<Vouched> {
  try {
    const found = await fetchGitHubAttestations(repository, sha256, host);
    if (found.is === 'unavailable') return { ...nothingVouched, evidence: [{ source, outcome: 'unavailable', detail: found.why }] };
    const { verifyGitHubAttestations } = await import('../../provenance/github.ts');
    const roots = { public: await trust(host), private: await privateRoot(host) };
    const verdict = verifyGitHubAttestations(found.bundles, { algorithm: 'sha256', hex: sha256, repository }, roots);
    const { outcome, detail, builder } = verdict;
    const wrong = outcome === 'invalid' ? [finding('provenance-invalid', subject, { source, why: detail })] : [];
    return { evidence: [{ source, outcome, detail: `${repository}: ${detail}` }], builder, findings: wrong };
  } catch (cause) {
    const detail = reasonOf(cause);
    return { ...nothingVouched, evidence: [{ source, outcome: 'unavailable', detail }] };
  }
}

/** GitHub's own authority; null = nobody gave it. @throws GuardError `config-invalid`, and as reading a file */
async function privateRoot(host: Host): Promise<TrustRoot | null> {
  const path = host.env['PINFOLD_GITHUB_TRUST_ROOT'] ?? '';
  if (path === '') return null;
  return givenTrustRoot(path, { code: 'config-invalid', message: 'PINFOLD_GITHUB_TRUST_ROOT is no Sigstore trusted root' }, host);
}
