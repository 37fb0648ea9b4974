import type { BuildIdentity } from '../model/build-identity.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import type { Outcome } from '../model/outcome.ts';
import { type Thresholds, verifyBundle } from './bundle.ts';
import { readStatement, type Statement } from './statement.ts';
import type { TrustRoot } from './trust-root.ts';

/** Whom GitHub's attestations may come from. */
export interface GitHubTrust {
  readonly public: TrustRoot;
  /** GitHub's own authority, which signs for private repositories; null = nobody gave it. */
  readonly private: TrustRoot | null;
}

/** The bytes that an attestation must be about. */
export interface AttestedBytes {
  readonly algorithm: 'sha256' | 'sha512';
  /** Lower-case hexadecimal. */
  readonly hex: string;
  /** `owner/name` that must have built it; null = whoever did, as the answer says. */
  readonly repository: string | null;
}

export interface GitHubVerdict {
  readonly outcome: Outcome;
  readonly detail: string;
  /** null unless verified. */
  readonly builder: BuildIdentity | null;
}

/** GitHub's own authority keeps no public logs: its timestamp authority alone says when. */
const privateNeeds: Thresholds = { tlog: 0, ctlog: 0, timestamp: 1 };
const provenance = ['https://slsa.dev/provenance/v1', 'https://slsa.dev/provenance/v0.2'];

/**
 * Verifies the attestations that GitHub serves for some bytes: every one must hold and be about these bytes, and one must
 * say how they were built. Who built them is the certificate's word; what the statement says of it must not differ.
 *
 * @param bundles attacker-controlled JSON values; empty = `absent`
 */
export function verifyGitHubAttestations(bundles: readonly unknown[], bytes: AttestedBytes, trust: GitHubTrust): GitHubVerdict {
  const verdicts = bundles.map((bundle) => verifyOne(bundle, bytes, trust));
  const wrong = verdicts.find(({ outcome }) => outcome === 'invalid');
  if (wrong !== undefined) return wrong;
  const [built] = verdicts.filter(({ outcome }) => outcome === 'verified');
  if (built !== undefined) return built;
  return (
    verdicts.find(({ outcome }) => outcome === 'unavailable') ??
    verdicts[0] ?? { outcome: 'absent', detail: 'there is no attestation', builder: null }
  );
}

function verifyOne(bundle: unknown, bytes: AttestedBytes, trust: GitHubTrust): GitHubVerdict {
  const isPrivate = !hasLogEntry(bundle);
  if (isPrivate && trust.private === null)
    return {
      outcome: 'unavailable',
      detail: "it is in no public log, as for a private repository, and GitHub's own trust root was not given",
      builder: null,
    };
  const verdict = isPrivate && trust.private !== null ? verifyPrivate(bundle, trust.private) : verifyBundle(bundle, trust.public, null);
  if (verdict.outcome !== 'verified') return { outcome: verdict.outcome, detail: verdict.why, builder: null };
  const { builder } = verdict.bundle;
  if (builder === null) return invalid('it is signed with a bare key, which names nobody');
  const statement = readStatement(verdict.bundle);
  if (statement === null) return invalid('it signs no statement');
  if (!statement.subjects.some(({ digests }) => digests[bytes.algorithm] === bytes.hex)) return invalid('it is about other bytes');
  if (!provenance.includes(statement.predicateType))
    return { outcome: 'absent', detail: `it says something else than how they were built: ${statement.predicateType}`, builder: null };
  const why = disagreement(statement, builder, bytes);
  return why === null ? { outcome: 'verified', detail: `built by ${builder.repository} (${builder.subject})`, builder } : invalid(why);
}

/** Without logs, only a timestamp can say when: one that a log gave does not count. */
function verifyPrivate(bundle: unknown, root: TrustRoot): ReturnType<typeof verifyBundle> {
  const data =
    isObject(bundle) && isObject(bundle['verificationMaterial']) ? bundle['verificationMaterial']['timestampVerificationData'] : null;
  const stamps = isObject(data) ? data['rfc3161Timestamps'] : null;
  return Array.isArray(stamps) && stamps.length > 0
    ? verifyBundle(bundle, root, null, privateNeeds)
    : { outcome: 'invalid', why: 'nobody says when it was signed' };
}

function hasLogEntry(bundle: unknown): boolean {
  const material = isObject(bundle) ? bundle['verificationMaterial'] : null;
  const entries = isObject(material) ? material['tlogEntries'] : null;
  return Array.isArray(entries) && entries.length > 0;
}

function disagreement(statement: Statement, builder: BuildIdentity, { repository }: AttestedBytes): string | null {
  if (builder.repository === null) return 'its certificate names no repository';
  const wanted = repository === null ? null : `https://github.com/${repository}`;
  // Names of repositories are the same in either case of letters.
  if (wanted !== null && builder.repository.toLowerCase() !== wanted.toLowerCase())
    return `it is of ${builder.repository}, and ${wanted} was asked for`;
  const said = claimedWorkflow(statement.predicate);
  if (said.repository !== null && said.repository.toLowerCase() !== builder.repository.toLowerCase())
    return `it says that ${said.repository} built it, its certificate says ${builder.repository}`;
  if (said.path !== null && builder.workflow !== null && said.path !== builder.workflow)
    return `it says that ${said.path} built it, its certificate says ${builder.workflow}`;
  return null;
}

/** @see https://slsa.dev/spec/v1.0/provenance, https://actions.github.io/buildtypes/workflow/v1 */
function claimedWorkflow(predicate: JsonValue): { readonly repository: string | null; readonly path: string | null } {
  const member = (value: JsonValue | undefined, name: string) => (isObject(value) ? value[name] : undefined);
  const workflow = member(member(member(predicate, 'buildDefinition'), 'externalParameters'), 'workflow');
  const [repository, path] = [member(workflow, 'repository'), member(workflow, 'path')];
  return { repository: typeof repository === 'string' ? repository : null, path: typeof path === 'string' ? path : null };
}

function invalid(detail: string): GitHubVerdict {
  return { outcome: 'invalid', detail, builder: null };
}
