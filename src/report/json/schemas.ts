import { z } from 'zod';
import { adoptSchema, releaseSchema } from './adopt.ts';
import { feedBuildSchema, feedServeSchema, feedVerifySchema, overrideSchema, refreshSchema, revokeSchema } from './advisories.ts';
import { manifestChangelogSchema } from './changelog.ts';
import { diffSchema, updateSchema } from './diff.ts';
import { restoreSchema, switchSchema, syncSchema } from './entries.ts';
import { infoSchema } from './info.ts';
import { inspectSchema } from './inspect.ts';
import { listSchema } from './list.ts';
import { lockSignSchema, lockVerifySchema } from './lock.ts';
import { logSchema, statusSchema } from './log.ts';
import { declaredSchema, manifestCheckSchema, manifestCreateSchema, manifestSignSchema, manifestVerifySchema } from './manifest.ts';
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
  'advisories-refresh': refreshSchema,
  'advisories-ignore': overrideSchema,
  revoke: revokeSchema,
  'feed-build': feedBuildSchema,
  'feed-verify': feedVerifySchema,
  'feed-serve': feedServeSchema,
  'lock-sign': lockSignSchema,
  'lock-verify': lockVerifySchema,
  'manifest-create': manifestCreateSchema,
  'manifest-check': manifestCheckSchema,
  'manifest-changelog': manifestChangelogSchema,
  'manifest-sign': manifestSignSchema,
  'manifest-verify': manifestVerifySchema,
} as const;

/** File name → JSON Schema text of every `--json` document, as kept in docs/schemas. @see JSON Schema 2020-12 */
export function schemaFiles(): ReadonlyMap<string, string> {
  const written = Object.entries(documents).map(([name, schema]) => [name, `pinfold ${name.replace('-', ' ')} --json`, schema] as const);
  const all = [...written, ['mcp-manifest', 'mcp-manifest.json', declaredSchema] as const];
  return new Map(
    all.map(([name, title, schema]) => [`${name}.schema.json`, `${JSON.stringify({ title, ...z.toJSONSchema(schema) }, null, 2)}\n`]),
  );
}
