import { z } from 'zod';
import { capabilityClasses } from '../../model/capability.ts';
import { credentialLevels } from '../../model/credential.ts';
import { findingCodes, severities } from '../../model/finding.ts';
import { resemblances } from '../../model/lookalike.ts';
import type { ProbedManifest } from '../../model/manifest.ts';

/** Pieces that several documents share. Every document is `{schemaVersion: 1, …}`; members may be added, never renamed. */
export const schemaVersion = z.literal(1);

export const jsonValue: z.ZodType<unknown> = z.json();
const jsonObject = z.record(z.string(), z.json());

export const findingSchema = z.object({
  code: z.enum(Object.keys(findingCodes) as [keyof typeof findingCodes]),
  severity: z.enum(severities),
  subject: z.string(),
  args: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  message: z.string().describe('English for people; may change between releases'),
});

export const evidenceSchema = z.object({
  source: z.string(),
  outcome: z.enum(['verified', 'absent', 'unavailable', 'invalid']),
  detail: z.string(),
});

const named = z.string().nullable();

export const builderSchema = z
  .object({
    issuer: z.string(),
    subject: z.string(),
    repository: named,
    repositoryId: named,
    ownerId: named,
    workflow: named,
    runner: named,
  })
  .nullable()
  .describe('who built it, from the certificate of verified provenance; null = nothing verified says so');

export const decisionSchema = z.object({
  verdict: z.enum(['allow', 'warn', 'review', 'block']),
  reasons: z.array(z.string()),
});

export const artifactSchema = z.object({ name: z.string(), version: z.string(), integrity: z.string() });

export const capabilitySchema = z.object({
  class: z.enum(Object.keys(capabilityClasses) as [keyof typeof capabilityClasses]),
  verdict: z.enum(['seen', 'not-seen', 'cannot-tell']),
  reach: z.enum(['own', 'closure', 'baseline']),
  scopes: z.array(z.string()),
  evidence: z.array(
    z.object({
      file: z.string(),
      line: z.number().int(),
      level: z.enum(['declared', 'import', 'call-site', 'literal-scoped', 'observed']),
      through: z.string().nullable(),
      path: z.array(z.string()).describe('files from the bin to this one, each loaded by the one before'),
      unread: z.string().nullable().describe('why nobody can read the file; null = it was read'),
    }),
  ),
});

export const manifestSchema = z.object({
  serverInfo: jsonObject.nullable(),
  instructions: z.string().nullable(),
  capabilities: jsonObject,
  tools: z.array(jsonObject),
  prompts: z.array(jsonObject),
  resources: z.array(jsonObject),
  resourceTemplates: z.array(jsonObject),
  eras: z.array(z.enum(['initialize', 'stateless'])),
});

const parameterWords = z
  .object({
    title: z.exactOptional(z.string()),
    default: z.exactOptional(z.string()),
    const: z.exactOptional(z.string()),
    enum: z.exactOptional(z.array(z.string())),
    examples: z.exactOptional(z.array(z.string())),
  })
  .describe('literal texts of its schema, by keyword');

export const staticItemSchema = z.object({
  name: z.string(),
  title: z.string().nullable(),
  description: z.string().nullable(),
  parameters: z.array(z.object({ name: z.string(), description: z.string().nullable(), words: z.exactOptional(parameterWords) })),
  annotations: jsonObject.nullable(),
  where: z.string(),
  through: z.string().nullable(),
  confidence: z.enum(['literal', 'resolved', 'guessed']),
});

export const publisherSchema = z
  .object({
    maintainers: z.array(z.string()).nullable(),
    repository: z.string().nullable().describe('as the publisher claims it'),
    firstPublished: z.string().nullable().describe('ISO 8601'),
    versions: z.number().int().nullable(),
  })
  .describe('what the registry says; null = it does not say');

export const lookalikeSchema = z.object({
  resemblance: z.enum(resemblances),
  strength: z.enum(['certain', 'likely', 'uses-name']),
  target: z.object({
    ecosystem: z.enum(['npm', 'pypi']),
    name: z.string(),
    vendor: z.string().nullable().describe('brand of the table of vendors; null = known from the user’s own lock or policy'),
    publisher: publisherSchema.nullable(),
  }),
  alternative: z.string().nullable(),
  reasons: z.array(z.string()),
});

export const credentialSchema = z.object({
  variable: z.string().describe('`*` = the whole environment'),
  hosts: z.array(z.string()).describe('`*` = made at run time'),
  level: z.enum(credentialLevels),
  through: z.string().nullable(),
  where: z.string(),
});

export const launchSchema = z.object({ command: z.string(), args: z.array(z.string()) });

/** What a probe saw, in the document of any server. */
export const probedFields = {
  probed: manifestSchema.nullable(),
  probeAbsence: z.object({ why: z.enum(['not-asked', 'no-sandbox', 'no-runtime', 'failed']), detail: z.string() }).nullable(),
  differences: z.array(
    z.object({
      between: z.enum(['identities', 'eras', 'static-and-probed']),
      kind: z.string(),
      name: z.string(),
      left: jsonValue,
      right: jsonValue,
    }),
  ),
  agentRequests: z.array(z.string()),
  volatile: z.record(z.string(), z.array(z.string())),
  resourcePinning: z.enum(['exact', 'templates', 'open']).nullable(),
  views: z
    .object({
      by: z
        .array(z.string())
        .describe('the client capabilities by which the server chooses what it lists; `probed` is for a client with all'),
      others: z.array(
        z.object({
          with: z.array(z.string()).describe('which of `by` the client has'),
          tools: z.array(jsonObject),
          prompts: z.array(jsonObject),
          resources: z.array(jsonObject),
          resourceTemplates: z.array(jsonObject),
          instructions: z.string().nullable(),
        }),
      ),
    })
    .nullable()
    .describe('what clients with other capabilities are shown, surroundings as placeholders; null = the same, or nobody looked'),
};

/** The document's form of the views of a probe. */
export function viewsDocument(probed: ProbedManifest | null) {
  const views = probed?.views;
  if (views === undefined) return null;
  return { by: [...views.by], others: views.others.map((view) => ({ ...view, with: [...view.with] })) };
}
