import { z } from 'zod';
import { toolRisks, toolRisksOf } from '../../analysis/tool-risk.ts';
import type { Disclosure } from '../../model/disclosure.ts';
import { withMessage } from '../findings.ts';
import {
  artifactSchema,
  builderSchema,
  capabilitySchema,
  credentialSchema,
  decisionSchema,
  evidenceSchema,
  findingSchema,
  launchSchema,
  lookalikeSchema,
  probedFields,
  publisherSchema,
  schemaVersion,
  staticItemSchema,
  viewsDocument,
} from './common.ts';

/** What `info --json` prints. DESIGN §5.6. */
export const infoSchema = z.object({
  schemaVersion,
  reference: z.string(),
  subject: z.object({ purl: z.string() }),
  artifact: artifactSchema,
  closure: z.object({ digest: z.string(), packages: z.number().int(), bytes: z.number().int(), installScripts: z.array(z.string()) }),
  capabilities: z.array(capabilitySchema),
  read: z
    .object({ packages: z.number().int(), files: z.number().int() })
    .nullable()
    .describe('how much code that can run was looked at; null = not counted'),
  ruleset: z.string(),
  environment: z.array(z.string()),
  credentials: z.array(credentialSchema),
  publisher: publisherSchema,
  lookalikes: z.array(lookalikeSchema),
  manifest: z.object({
    static: z.object({
      tools: z.array(staticItemSchema),
      prompts: z.array(staticItemSchema),
      resources: z.array(staticItemSchema),
      instructions: z.object({ text: z.string(), where: z.string() }).nullable(),
      gaps: z.array(z.string()),
    }),
    ...probedFields,
    risks: z
      .object({
        tools: z.array(z.object({ name: z.string(), risk: z.enum(toolRisks) })),
        contradictions: z.array(
          z.object({
            says: z.enum(['read-only', 'closed-world', 'not-destructive']),
            tools: z.array(z.string()),
            can: z.array(capabilitySchema.shape.class),
          }),
        ),
      })
      .describe('what each tool declares of itself, and where the code of the whole server does not bear it out'),
  }),
  evidence: z.array(evidenceSchema),
  builder: builderSchema,
  notVerifiable: z.array(z.string()),
  findings: z.array(findingSchema),
  decision: decisionSchema,
  launch: launchSchema,
});

/** The document of a disclosure. `launch` is the exact command that a client will run. */
export function infoDocument(disclosure: Disclosure, clientCommand: z.infer<typeof launchSchema>): z.infer<typeof infoSchema> {
  const { artifact, closure, capabilities, probed } = disclosure;
  const risks = toolRisksOf(disclosure);
  return {
    schemaVersion: 1,
    reference: disclosure.reference,
    subject: { purl: artifact.subject },
    artifact: { name: artifact.name, version: artifact.version, integrity: artifact.integrity },
    closure: {
      digest: closure.digest,
      packages: closure.packages.length,
      bytes: disclosure.closureBytes,
      installScripts: [...disclosure.installScripts],
    },
    capabilities: mutable(capabilities.capabilities),
    read: capabilities.read,
    ruleset: capabilities.ruleset,
    environment: [...capabilities.environment],
    credentials: mutable(disclosure.credentials),
    publisher: mutable(disclosure.publisher),
    lookalikes: mutable(disclosure.lookalikes),
    manifest: {
      static: mutable(disclosure.static),
      probed: probed === null ? null : mutable(probed.manifest),
      probeAbsence: disclosure.probeAbsence,
      differences: mutable(probed?.differences ?? []),
      agentRequests: [...(probed?.agentRequests ?? [])],
      volatile: mutable(probed?.volatile ?? {}),
      resourcePinning: probed?.resourcePinning ?? null,
      views: mutable(viewsDocument(probed)),
      risks: { tools: risks.tools.map(({ name, risk }) => ({ name, risk })), contradictions: mutable(risks.contradictions) },
    },
    evidence: mutable(disclosure.evidence),
    builder: disclosure.builder,
    notVerifiable: [...disclosure.notVerifiable],
    findings: disclosure.findings.map(withMessage),
    decision: { verdict: disclosure.decision.verdict, reasons: [...disclosure.decision.reasons] },
    launch: clientCommand,
  };
}

type Mutable<T> = T extends (infer Item)[]
  ? Mutable<Item>[]
  : T extends readonly (infer Item)[]
    ? Mutable<Item>[]
    : T extends object
      ? { -readonly [K in keyof T]: Mutable<T[K]> }
      : T;

/** The same value for a type that does not say `readonly`; documents are only printed. */
export function mutable<T>(value: T): Mutable<T> {
  return value as Mutable<T>;
}
