import { z } from 'zod';
import type { CapabilityChange } from '../../analysis/diff/capabilities.ts';
import { schemaChangeKinds } from '../../analysis/diff/schemas.ts';
import type { ServerDiff } from '../../analysis/diff/server.ts';
import type { Updated } from '../../analysis/diff/update.ts';
import { gainTiers } from '../../model/capability.ts';
import { capabilitySchema, evidenceSchema, jsonValue, schemaVersion } from './common.ts';
import { mutable } from './info.ts';

const view = capabilitySchema.pick({ verdict: true, reach: true, scopes: true });
const capabilityChanges = z.array(
  z.object({ class: capabilitySchema.shape.class, before: view.nullable(), after: view.nullable(), scopes: z.array(z.string()) }),
);

const items = z.object({
  added: z.array(z.string()),
  removed: z.array(z.string()),
  renamed: z.array(z.object({ from: z.string(), to: z.string() })),
  changed: z.array(
    z.object({
      name: z.string(),
      fields: z.array(
        z.object({
          path: z.string(),
          kind: z.enum(['text', 'schema', 'annotation', 'other']),
          before: jsonValue,
          after: jsonValue,
          absent: z.enum(['before', 'after']).nullable(),
        }),
      ),
      schema: z
        .array(
          z.object({
            of: z.enum(['takes', 'returns']),
            parameter: z.string(),
            kind: z.enum(schemaChangeKinds),
            keyword: z.string(),
            effect: z.enum(['wider', 'narrower', 'neutral', 'unclear']),
            before: jsonValue,
            after: jsonValue,
          }),
        )
        .describe('what the item takes or returns differently; empty = at most the spelling of its schemas changed'),
    }),
  ),
});

const outcome = evidenceSchema.shape.outcome;
const names = z.object({ added: z.array(z.string()), removed: z.array(z.string()) });
const entry = z.object({ path: z.string(), name: z.string(), version: z.string() });

/** What `diff --json` prints. DESIGN §5.6. The words are null when neither side shows any. */
export const diffSchema = z.object({
  schemaVersion,
  from: z.string(),
  to: z.string(),
  gain: z.enum(gainTiers),
  capabilities: z.object({
    gained: capabilityChanges,
    widened: capabilityChanges,
    newUse: capabilityChanges,
    lost: capabilityChanges,
    newlyVisible: capabilityChanges,
  }),
  tools: items.nullable(),
  prompts: items.nullable(),
  resources: items.nullable(),
  resourceTemplates: items.nullable(),
  instructions: z.object({ before: z.string().nullable(), after: z.string().nullable() }).nullable(),
  closure: z.object({
    added: z.array(entry),
    removed: z.array(entry),
    changed: z.array(z.object({ path: z.string(), name: z.string(), before: z.string(), after: z.string(), republished: z.boolean() })),
  }),
  installScripts: names,
  environment: names,
  arguments: names.describe('words of the command line that starts it'),
  bins: names,
  dependencies: names,
  trust: z.object({
    owners: names.nullable().describe('accounts that may publish it; null = not known of both sides'),
    builder: z
      .array(z.object({ member: z.string(), before: z.string(), after: z.string(), isOwnership: z.boolean() }))
      .describe('what differs between two verified builders'),
    evidence: z.array(z.object({ source: z.string(), before: outcome.nullable(), after: outcome.nullable() })),
  }),
  wordsFrom: z
    .enum(['running', 'code'])
    .nullable()
    .describe('what tools, prompts and resources were compared from; null = nothing to compare'),
});

/** The document of a comparison. */
export function diffDocument(diff: ServerDiff): z.infer<typeof diffSchema> {
  const { words } = diff;
  return mutable({
    schemaVersion: 1 as const,
    from: diff.from,
    to: diff.to,
    gain: diff.gain,
    capabilities: {
      gained: diff.capabilities.gained.map(changeDocument),
      widened: diff.capabilities.widened.map(changeDocument),
      newUse: diff.capabilities.newUse.map(changeDocument),
      lost: diff.capabilities.lost.map(changeDocument),
      newlyVisible: diff.capabilities.newlyVisible.map(changeDocument),
    },
    tools: words?.tools ?? null,
    prompts: words?.prompts ?? null,
    resources: words?.resources ?? null,
    resourceTemplates: words?.resourceTemplates ?? null,
    instructions: words?.instructions ?? null,
    closure: diff.closure,
    installScripts: diff.installScripts,
    environment: diff.environment,
    arguments: diff.arguments,
    bins: diff.bins,
    dependencies: diff.dependencies,
    trust: diff.trust,
    wordsFrom: diff.wordsFrom,
  });
}

function changeDocument({ class: name, before, after, scopes }: CapabilityChange) {
  return { class: name, before, after, scopes };
}

/** What `update --json` prints. */
export const updateSchema = z.object({
  schemaVersion,
  name: z.string(),
  outcome: z.enum(['updated', 'up-to-date', 'rolled-back']),
  from: z.string(),
  to: z.string(),
  diff: diffSchema.nullable(),
});

export function updateDocument(result: Updated): z.infer<typeof updateSchema> {
  const { name, outcome, from, to, diff } = result;
  return { schemaVersion: 1, name, outcome, from, to, diff: diff === null ? null : diffDocument(diff) };
}
