import { z } from 'zod';
import { capabilityClasses } from '../../model/capability.ts';
import { type DeclaredDifference, type DeclaredManifest, declaredAuth } from '../../model/declared-manifest.ts';
import { schemaVersion } from './common.ts';

const digests = z.record(z.string(), z.string()).describe('name → sha256-<base64> over RFC 8785 of the whole object, or `varies`');

/** The format of `mcp-manifest.json` itself (docs/manifest.md); the strict parser is analysis/declared/parse.ts. */
export const declaredSchema = z.strictObject({
  schemaVersion,
  name: z.string(),
  version: z.string(),
  instructions: z.string().nullable().describe('digest of the text as a JSON string, `varies`, or null = none'),
  tools: digests,
  prompts: digests,
  resourceTemplates: digests,
  capabilities: z
    .partialRecord(z.enum(Object.keys(capabilityClasses) as [keyof typeof capabilityClasses]), z.array(z.string()))
    .describe('class → scopes; `*` = any, empty = not narrowed down; a class that is not here is denied'),
  auth: z.enum(declaredAuth),
  variables: z.record(z.string(), z.enum(['secret', 'plain'])),
});

export const manifestCreateSchema = z.object({
  schemaVersion,
  file: z.string(),
  change: z.enum(['created', 'updated', 'unchanged']),
  manifest: declaredSchema,
  missing: z.array(z.string()).describe('dependencies that are not installed below the folder'),
});

/** What `manifest create --json` prints. */
export function manifestCreateDocument(result: {
  readonly file: string;
  readonly change: 'created' | 'updated' | 'unchanged';
  readonly manifest: DeclaredManifest;
  readonly missing: readonly string[];
}): z.infer<typeof manifestCreateSchema> {
  const { file, change, manifest, missing } = result;
  return { schemaVersion: 1, file, change, manifest: declaredDocument(manifest), missing: [...missing] };
}

function declaredDocument(manifest: DeclaredManifest): z.infer<typeof declaredSchema> {
  const capabilities = Object.fromEntries(Object.entries(manifest.capabilities).map(([of, scopes]) => [of, [...scopes]]));
  return { schemaVersion: 1, ...manifest, capabilities };
}

export const manifestCheckSchema = z.object({
  schemaVersion,
  file: z.string(),
  name: z.string(),
  version: z.string(),
  matches: z.boolean(),
  differences: z.array(
    z.object({
      subject: z.string(),
      kind: z.enum(['undeclared', 'absent', 'differs']),
      declared: z.string().nullable(),
      found: z.string().nullable(),
    }),
  ),
  missing: z.array(z.string()),
});

/** What `manifest check --json` prints. */
export function manifestCheckDocument(result: {
  readonly file: string;
  readonly name: string;
  readonly version: string;
  readonly differences: readonly DeclaredDifference[];
  readonly missing: readonly string[];
}): z.infer<typeof manifestCheckSchema> {
  const { file, name, version, differences, missing } = result;
  return { schemaVersion: 1, file, name, version, matches: differences.length === 0, differences: [...differences], missing: [...missing] };
}

const form = z.enum(['sigstore', 'dsse', 'ssh']);

export const manifestSignSchema = z.object({
  schemaVersion,
  file: z.string(),
  signature: z.string().describe('the file that was written'),
  form,
  fingerprint: z.string().nullable().describe('of the key, as `ssh-keygen -l` prints it; null = a certificate says who'),
});

type Signed = Omit<z.infer<typeof manifestSignSchema>, 'schemaVersion'>;

/** What `manifest sign --json` prints. */
export function manifestSignDocument({ file, signature, form, fingerprint }: Readonly<Signed>): z.infer<typeof manifestSignSchema> {
  return { schemaVersion: 1, file, signature, form, fingerprint };
}

const outcome = z.enum(['verified', 'absent', 'unavailable', 'invalid']);

export const manifestVerifySchema = z.object({
  schemaVersion,
  file: z.string(),
  outcome,
  why: z.string().describe('English for people; may change between releases'),
  signer: z.string().nullable().describe('fingerprint of a key, or subject and issuer of a certificate; null = not known'),
  signatures: z.array(z.object({ form, outcome, why: z.string() })),
});

/** What `manifest verify --json` prints. */
export function manifestVerifyDocument(result: {
  readonly file: string;
  readonly outcome: z.infer<typeof outcome>;
  readonly why: string;
  readonly signer: string | null;
  readonly signatures: readonly Readonly<{ form: z.infer<typeof form>; outcome: z.infer<typeof outcome>; why: string }>[];
}): z.infer<typeof manifestVerifySchema> {
  const { file, signer, why, signatures } = result;
  const each = signatures.map((one) => ({ form: one.form, outcome: one.outcome, why: one.why }));
  return { schemaVersion: 1, file, outcome: result.outcome, why, signer, signatures: each };
}
