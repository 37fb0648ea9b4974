import { type AdvisoryHit, type BuiltFeed, isStop } from '../model/advisory.ts';
import type { JsonObject } from '../model/json.ts';
import { printable } from '../model/printable.ts';
import type { AdvisoryAge } from '../model/results.ts';
import { count } from './bytes.ts';
import { hang } from './layout.ts';
import type { Style } from './style.ts';

export interface ShownFeed {
  readonly name: string;
  readonly outcome: string;
  readonly detail: string;
}

export interface ShownRefresh {
  readonly osv: { readonly packages: number; readonly why: string | null };
  readonly registry: { readonly names: number; readonly why: string | null };
  readonly archives: readonly { readonly type: string; readonly at: string; readonly records: number }[];
  readonly feeds: readonly ShownFeed[];
  readonly servers: readonly {
    readonly scope: string;
    readonly name: string;
    readonly at: string | null;
    readonly hits: readonly AdvisoryHit[];
    readonly unwritten: string | null;
  }[];
  readonly unread: readonly { readonly place: string; readonly why: string }[];
}

/** What was asked, what came of it, and a line for each server that something is known of. */
export function refreshText({ osv, registry, archives, feeds, servers, unread }: ShownRefresh, style: Style): string {
  const found = servers.flatMap(({ name, scope, hits }) =>
    hits.map((hit) => hitLine(`${name}${scope === 'user' ? '' : ` (${scope})`}`, hit, style)),
  );
  return [
    osv.why === null
      ? `asked about ${count(osv.packages, 'package', 'packages')} of ${count(servers.length, 'server', 'servers')}`
      : hang('', `public advisories were not asked: ${printable(osv.why)}; what is known goes on counting`, style.columns),
    ...(registry.names === 0 ? [] : [registryLine(registry, style)]),
    ...archives.map(
      ({ type, at, records }) => `imported for ${type}: ${count(records, 'record', 'records')}, newest of ${at.slice(0, 10)}`,
    ),
    ...feeds.map((feed) => feedLine(feed, style)),
    ...unread.map(({ place, why }) => hang('not looked at: ', `${printable(place)}: ${printable(why)}`, style.columns)),
    ...servers.flatMap(({ name, unwritten }) =>
      unwritten === null ? [] : [hang('not written down: ', `${printable(name)}: ${printable(unwritten)}`, style.columns)],
    ),
    ...(found.length === 0 ? ['nothing is known against them'] : found),
  ].join('\n');
}

function registryLine({ names, why }: ShownRefresh['registry'], style: Style): string {
  return why === null
    ? `asked the MCP registry about ${count(names, 'name', 'names')}`
    : hang(
        '',
        `the MCP registry was not asked about ${count(names, 'name', 'names')}: ${printable(why)}; what is known goes on counting`,
        style.columns,
      );
}

/** The reason may say itself that nobody was asked. */
function notAskedNow(why: string): string {
  return `not asked now: ${printable(why.replace(/^the MCP registry is not asked: /, ''), { maxLength: 200 })}`;
}

/** How old what is known is, how each feed stands, and what was let pass. */
export function ageLines({ at, never, why, registry, feeds, overrides, overridesDamaged }: AdvisoryAge, style: Style): readonly string[] {
  const known =
    at === null
      ? never === 0
        ? 'nothing was asked about'
        : `never asked about ${count(never, 'server', 'servers')}`
      : `as known on ${at.slice(0, 16).replace('T', ' ')}`;
  const reason = why === null ? '' : ` (not asked now: ${printable(why, { maxLength: 200 })})`;
  const hint = at === null && why === null && never > 0 ? '; hint: pinfold advisories refresh' : '';
  return [
    hang('advisories: ', `${known}${reason}${hint}`, style.columns),
    ...(registry === null ? [] : [hang('MCP registry: ', notAskedNow(registry), style.columns)]),
    ...feeds.map((feed) => feedLine(feed, style)),
    ...overrides.map(({ id, subject, until, reason: given }) =>
      hang(
        'let pass: ',
        `${id} about ${printable(subject)} until ${until.slice(0, 10)}: ${printable(given, { maxLength: 200 })}`,
        style.columns,
      ),
    ),
    ...(overridesDamaged ? ['the file of overrides is damaged: nothing is let pass'] : []),
  ];
}

/** How one feed stands. */
export function feedLine({ name, outcome, detail }: ShownFeed, style: Style): string {
  return hang(`feed ${name}: `, `${outcome === 'verified' ? '' : `${outcome}: `}${printable(detail)}`, style.columns);
}

function hitLine(server: string, hit: AdvisoryHit, style: Style): string {
  const passed = hit.overriddenUntil === null ? null : `let pass until ${hit.overriddenUntil.slice(0, 10)}`;
  const what = passed ?? (isStop(hit) ? 'not started any more' : hit.severity === 'unknown' ? 'can be attacked' : hit.severity);
  const words = hit.summary === '' ? 'its words could not be read' : printable(hit.summary, { maxLength: 200 });
  return hang(
    `${printable(server, { maxLength: 40 })}: `,
    `${what}: ${hit.id} about ${printable(hit.subject, { maxLength: 120 })}: ${words}`,
    style.columns,
  );
}

/** What is to be let pass, before the question. */
export function overrideText(
  { id, subject, reason, until }: { readonly id: string; readonly subject: string; readonly reason: string; readonly until: string },
  summary: string | null,
  style: Style,
): string {
  return [
    hang(`${id}: `, summary === null ? 'its words are not known here' : printable(summary), style.columns),
    `about:  ${printable(subject)}`,
    `until:  ${until.slice(0, 10)}`,
    hang('reason: ', printable(reason), style.columns),
  ].join('\n');
}

export function overriddenText({ id, subject, until }: { readonly id: string; readonly subject: string; readonly until: string }): string {
  return `${id} about ${printable(subject)} is let pass until ${until.slice(0, 10)}; after that it stops again`;
}

/** The record, for a person or a pipe. */
export function revocationText({ record, file }: { readonly record: JsonObject; readonly file: string | null }): string {
  if (file === null) return JSON.stringify(record, null, 2);
  return `${printable(file)}\nhint: it counts once it is in a signed feed: pinfold feed build`;
}

export function builtFeedText({ name, version, expires, records, file, fingerprint }: BuiltFeed): string {
  const by = fingerprint === null ? 'the identity of this CI job' : fingerprint;
  return `${printable(file)}\nfeed ${name}, version ${version}: ${count(records, 'record', 'records')}, good until ${expires.slice(0, 10)}, signed with ${by}`;
}

export interface ShownVerifiedFeed {
  readonly name: string;
  readonly version: number;
  readonly created: string;
  readonly expires: string;
  readonly records: readonly { readonly id: string; readonly summary: string }[];
}

export function verifiedFeedText({ name, version, created, expires, records }: ShownVerifiedFeed, style: Style): string {
  return [
    `feed ${name}, version ${version}: genuine, made on ${created.slice(0, 10)}, good until ${expires.slice(0, 10)}`,
    ...records.map(({ id, summary }) => hang(`  ${id}: `, printable(summary, { maxLength: 200 }), style.columns)),
  ].join('\n');
}
