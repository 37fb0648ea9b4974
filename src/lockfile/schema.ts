import { z } from 'zod';
import { capabilityClasses } from '../model/capability.ts';
import { unpinnedReasons } from '../model/client-entry.ts';
import { registryName } from '../model/registry-name.ts';
import { trustLevels } from '../model/release.ts';
import { authorizationStatuses } from '../model/remote.ts';
import { isSandboxHost, isSandboxPath, isSandboxPort, isVariableName, sandboxContradiction } from '../model/sandbox-profile.ts';
import { viewCapabilities } from '../model/views.ts';
import { isPinName } from './names.ts';

const classNames = Object.keys(capabilityClasses) as [keyof typeof capabilityClasses, ...(keyof typeof capabilityClasses)[]];

export const digestSchema = z.string().regex(/^sha256-[A-Za-z0-9+/]{43}=$/, 'not a `sha256-<base64>` digest');
const integritySchema = z.string().regex(/^sha(1|256|384|512)-[A-Za-z0-9+/]+=*$/, 'not a `sha512-<base64>` integrity');
const count = z.int().min(0);
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'not a time like 2026-01-31T12:00:00Z');
/** A path inside the tree. */
const treePathSchema = z
  .string()
  .refine((path) => !/[\\\0]/.test(path) && path.split('/').every((step) => !['', '.', '..'].includes(step)), 'not a path inside the tree');

const commonArtifact = {
  subject: z.string().min(1),
  name: z.string().min(1),
};

const treeSchemas = {
  artifact: z.strictObject({ ...commonArtifact, version: z.string().min(1), integrity: integritySchema }),
  closure: z.strictObject({ digest: digestSchema, packages: count, installScripts: z.array(z.string()) }),
  launch: z.strictObject({
    runtime: z.literal('node'),
    bin: z.string(),
    entry: treePathSchema,
    args: z.array(z.string()),
    cwd: z.string().nullable(),
    envNames: z.array(z.string()),
  }),
};

const commandSchemas = {
  artifact: z.strictObject({ ...commonArtifact, version: z.string(), integrity: z.null() }),
  closure: z.null(),
  unpinned: z.enum(unpinnedReasons),
  launch: z.strictObject({
    runtime: z.literal('command'),
    command: z.string().min(1),
    args: z.array(z.string()),
    cwd: z.null(),
    envNames: z.array(z.string()),
  }),
};

const url = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).href === text,
    'not an address as it is written',
  );

const remoteSchemas = {
  artifact: z.strictObject({ ...commonArtifact, version: z.literal(''), integrity: z.null() }),
  closure: z.null(),
  authorization: z.strictObject({
    status: z.enum(authorizationStatuses),
    resource: z.string().nullable(),
    scopes: z.array(z.string()),
    servers: z.array(
      z.strictObject({
        issuer: z.string(),
        authorizationEndpoint: url,
        tokenEndpoint: url,
        registrationEndpoint: url.nullable(),
        revocationEndpoint: url.optional(),
      }),
    ),
  }),
  launch: z.strictObject({
    runtime: z.literal('remote'),
    url,
    transport: z.enum(['streamable-http', 'sse']),
    headerNames: z.array(z.string().regex(/^[a-z0-9!#$%&'*+.^_`|~-]+$/, 'not the name of a header in lower case')),
    args: z.tuple([]),
    cwd: z.null(),
    envNames: z.tuple([]),
  }),
};

const capabilities = z.array(z.enum(viewCapabilities));
const changedItems = z.record(z.string(), digestSchema.nullable()).optional();

const viewsSchema = z.strictObject({
  by: capabilities.min(1),
  others: z.array(
    z.strictObject({
      with: capabilities,
      tools: changedItems,
      prompts: changedItems,
      resources: changedItems,
      resourceTemplates: changedItems,
      instructions: digestSchema.nullable().optional(),
    }),
  ),
  effective: z.record(digestSchema, digestSchema),
});

const manifestSchema = z.strictObject({
  digest: digestSchema,
  tools: z.record(z.string(), digestSchema),
  prompts: z.record(z.string(), digestSchema),
  resources: z.record(z.string(), digestSchema),
  resourceTemplates: z.record(z.string(), digestSchema),
  instructions: digestSchema.nullable(),
  effective: z.record(z.string(), digestSchema).optional(),
  eras: z.array(z.enum(['initialize', 'stateless'])),
  resourcePinning: z.enum(['exact', 'templates', 'open']),
  volatile: z.record(z.string(), z.array(z.string())),
  agentSurface: z.array(z.string()),
  views: viewsSchema.optional(),
});

const commonSchemas = {
  launchDigest: digestSchema,
  manifest: manifestSchema.nullable(),
  capabilities: z.strictObject({
    ruleset: z.string(),
    classes: z.array(
      z.strictObject({
        class: z.enum(classNames),
        verdict: z.enum(['seen', 'not-seen', 'cannot-tell']),
        reach: z.enum(['own', 'closure', 'baseline']),
        scopes: z.array(z.string()),
      }),
    ),
  }),
  evidence: z.array(
    z.strictObject({ source: z.string(), outcome: z.enum(['verified', 'absent', 'unavailable', 'invalid']), detail: z.string(), at: time }),
  ),
  mode: z.enum(['block', 'warn', 'observe']),
  approval: z.strictObject({
    by: z.enum(['person', 'policy']),
    who: z.string(),
    at: time,
    card: digestSchema,
    reason: z.string().nullable(),
    on: z.literal('page').optional(),
  }),
  status: z.enum(['reviewed', 'first-use', 'grandfathered', 'blocked', 'revoked']),
};

const sandboxHost = z.string().refine(isSandboxHost, 'not a host like `api.example.com`, `*.example.com` or `127.0.0.1:8080`');
const sandboxPath = z.string().refine(isSandboxPath, 'not a path like `/srv/data` or `{{home}}/notes`');
const sandboxSchema = z
  .strictObject({
    hosts: z.array(sandboxHost),
    read: z.array(sandboxPath),
    write: z.array(sandboxPath),
    listen: z.array(z.number().refine(isSandboxPort, 'not a port')).min(1).optional(),
    mask: z.record(z.string().refine(isVariableName, 'not the name of a variable'), z.array(sandboxHost).min(1)),
  })
  .superRefine((profile, context) => {
    const wrong = sandboxContradiction(profile);
    if (wrong !== null) context.addIssue({ code: 'custom', message: wrong });
  });

const short = z.string().max(2_000);
export const releaseSchema = z.strictObject({
  builder: z
    .strictObject({
      issuer: short,
      subject: short,
      repository: short.nullable(),
      repositoryId: short.nullable(),
      ownerId: short.nullable(),
      workflow: short.nullable(),
      runner: short.nullable(),
    })
    .nullable(),
  publisher: short.nullable(),
  trust: z.enum(trustLevels).nullable(),
  registryNames: z.array(short).max(100),
});

const treePinSchema = z.strictObject({
  ...treeSchemas,
  ...commonSchemas,
  release: releaseSchema.optional(),
  sandbox: sandboxSchema.optional(),
});
const commandPinSchema = z.strictObject({ ...commandSchemas, ...commonSchemas });
const remotePinSchema = z.strictObject({
  ...remoteSchemas,
  ...commonSchemas,
  registryNames: z.array(short.regex(registryName, 'not a name of the MCP registry')).min(1).max(100).optional(),
});
/** `closure` and `authorization` tell which kind it is, so that a mistake is named at its own place and not as "neither of two". */
const pinSchema = z.looseObject({}).superRefine((pin, context) => {
  const withoutBytes = Object.hasOwn(pin, 'authorization') ? remotePinSchema : commandPinSchema;
  const checked = (pin['closure'] === null ? withoutBytes : treePinSchema).safeParse(pin);
  for (const issue of checked.error?.issues ?? []) context.addIssue(issue as unknown as Parameters<typeof context.addIssue>[0]);
});

/** `lock.json`, version 1. Strict: a member that this version does not know is an error, never ignored. */
export const lockSchema = z.strictObject({
  version: z.literal(1),
  pins: z.record(z.string().refine(isPinName, 'not a name that a pin may have'), pinSchema),
});

/** `closures/<name>.json`, version 1. */
export const closureFileSchema = z.strictObject({
  version: z.literal(1),
  digest: digestSchema,
  packages: z.array(
    z.strictObject({
      path: treePathSchema,
      name: z.string().min(1),
      version: z.string().min(1),
      integrity: integritySchema.nullable(),
      bundledIn: z.string().nullable(),
      optional: z.boolean(),
      os: z.array(z.string()),
      cpu: z.array(z.string()),
      libc: z.array(z.string()),
    }),
  ),
});

const items = z.array(z.record(z.string(), z.json()));

/** `manifests/<name>.json`, version 1. Items are whole foreign objects: any member is fine inside them. */
export const manifestFileSchema = z.strictObject({
  version: z.literal(1),
  digest: digestSchema,
  instructions: z.string().nullable(),
  tools: items,
  prompts: items,
  resources: items,
  resourceTemplates: items,
  views: z
    .strictObject({ instructions: z.array(z.string()), tools: items, prompts: items, resources: items, resourceTemplates: items })
    .optional(),
});
