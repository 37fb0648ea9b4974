import { parseDeclared } from '../../analysis/declared/parse.ts';
import type { PackageFile } from '../../model/artifact.ts';
import type { BuildIdentity } from '../../model/build-identity.ts';
import { type DeclaredManifest, declaredFile, type ShippedManifest } from '../../model/declared-manifest.ts';
import { GuardError } from '../../model/errors.ts';
import type { Evidence } from '../../model/outcome.ts';
import { printable } from '../../model/printable.ts';
import { type SignatureForm, signatureEndings } from '../../model/signature.ts';
import { signingContexts } from '../../model/signing-context.ts';
import type { TrustRoot } from '../../provenance/trust-root.ts';
import { nobody, type SignatureVerdict, verifySignature } from '../signing/verify-signature.ts';

export interface Shipped {
  /** null = the package ships no manifest. */
  readonly shipped: ShippedManifest | null;
  /** Of source `declared-manifest`; empty = the package ships none. */
  readonly evidence: readonly Evidence[];
}

/**
 * The manifest among the own files of a package, and who signed it. Everything here is the package's own word: `verified` is said only of a
 * signature whose certificate names the same repository and workflow issuer as the verified build of the package itself; any other
 * signer is somebody whom nobody named, so the manifest counts as unsigned.
 *
 * @param files content is attacker-controlled
 * @param builder who built the package, as something that was verified says; null = not known
 */
export async function shippedManifest(
  files: readonly PackageFile[],
  builder: BuildIdentity | null,
  trust: () => Promise<TrustRoot>,
): Promise<Shipped> {
  const file = files.find(({ path }) => path === declaredFile);
  if (file === undefined) return { shipped: null, evidence: [] };
  let declared: DeclaredManifest;
  try {
    declared = parseDeclared(file.bytes);
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    const why = printable(cause.why ?? cause.message);
    // A newer format is not wrong; this version cannot say.
    const isNewer = cause.code === 'manifest-too-new';
    return {
      shipped: { declared: null, invalid: isNewer ? null : why, signed: false },
      evidence: [line(isNewer ? 'unavailable' : 'invalid', `${declaredFile}: ${why}`)],
    };
  }
  const verdicts = await verdictsOn(file, files, trust);
  const wrong = verdicts.find(({ outcome }) => outcome === 'invalid');
  if (wrong !== undefined) {
    const why = `its signature (${signatureEndings[wrong.form]}): ${wrong.why}`;
    return { shipped: { declared, invalid: why, signed: false }, evidence: [line('invalid', `the author's manifest: ${why}`)] };
  }
  const shipped = { declared, invalid: null, signed: verdicts.some(({ holds }) => holds) };
  return { shipped, evidence: [verdictLine(verdicts, builder)] };
}

async function verdictsOn(
  file: PackageFile,
  files: readonly PackageFile[],
  trust: () => Promise<TrustRoot>,
): Promise<readonly SignatureVerdict[]> {
  const verdicts: SignatureVerdict[] = [];
  for (const form of Object.keys(signatureEndings) as SignatureForm[]) {
    const signature = files.find(({ path }) => path === `${declaredFile}${signatureEndings[form]}`);
    if (signature === undefined) continue;
    verdicts.push(
      await verifySignature({ form, signature: signature.bytes, bytes: file.bytes, context: signingContexts.manifest }, nobody, trust),
    );
  }
  return verdicts;
}

function verdictLine(verdicts: readonly SignatureVerdict[], builder: BuildIdentity | null): Evidence {
  const same = verdicts.find((one) => one.holds && one.builder !== null && isSame(one.builder, builder));
  if (same !== undefined) return line('verified', `the author's manifest is signed by the build that made the package, ${same.signer}`);
  const told = verdicts.find(({ outcome }) => outcome === 'unavailable') ?? verdicts[0];
  if (told === undefined) return line('absent', "the author's manifest is not signed");
  return line(told.outcome === 'unavailable' ? 'unavailable' : 'absent', `the author's manifest: ${told.why}`);
}

/** The same repository, by its number where there is one: a name can be taken over. */
function isSame(signer: BuildIdentity, builder: BuildIdentity | null): boolean {
  if (builder === null || builder.repository === null) return false;
  return signer.issuer === builder.issuer && signer.repository === builder.repository && signer.repositoryId === builder.repositoryId;
}

function line(outcome: Evidence['outcome'], detail: string): Evidence {
  return { source: 'declared-manifest', outcome, detail };
}
