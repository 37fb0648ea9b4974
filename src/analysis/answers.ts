import { z } from 'zod';
import { type CapabilityClass, capabilityClasses, type EvidenceLevel } from '../model/capability.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { FileLinks, Term } from './linking/term.ts';
import { isFileLinks, isTerm } from './linking/term-shape.ts';
import type { PackageOutline } from './package.ts';
import type { ScopeKind } from './rules/rule.ts';
import type { SourceFacts } from './source-facts.ts';
import type { UnreadableReason } from './syntax/parse.ts';
import type { PackageTools } from './tools.ts';

// What tasks answer, as it comes back from another process or from a file: hostile until it was parsed by one of these.

const texts = z.array(z.string());
const json = z.unknown() as unknown as z.ZodType<JsonValue>;
const classes = z.enum(Object.keys(capabilityClasses) as [CapabilityClass, ...CapabilityClass[]]);
const levels = z.enum(['declared', 'import', 'call-site', 'literal-scoped', 'observed'] as const satisfies readonly EvidenceLevel[]);
const reasons = z.enum([
  'too-large',
  'too-deep',
  'not-text',
  'syntax',
  'crashed',
  'timeout',
] as const satisfies readonly UnreadableReason[]);

const scopeKinds = z.enum(['host', 'hostname', 'path', 'binary', 'program', 'name', 'port'] as const satisfies readonly ScopeKind[]);

/** One use, whichever the language. */
export const useSchema = z.object({
  class: classes,
  rule: z.string(),
  line: z.int().nonnegative(),
  level: levels,
  scopes: texts,
  module: z.string().nullable(),
  needs: z.array(classes),
  open: z.array(z.object({ kind: scopeKinds, term: z.custom<Term>((value) => isTerm(value)) })),
});

/** The answer of the tasks `source` and `source-beside`. */
export const sourceFactsSchema: z.ZodType<SourceFacts> = z.object({
  path: z.string(),
  unreadable: reasons.nullable(),
  imports: texts,
  loadsUnknown: z.boolean(),
  mentions: texts,
  hosts: texts,
  uses: z.array(useSchema),
  links: z.custom<FileLinks>(isFileLinks),
  credentials: z
    .array(z.object({ variable: z.string(), line: z.int().nonnegative(), host: z.string().nullable(), module: z.string().nullable() }))
    .nullable(),
  openCredentials: z.array(
    z.object({
      line: z.int().nonnegative(),
      variables: texts,
      hosts: texts,
      modules: texts,
      terms: z.array(z.custom<Term>((value) => isTerm(value))),
    }),
  ),
});

const parameterWords = z.object({
  title: z.exactOptional(z.string()),
  default: z.exactOptional(z.string()),
  const: z.exactOptional(z.string()),
  enum: z.exactOptional(z.array(z.string())),
  examples: z.exactOptional(z.array(z.string())),
});

/** A tool, prompt or resource that code names, whichever the language. */
export const staticItemSchema = z.object({
  name: z.string(),
  title: z.string().nullable(),
  description: z.string().nullable(),
  parameters: z.array(z.object({ name: z.string(), description: z.string().nullable(), words: z.exactOptional(parameterWords) })),
  annotations: (z.record(z.string(), z.unknown()) as unknown as z.ZodType<JsonObject>).nullable(),
  where: z.string(),
  through: z.string().nullable(),
  confidence: z.enum(['literal', 'resolved', 'guessed']),
});

const item = staticItemSchema.extend({
  kind: z.enum(['tools', 'prompts', 'resources']),
  file: z.string(),
  isChosen: z.boolean(),
});

const gap = z.object({ text: z.string(), file: z.string() });

/** The answer of the task `tools`. */
export const packageToolsSchema: z.ZodType<PackageTools> = z.object({
  items: z.array(item),
  gaps: z.array(gap),
  instead: z.array(gap),
  instructions: z.array(z.object({ text: z.string(), where: z.string(), file: z.string() })),
  whole: texts,
});

/** An outline that was kept. */
export const packageOutlineSchema: z.ZodType<PackageOutline> = z.object({
  bytes: z.number().nonnegative(),
  bins: texts,
  mains: texts,
  exports: json,
  imports: json,
  dependencies: texts,
  installScripts: z.array(z.object({ name: z.string(), command: z.string() })),
  looseDependencies: texts,
  natives: texts,
  sources: texts,
  files: texts,
});
