import { z } from 'zod';
import type { Host } from '../host/host.ts';
import { type Advisory, advisoryId } from '../model/advisory.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { parseRecord } from './record.ts';
import { osvName } from './subject.ts';

/** A record as an answer names it. */
export interface NamedRecord {
  readonly id: string;
  readonly modified: string;
}

/** Where the service is; null = the user does not want it to be asked. Never taken from a project or a client. */
export function osvBase(host: Host): URL | null {
  const said = host.env['PINFOLD_OSV_URL'] ?? '';
  if (said === 'off') return null;
  const text = said === '' ? 'https://api.osv.dev/' : said.endsWith('/') ? said : `${said}/`;
  if (!URL.canParse(text)) {
    throw new GuardError('config-invalid', 'PINFOLD_OSV_URL is no address', { hint: 'unset PINFOLD_OSV_URL, or set it to `off`' });
  }
  return new URL(text);
}

const answerSchema = z.object({
  results: z.array(
    z.object({
      vulns: z.array(z.object({ id: z.string(), modified: z.string() })).nullish(),
      next_page_token: z.string().max(10_000).nullish(),
    }),
  ),
});

/**
 * Which records the service has for packages, in the order of the packages. Every page is read.
 *
 * @param deadlineMs on the host's clock
 * @throws GuardError `registry-unreachable`, `registry-answer-invalid` (also for more pages than anybody has), `offline`
 * @see https://google.github.io/osv.dev/post-v1-querybatch/
 */
export async function queryOsv(
  packages: readonly { readonly subject: string; readonly version: string }[],
  base: URL,
  deadlineMs: number,
  host: Host,
): Promise<readonly (readonly NamedRecord[])[]> {
  const found: NamedRecord[][] = packages.map(() => []);
  let open = packages.flatMap(({ subject, version }, at) => {
    const named = osvName(subject);
    return named === null ? [] : [{ at, query: { package: named, ...(version === '' ? {} : { version }) } as object }];
  });
  for (let page = 0; open.length > 0; page++) {
    if (page === limits.osvMaxPages) throw invalid(base, `it has more than ${limits.osvMaxPages} pages for a package`);
    const next: typeof open = [];
    for (let start = 0; start < open.length; start += limits.osvMaxQueries) {
      const asked = open.slice(start, start + limits.osvMaxQueries);
      const body = await post(base, { queries: asked.map(({ query }) => query) }, deadlineMs, host);
      const parsed = answerSchema.safeParse(body);
      if (!parsed.success || parsed.data.results.length !== asked.length) throw invalid(base, 'it does not answer what was asked');
      for (const [index, { vulns, next_page_token: token }] of parsed.data.results.entries()) {
        const one = asked[index];
        if (one === undefined) continue;
        for (const { id, modified } of vulns ?? []) {
          if (!advisoryId.test(id)) throw invalid(base, 'it names a record by something that is no id');
          found[one.at]?.push({ id, modified });
        }
        if (token !== null && token !== undefined && token !== '') next.push({ at: one.at, query: { ...one.query, page_token: token } });
      }
    }
    open = next;
  }
  return found;
}

/**
 * The records with these ids, as far as they can be had until the deadline; null = this one could not be, or is not what its
 * id says. Never throws but for `interrupted`: what a record says is less important than that there is one.
 */
export async function fetchRecords(
  ids: readonly string[],
  base: URL,
  deadlineMs: number,
  host: Host,
): Promise<ReadonlyMap<string, Advisory | null>> {
  const found = new Map<string, Advisory | null>(ids.map((id) => [id, null]));
  // Malware first: those are the ones that stop.
  const queue = [...ids].sort((a, b) => Number(b.startsWith('MAL-')) - Number(a.startsWith('MAL-'))).slice(0, limits.osvMaxRecords);
  const work = async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) found.set(id, await fetchRecord(id, base, deadlineMs, host));
  };
  await Promise.all(Array.from({ length: limits.osvMaxAtOnce }, work));
  return found;
}

async function fetchRecord(id: string, base: URL, deadlineMs: number, host: Host): Promise<Advisory | null> {
  const timeoutMs = deadlineMs - host.now();
  if (timeoutMs <= 0) return null;
  try {
    const answer = await host.http.get(new URL(`v1/vulns/${encodeURIComponent(id)}`, base).href, {
      maxBytes: limits.advisoryMaxBytes,
      timeoutMs,
    });
    const record = answer.status === 200 ? parseRecord(jsonOf(answer.body), null) : null;
    return record?.id === id ? record : null;
  } catch (cause) {
    if (cause instanceof GuardError && cause.code !== 'interrupted') return null;
    throw cause;
  }
}

async function post(base: URL, question: unknown, deadlineMs: number, host: Host): Promise<unknown> {
  const timeoutMs = deadlineMs - host.now();
  if (timeoutMs <= 0) throw new GuardError('registry-unreachable', `${shown(base)} takes too long`, { why: 'its time is up' });
  const answer = await host.http.get(new URL('v1/querybatch', base).href, {
    json: Buffer.from(JSON.stringify(question)),
    maxBytes: limits.evidenceMaxBytes,
    timeoutMs,
  });
  if (answer.status !== 200)
    throw new GuardError('registry-unreachable', `cannot ask ${shown(base)}`, { why: `it answered ${answer.status}` });
  return jsonOf(answer.body);
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return null;
  }
}

function invalid(base: URL, why: string): GuardError {
  return new GuardError('registry-answer-invalid', `the answer of ${shown(base)} makes no sense`, { why });
}

function shown(base: URL): string {
  return base.host;
}
