import { request } from 'node:http';
import { onTestFinished } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { digestValue } from '../../src/model/digest.ts';
import type { JsonValue } from '../../src/model/json.ts';
import { addPending, type PendingItem, readPending } from '../../src/store/pending.ts';
import type { ServeEvent } from '../../src/web/serve.ts';
import { serveReview } from '../../src/web/serve.ts';
import { type Machine, machine } from './cli.ts';
import { tool } from './launch.ts';

export const place = { name: 'notes', scope: 'user', project: null } as const;

/** Words as the gate keeps them when it withholds them. */
export function said(kind: PendingItem['kind'], name: string, template: JsonValue): PendingItem {
  return { kind, name, digest: digestValue(template), template, pinned: null };
}

/** A machine with `notes` pinned, whose tools `list` and `read` are approved. */
export async function withNotes(): Promise<Machine> {
  const m = await machine();
  const installed = await m.person(['y'], 'install', '--no-probe', '--hold', '@pinfold-fixture/notes@1.0.0', '--', '/srv/notes');
  if (installed.code !== 0) throw new Error(installed.stderr);
  await offer(m, [said('tools', 'list', tool('list')), said('tools', 'read', tool('read'))]);
  const first = await m.person(['y'], 'approve', 'notes');
  if (first.code !== 0) throw new Error(first.stderr);
  return m;
}

/** Lets the gate withhold these words. */
export async function offer(m: Machine, items: readonly PendingItem[], name: string = place.name): Promise<void> {
  if ((await addPending({ ...place, name }, items, m.host)) === 'failed') throw new Error('could not be noted');
}

/** Names of what waits. */
export async function waitingOf(m: Machine): Promise<readonly string[]> {
  return (await readPending(place, m.host)).items.map(({ name }) => name);
}

/** What is pinned of `notes` now. */
export function pinnedTools(m: Machine): readonly string[] {
  return Object.keys(pinOfNotes(m).manifest?.tools ?? {});
}

export function pinOfNotes(m: Machine) {
  const lock = JSON.parse(m.read('.config/pinfold/lock.json')) as {
    pins: { notes: { manifest: { tools: Record<string, string> } | null; approval: Record<string, unknown> } };
  };
  return lock.pins.notes;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Asked {
  readonly method?: string;
  readonly path: string;
  /** null = the header is left out. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly body?: string;
}

/** The review page of a machine, while it is served. */
export interface Served {
  readonly link: string;
  readonly origin: string;
  readonly port: number;
  readonly events: readonly ServeEvent[];
  /** One request with exactly these headers (and `Host`, unless it is given). */
  ask(asked: Asked): Promise<Answered>;
  /** Opens the link as a browser does; returns cookie and path. */
  open(): Promise<{ readonly cookie: string; readonly home: string }>;
  /** As Ctrl-C does. */
  stop(): Promise<void>;
}

/** Serves the page for a person at a terminal. */
export async function serve(m: Machine, change: (host: Host) => Host = (host) => host): Promise<Served> {
  const events: ServeEvent[] = [];
  let interrupt = () => {};
  const { terminal, processes } = m.host;
  const onSignal: Host['processes']['onSignal'] = (listener) => {
    interrupt = () => listener('SIGINT');
    return () => {};
  };
  const host = change({ ...m.host, terminal: { ...terminal, interactive: true }, processes: { ...processes, onSignal } });
  let told: (link: string) => void = () => {};
  const link = new Promise<string>((resolve) => {
    told = resolve;
  });
  const ended = serveReview(
    host,
    (event) => {
      events.push(event);
      if (event.event === 'serving') told(event.link);
    },
    'none',
  );
  const stop = async () => {
    interrupt();
    await ended;
  };
  onTestFinished(stop);
  const url = new URL(await link);
  const port = Number(url.port);
  const ask = (asked: Asked) => askPort(port, asked);
  return {
    link: url.href,
    origin: url.origin,
    port,
    events,
    ask,
    stop,
    async open() {
      const { headers } = await ask({ path: `${url.pathname}${url.search}` });
      return { cookie: String(headers['set-cookie']).split(';')[0] ?? '', home: String(headers['location']) };
    },
  };
}

export function askPort(port: number, { method = 'GET', path, headers = {}, body = '' }: Asked): Promise<Answered> {
  const given = { host: `127.0.0.1:${port}`, ...headers };
  const sent = Object.fromEntries(Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== null));
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, method, path, headers: sent, setHost: false, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

/** The hidden fields and items of the first form on a page, as a browser would send them. */
export function formOf(text: string): URLSearchParams {
  const form = new URLSearchParams();
  const first = text.slice(text.indexOf('<form'), text.indexOf('</form>'));
  const value = (input: string) =>
    (/ value="([^"]*)"/.exec(input)?.[1] ?? '').replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
  for (const [input] of first.matchAll(/<input [^>]*>/g)) {
    const name = / name="([^"]*)"/.exec(input)?.[1] ?? '';
    if (input.includes('type="hidden"') || input.includes(' checked')) form.append(name, value(input));
  }
  return form;
}
