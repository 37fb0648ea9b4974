import { z } from 'zod';
import { staticItemSchema, useSchema } from '../answers.ts';
import type { PythonOutline } from './package.ts';
import type { PythonSourceFacts } from './source.ts';
import type { PythonTools } from './tools.ts';

// What the tasks of Python answer, as it comes back from another process or from a file: hostile until it was parsed by one of these.

const texts = z.array(z.string());

const reasons = z.enum([
  'too-large',
  'not-text',
  'too-nested',
  'too-tangled',
  'syntax',
  'crashed',
  'timeout',
] as const satisfies readonly NonNullable<PythonSourceFacts['unreadable']>[]);

/** One of the answer of the task `python`. */
export const pythonSourceFactsSchema: z.ZodType<PythonSourceFacts> = z.object({
  path: z.string(),
  unreadable: reasons.nullable(),
  badLines: z.array(z.int().nonnegative()),
  imports: texts,
  loadsUnknown: z.boolean(),
  mentions: texts,
  hosts: texts,
  uses: z.array(useSchema),
  exports: z.array(z.tuple([z.string(), texts])),
  foreign: texts,
});

/** The answer of the task `pythonTools`. */
export const pythonToolsSchema: z.ZodType<PythonTools> = z.object({
  items: z.array(staticItemSchema.extend({ kind: z.enum(['tools', 'prompts', 'resources']), file: z.string() })),
  gaps: z.array(z.object({ text: z.string(), file: z.string() })),
  instructions: z.array(z.object({ text: z.string(), where: z.string(), file: z.string() })),
});

/** An outline that was kept. */
export const pythonOutlineSchema: z.ZodType<PythonOutline> = z.object({
  bytes: z.number().nonnegative(),
  form: z.enum(['wheel', 'sdist']),
  scripts: z.array(z.object({ name: z.string(), module: z.string(), attribute: z.string(), file: z.string() })),
  installHooks: z.array(z.object({ file: z.string(), what: z.string(), runs: z.boolean() })),
  startup: texts,
  dependencies: texts,
  looseRequirements: texts,
  natives: texts,
  sources: texts,
  files: texts,
});
