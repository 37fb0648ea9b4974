import type { ServerResponse } from 'node:http';
import { bodyOf, web } from './web.ts';

/** A record as OSV serves it. */
export interface OsvRecord {
  readonly id: string;
  readonly modified: string;
  readonly [member: string]: unknown;
}

export interface Osv {
  /** The setting that points pinfold at it. */
  readonly env: Readonly<Record<string, string>>;
  /** Every request, as `METHOD path`. */
  readonly requests: readonly string[];
  /** Every batch of questions, in order. */
  readonly batches: readonly (readonly {
    readonly package: { readonly ecosystem: string; readonly name: string };
    readonly version?: string;
  }[])[];
  /** What the service names for a package of an ecosystem, whatever its version. */
  about(ecosystem: string, name: string, ...records: readonly OsvRecord[]): void;
  /** Answers a path instead. */
  answer(path: string, how: (response: ServerResponse) => void): void;
}

/** A service of advisories on 127.0.0.1; gone when the test ends. It believes every version to be covered. */
export async function startOsv(): Promise<Osv> {
  const named = new Map<string, readonly OsvRecord[]>();
  const answers = new Map<string, (response: ServerResponse) => void>();
  const requests: string[] = [];
  const batches: Osv['batches'][number][] = [];
  const { origin } = await web(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    requests.push(`${request.method} ${path}`);
    const body = await bodyOf(request);
    const lie = answers.get(path);
    if (path === '/v1/querybatch') batches.push(JSON.parse(body).queries);
    if (lie !== undefined) return lie(response);
    if (path === '/v1/querybatch') {
      const results = batches.at(-1)?.map(({ package: { ecosystem, name } }) => {
        const records = named.get(`${ecosystem} ${name}`) ?? [];
        return records.length === 0 ? {} : { vulns: records.map(({ id, modified }) => ({ id, modified })) };
      });
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results }));
    }
    const id = /^\/v1\/vulns\/(.+)$/.exec(path)?.[1];
    const record = [...named.values()].flat().find((one) => one.id === id);
    if (record === undefined) return void response.writeHead(404).end();
    return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(record));
  });
  return {
    env: { PINFOLD_OSV_URL: origin },
    requests,
    batches,
    about: (ecosystem, name, ...records) => void named.set(`${ecosystem} ${name}`, records),
    answer: (path, how) => void answers.set(path, how),
  };
}

/** A record of malware that covers these versions, or every one. */
export function malware(id: string, ecosystem: string, name: string, more: Readonly<Record<string, unknown>> = {}): OsvRecord {
  const ranges = [{ type: 'SEMVER', events: [{ introduced: '0' }] }];
  return {
    schema_version: '1.7.3',
    id,
    modified: '2026-11-01T00:00:00Z',
    summary: 'a reverse shell',
    affected: [{ package: { ecosystem, name }, ranges }],
    ...more,
  };
}
