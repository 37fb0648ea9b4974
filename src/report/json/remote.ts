import { z } from 'zod';
import { authorizationStatuses, type RemoteDisclosure } from '../../model/remote.ts';
import type { RemoteInstalled } from '../../model/remote-results.ts';
import { withMessage } from '../findings.ts';
import {
  builderSchema,
  decisionSchema,
  evidenceSchema,
  findingSchema,
  launchSchema,
  probedFields,
  schemaVersion,
  viewsDocument,
} from './common.ts';
import { mutable } from './info.ts';
import { endedSchema } from './sign-in.ts';

/** What `info --json` prints for a remote server: the members of a package's document, empty or null where there are no bytes. DESIGN §5.6. */
export const remoteInfoSchema = z.object({
  schemaVersion,
  reference: z.string(),
  subject: z.object({ origin: z.string() }),
  artifact: z.null(),
  closure: z.null(),
  capabilities: z.array(z.never()),
  remote: z.object({
    url: z.string(),
    transport: z.enum(['streamable-http', 'sse']),
    headerNames: z.array(z.string()),
    blockedScopes: z
      .array(z.string())
      .describe('scopes that it names and that a person blocked for ever: in no pin, asked for by no sign-in'),
    signedIn: z.boolean().describe('what it lists is what it shows to the account that signed in'),
    authorization: z.object({
      status: z.enum(authorizationStatuses),
      resource: z.string().nullable(),
      scopes: z.array(z.string()),
      servers: z.array(
        z.object({
          issuer: z.string(),
          authorizationEndpoint: z.string(),
          tokenEndpoint: z.string(),
          registrationEndpoint: z.string().nullable(),
          revocationEndpoint: z.string().optional().describe('where tokens are taken back; absent = nowhere'),
        }),
      ),
    }),
  }),
  manifest: z.object({
    static: z.null(),
    ...probedFields,
  }),
  evidence: z.array(evidenceSchema),
  builder: builderSchema,
  notVerifiable: z.array(z.string()),
  findings: z.array(findingSchema),
  decision: decisionSchema,
  launch: launchSchema,
});

/** The document of a remote server. `launch` is the exact command that a client will run. */
export function remoteInfoDocument(
  disclosure: RemoteDisclosure,
  clientCommand: z.infer<typeof launchSchema>,
): z.infer<typeof remoteInfoSchema> {
  const { url, transport, headerNames, blockedScopes, signedIn, authorization, probed } = disclosure;
  return {
    schemaVersion: 1,
    reference: disclosure.reference,
    subject: { origin: disclosure.origin },
    artifact: null,
    closure: null,
    capabilities: [],
    remote: {
      url,
      transport,
      headerNames: [...headerNames],
      blockedScopes: [...blockedScopes],
      signedIn,
      authorization: mutable(authorization),
    },
    manifest: {
      static: null,
      probed: probed === null ? null : mutable(probed.manifest),
      probeAbsence: disclosure.probeAbsence,
      differences: mutable(probed?.differences ?? []),
      agentRequests: [...(probed?.agentRequests ?? [])],
      volatile: mutable(probed?.volatile ?? {}),
      resourcePinning: probed?.resourcePinning ?? null,
      views: mutable(viewsDocument(probed)),
    },
    evidence: mutable(disclosure.evidence),
    builder: disclosure.builder,
    notVerifiable: [...disclosure.notVerifiable],
    findings: disclosure.findings.map(withMessage),
    decision: { verdict: disclosure.decision.verdict, reasons: [...disclosure.decision.reasons] },
    launch: clientCommand,
  };
}

/** What `install --json` prints for a remote server. */
export const remoteInstallSchema = z.object({
  schemaVersion,
  name: z.string(),
  scope: z.enum(['user', 'project']),
  status: z.enum(['reviewed', 'first-use', 'grandfathered', 'blocked', 'revoked']),
  places: z.array(z.object({ client: z.string(), file: z.string(), name: z.string(), action: z.enum(['add', 'replace']) })),
  launch: launchSchema,
  card: z.string().describe('digest of the disclosure that was approved'),
  kept: z.enum(['keychain', 'file']).nullable().describe('where its headers or tokens lie; null = there are none'),
  replaced: endedSchema.nullable().describe('the sign-in that a new one took the place of; null = there was none'),
  disclosure: remoteInfoSchema,
});

/** The document of what was installed. */
export function remoteInstallDocument({ plan, status, card, kept, replaced }: RemoteInstalled): z.infer<typeof remoteInstallSchema> {
  const launch = { command: plan.clientCommand[0] ?? '', args: plan.clientCommand.slice(1) };
  const disclosure = remoteInfoDocument(plan.disclosure, launch);
  const { name, scope } = plan;
  return { schemaVersion: 1, name, scope, status, places: mutable(plan.places), launch, card, kept, replaced, disclosure };
}
