import { visit } from 'jsonc-parser';
import { z } from 'zod';
import { GuardError } from '../../model/errors.ts';

const text = z.string().optional().catch(undefined);
const texts = z.record(z.string(), z.unknown()).optional().catch(undefined);

/** `package.json` as far as pinfold reads it; a member of a wrong type counts as absent, as it does for npm. */
const manifestSchema = z.object({
  name: text,
  version: text,
  mcpName: text,
  bin: z
    .union([z.string(), z.record(z.string(), z.unknown())])
    .optional()
    .catch(undefined),
  directories: z.object({ bin: text }).optional().catch(undefined),
  scripts: texts,
  gypfile: z.boolean().optional().catch(undefined),
  dependencies: texts,
  optionalDependencies: texts,
});

export type Manifest = z.infer<typeof manifestSchema>;

/**
 * A `package.json` out of a tarball: the manifest, and the members that are written twice somewhere in it (readers differ
 * in which one counts; npm takes the last). `subject` names the package in errors.
 * @throws GuardError `registry-answer-invalid` when it is not a JSON object.
 */
export function parseManifest(bytes: Uint8Array, subject: string): { readonly manifest: Manifest; readonly duplicates: readonly string[] } {
  const json = Buffer.from(bytes)
    .toString('utf8')
    .replace(/^\ufeff/, '');
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new GuardError('registry-answer-invalid', `the package.json of ${subject} is not JSON`, { cause });
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) throw new GuardError('registry-answer-invalid', `the package.json of ${subject} is not a manifest`);
  return { manifest: parsed.data, duplicates: duplicateMembers(json) };
}

function duplicateMembers(json: string): readonly string[] {
  const open: Set<string>[] = [];
  const found = new Set<string>();
  visit(json, {
    onObjectBegin: () => {
      open.push(new Set());
    },
    onObjectEnd: () => {
      open.pop();
    },
    onObjectProperty: (member) => {
      const seen = open.at(-1);
      if (seen?.has(member)) found.add(member);
      seen?.add(member);
    },
  });
  return [...found].sort();
}
