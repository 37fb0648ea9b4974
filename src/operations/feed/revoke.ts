import { join, resolve } from 'node:path';
import { parseFeedRecord } from '../../advisories/feed.ts';
import { integrityOf } from '../../advisories/record.ts';
import { ecosystems, osvName } from '../../advisories/subject.ts';
import type { Host } from '../../host/host.ts';
import { advisoryId } from '../../model/advisory.ts';
import { GuardError } from '../../model/errors.ts';
import type { JsonObject } from '../../model/json.ts';
import { isoTime } from '../../model/time.ts';
import { parseSubject } from '../../policy/subject.ts';

export interface RevokeRequest {
  /** A package with or without version, a package URL, an origin, a registry name, or the hash of a file. */
  readonly what: string;
  readonly reason: string;
  /** Instead of a made-up one. */
  readonly id: string | null;
  /** Revoked from this version on, and up to (without) that one; null = open. Only for a package without version. */
  readonly introduced: string | null;
  readonly fixed: string | null;
  /** The feed's folder: the record becomes `records/<id>.json` in it; null = it is only returned. */
  readonly out: string | null;
}

export interface RevocationRecord {
  readonly record: JsonObject;
  /** Absolute; null = nowhere. */
  readonly file: string | null;
}

/**
 * A revocation as a record in OSV form, for a feed. Revokes nothing by itself: `feed build` signs what lies in the folder.
 *
 * @throws GuardError `usage`, `config-changed` when there is a record of this id, `file-unwritable`
 */
export async function makeRevocation(request: RevokeRequest, host: Host): Promise<RevocationRecord> {
  const now = isoTime(host.now());
  const id = request.id ?? `REV-${now.slice(0, 4)}-${host.randomId().slice(0, 10)}`;
  if (!advisoryId.test(id))
    throw new GuardError('usage', `\`${id}\` cannot be the id of a record`, { why: 'ids look like ACME-2026-1', hint: '--id ACME-2026-1' });
  const summary = request.reason.trim();
  if (summary === '')
    throw new GuardError('usage', 'a revocation says why', { why: 'it is shown to whoever it stops', hint: '--reason "…"' });
  const record: JsonObject = { schema_version: '1.7.0', id, modified: now, published: now, summary, ...named(request) };
  if (parseFeedRecord(record) === null) throw notUnderstood(request.what);
  if (request.out === null) return { record, file: null };
  const file = join(resolve(host.places.cwd, request.out), 'records', `${id}.json`);
  await host.files.writeAtomic(file, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o644, expect: null });
  return { record, file };
}

function named(request: RevokeRequest): JsonObject {
  const { what, introduced, fixed } = request;
  const mcp = (said: JsonObject) => ({ affected: [], database_specific: { mcp: said } });
  const isRange = introduced !== null || fixed !== null;
  if (/^sha(?:256|512)[-:]/.test(what) || /^https?:/i.test(what) || /^[a-z0-9-]+(\.[a-z0-9-]+)+\/[\w.-]+$/i.test(what)) {
    if (isRange)
      throw new GuardError('usage', '--introduced and --fixed are about versions of a package', {
        why: 'this is none',
        hint: 'leave them out',
      });
    if (/^sha/.test(what)) return integrityOf(what) === null ? wrong(what) : mcp({ digest: integrityOf(what) });
    if (!/^https?:/i.test(what)) return mcp({ registryName: what });
    const origin = URL.canParse(what) ? parseSubject(new URL(what).origin) : null;
    return origin === null ? wrong(what) : mcp({ origin: origin.id });
  }
  const { purl, version } = packageIn(what);
  const subject = parseSubject(purl);
  if (subject?.kind !== 'package') return wrong(what);
  if (version !== null && isRange)
    throw new GuardError('usage', 'one version, or a range with --introduced and --fixed, and not both', {
      why: 'each says which versions',
      hint: 'leave one out',
    });
  const osv = osvName(subject.id);
  const events = [{ introduced: introduced ?? '0' }, ...(fixed === null ? [] : [{ fixed }])];
  const type = osv?.ecosystem === 'npm' ? 'SEMVER' : 'ECOSYSTEM';
  return {
    affected: [
      {
        package: { ...(osv === null ? {} : { ecosystem: osv.ecosystem, name: osv.name }), purl },
        ...(version === null ? { ranges: [{ type, events }] } : { versions: [version] }),
      },
    ],
  };
}

/** `npm:name@1.0.0`, `pypi:name@1.0`, `pkg:type/name@version`, `name@1.0.0` (npm): the package URL, and the version. */
function packageIn(what: string): { readonly purl: string; readonly version: string | null } {
  const at = what.lastIndexOf('@');
  const hasVersion = at > 0 && !what.slice(at).includes('/') && what[at - 1] !== ':' && what[at - 1] !== '/';
  const name = hasVersion ? what.slice(0, at) : what;
  const version = hasVersion ? decodeURIComponent(what.slice(at + 1)) : null;
  if (name.startsWith('pkg:')) return { purl: name, version };
  const [, type = 'npm', bare = name] = /^([a-z]+):(.+)$/.exec(name) ?? [];
  if (!Object.hasOwn(ecosystems, type)) return { purl: '', version };
  return { purl: `pkg:${type}/${bare.replace('@', '%40')}`, version };
}

function wrong(what: string): never {
  throw notUnderstood(what);
}

function notUnderstood(what: string): GuardError {
  return new GuardError('usage', `\`${what}\` is nothing that can be revoked`, {
    why: 'a package (name@1.0.0, pypi:name, pkg:…), an origin (https://host), a registry name (io.github.owner/server) or a hash (sha512-…)',
    hint: 'pinfold revoke --help',
  });
}
