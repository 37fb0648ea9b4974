import { z } from 'zod';
import { adoptSchema, releaseSchema } from './adopt.ts';
import { diffSchema, updateSchema } from './diff.ts';
import { restoreSchema, switchSchema, syncSchema } from './entries.ts';
import { infoSchema } from './info.ts';
import { inspectSchema } from './inspect.ts';
import { listSchema } from './list.ts';
import { logSchema, statusSchema } from './log.ts';
import { approveSchema, auditSchema, installSchema, pruneSchema, removeSchema, trustSchema, verifyStoreSchema } from './outcomes.ts';
import { remoteInfoSchema, remoteInstallSchema } from './remote.ts';
import { reviewedSchema, reviewSchema, unblockedSchema, watchSchema } from './review.ts';
import { sandboxAllowSchema, sandboxShowSchema } from './sandbox.ts';
import { secretsListSchema, secretsMoveSchema, secretsSetSchema } from './secrets.ts';
import { loginSchema, logoutSchema } from './sign-in.ts';
import { verifySchema } from './verify.ts';

const documents = {
  info: z.union([infoSchema, remoteInfoSchema]),
  inspect: inspectSchema,
  install: z.union([installSchema, remoteInstallSchema]),
  list: listSchema,
  status: statusSchema,
  diff: diffSchema,
  update: updateSchema,
  approve: approveSchema,
  remove: removeSchema,
  login: loginSchema,
  logout: logoutSchema,
  audit: auditSchema,
  adopt: adoptSchema,
  release: releaseSchema,
  enable: switchSchema,
  disable: switchSchema,
  sync: syncSchema,
  restore: restoreSchema,
  watch: watchSchema,
  review: z.union([reviewSchema, reviewedSchema]),
  'sandbox-show': sandboxShowSchema,
  'sandbox-allow': sandboxAllowSchema,
  'secrets-move': secretsMoveSchema,
  'secrets-list': secretsListSchema,
  'secrets-set': secretsSetSchema,
  unblock: unblockedSchema,
  trust: trustSchema,
  log: logSchema,
  verify: verifySchema,
  'store-prune': pruneSchema,
  'store-verify': verifyStoreSchema,
} as const;

/** File name → JSON Schema text of every `--json` document, as kept in docs/schemas. @see JSON Schema 2020-12 */
export function schemaFiles(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(documents).map(([name, schema]) => {
      const title = `pinfold ${name.replace('-', ' ')} --json`;
      return [`${name}.schema.json`, `${JSON.stringify({ title, ...z.toJSONSchema(schema) }, null, 2)}\n`];
    }),
  );
}
