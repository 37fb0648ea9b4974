import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import type { Host } from '../host/host.ts';
import { GuardError, reasonOf } from '../model/errors.ts';
import { finding } from '../model/finding.ts';
import { isObject } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import type { Evidence } from '../model/outcome.ts';
import { parseStrict } from '../model/strict-json.ts';
import type { Verified } from '../model/verified.ts';
import { nothingVouched, type Vouched } from '../model/vouched.ts';
import { beforeSigning, splitMcpb, verifyMcpbSignature } from '../provenance/mcpb-signature.ts';
import type { RegistryEntry, RegistryPackage } from '../registries/official/schema.ts';
import { unpackZip } from '../sources/archive-zip.ts';
import { systemRoots } from '../store/system-roots.ts';
import { vouchOnGitHub } from './vouch/github.ts';
import { vouchForListed } from './vouch/official-registry.ts';
import { type LoadTrust, machineTrust } from './vouch/trust.ts';

/**
 * What can be verified of an MCPB file: its signature, who signed, and the attestations of the repository that its
 * manifest names. Nothing of it is started or kept.
 *
 * @param path of the file, relative to the working folder
 * @param listedAs the name in the MCP registry whose entry is said to list it; null = none was said, and its bytes carry none
 * @throws GuardError `file-not-found`, `file-unreadable`, `file-too-large`
 */
export async function verifyMcpbFile(
  path: string,
  listedAs: string | null,
  host: Host,
  trust: LoadTrust = machineTrust,
): Promise<Verified> {
  const bytes = await host.files.readBytes(resolve(host.places.cwd, path), limits.tarballMaxBytes);
  const label = basename(path);
  const { outcome, detail, chain } = verifyMcpbSignature(bytes, await systemRoots(host), host.now());
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const manifest = await repositoryOf(bytes, label);
  const github =
    manifest.repository === null
      ? { evidence: [{ source: 'github-attestation', ...manifest.without } as const], findings: [] }
      : await vouchOnGitHub({ repository: manifest.repository, sha256, subject: label }, host, trust);
  const listed =
    listedAs === null ? nothingVouched : await vouchForBundle({ name: listedAs, label, sha256, repository: manifest.repository }, host);
  const evidence: readonly Evidence[] = [
    { source: 'mcpb-file', outcome: 'verified', detail: `${bytes.byteLength} bytes, sha256 ${sha256}, which a registry calls fileSha256` },
    { source: 'mcpb-signature', outcome, detail },
    ...(chain === null ? [] : [{ source: 'mcpb-signer', outcome: chain.outcome, detail: chain.why }]),
    ...github.evidence,
    ...listed.evidence,
  ];
  const wrong = evidence.filter((one) => one.source.startsWith('mcpb-') && one.outcome === 'invalid');
  const findings = wrong.map(({ source, detail: why }) => finding('provenance-invalid', label, { source, why }));
  return { servers: [{ label, pin: null, evidence, findings: [...findings, ...github.findings, ...listed.findings] }] };
}

/** Held against the entry by its hash: every version of it that lists a bundle may be the one. */
async function vouchForBundle(
  { name, label, sha256, repository }: { name: string; label: string; sha256: string; repository: string | null },
  host: Host,
): Promise<Vouched> {
  const found = {
    type: 'mcpb',
    name: label,
    version: `sha256:${sha256}`,
    claims: null,
    repository: repository === null ? null : `github.com/${repository.toLowerCase()}`,
    sha256,
  } as const;
  const asFile = (one: RegistryPackage) =>
    one.type === 'mcpb' ? { ...one, identifier: label, version: `sha256:${one.fileSha256 ?? ''}` } : one;
  const read = (entry: RegistryEntry): RegistryEntry => ({ ...entry, packages: entry.packages.map(asFile) });
  try {
    return await vouchForListed({ name, how: 'it is said to be', found, read }, host);
  } catch (cause) {
    return { ...nothingVouched, evidence: [{ source: 'registry-entry', outcome: 'unavailable', detail: reasonOf(cause) }] };
  }
}

type Named = { readonly repository: string } | { readonly repository: null; readonly without: Pick<Evidence, 'outcome' | 'detail'> };

/** The repository of GitHub that the manifest names, as `owner/name`; its author's word. */
async function repositoryOf(bytes: Uint8Array, label: string): Promise<Named> {
  const split = splitMcpb(bytes);
  const archive = split === null || typeof split === 'string' ? bytes : (beforeSigning(split) ?? split.archive);
  try {
    const files = await unpackZip(archive, label);
    const file = files.find(({ path }) => path === 'manifest.json');
    const manifest = file === undefined ? null : parseStrict(new TextDecoder().decode(file.bytes));
    const said = isObject(manifest) ? manifest['repository'] : undefined;
    const url = isObject(said) ? said['url'] : said;
    const [, repository] =
      /^(?:git\+)?https:\/\/github\.com\/([\w-]+\/[\w.-]+?)(?:\.git)?\/?$/i.exec(typeof url === 'string' ? url : '') ?? [];
    if (repository !== undefined) return { repository };
    return { repository: null, without: { outcome: 'absent', detail: 'its manifest names no repository of GitHub to ask' } };
  } catch (cause) {
    if (!(cause instanceof GuardError) || cause.code === 'interrupted') throw cause;
    return { repository: null, without: { outcome: 'unavailable', detail: `its manifest cannot be read: ${cause.why ?? cause.message}` } };
  }
}
