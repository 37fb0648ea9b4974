import type { HttpExchange, HttpOpened, HttpPort } from '../../host/http.ts';
import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { printable } from '../../model/printable.ts';

/** A short answer, whole. Attacker-controlled. */
export interface ShortAnswer {
  readonly status: number;
  readonly headers: HttpOpened['headers'];
  /** Empty for an event stream, which is not read. */
  readonly body: Buffer;
}

/**
 * One exchange with a short answer. Follows nothing: the person named one place, and whoever names another one must be
 * looked at as another one.
 *
 * @throws GuardError as `HttpPort.open`; `address-refused` for a redirect, `server-unreachable` for an answer that is too
 *   long, compressed, or does not end.
 */
export async function askOnce(
  http: Pick<HttpPort, 'open'>,
  url: string,
  { signal: until, ...exchange }: Pick<HttpExchange, 'method' | 'headers' | 'body' | 'reach'> & { readonly signal?: AbortSignal },
): Promise<ShortAnswer> {
  const timeoutMs = limits.remoteHelloTimeoutMs;
  const late = AbortSignal.timeout(timeoutMs);
  const signal = until === undefined ? late : AbortSignal.any([late, until]);
  const opened = await http.open(url, { ...exchange, headTimeoutMs: timeoutMs, signal });
  opened.body.on('error', () => {}); // whoever reads it hears of it there
  const { status, headers } = opened;
  try {
    const location = headers['location'];
    if (status >= 300 && status < 400 && location !== undefined) throw redirected(url, location);
    if ((headers['content-type'] ?? '').toLowerCase().startsWith('text/event-stream')) return { status, headers, body: Buffer.alloc(0) };
    if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw unusable(url, 'its answer is compressed, which nobody asked for');
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of opened.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limits.remoteMetadataMaxBytes) throw unusable(url, `its answer is larger than ${limits.remoteMetadataMaxBytes} bytes`);
      chunks.push(chunk);
    }
    return { status, headers, body: Buffer.concat(chunks) };
  } catch (cause) {
    if (cause instanceof GuardError) throw cause;
    throw unusable(url, signal.aborted ? 'its answer does not end' : 'it broke the connection');
  } finally {
    opened.body.destroy();
  }
}

function redirected(url: string, location: string): GuardError {
  const from = new URL(url);
  const to = URL.canParse(location, url) ? new URL(location, url) : null;
  const where = to === null ? 'nowhere' : `${to.protocol}//${to.host}${to.pathname}`;
  return new GuardError('address-refused', `${printable(from.host)} wants to be asked elsewhere`, {
    why: `it redirects to ${printable(where, { maxLength: 200 })}`,
    ...(to !== null && to.origin === from.origin ? { hint: `pinfold info ${printable(where, { maxLength: 200 })}` } : {}),
  });
}

function unusable(url: string, why: string): GuardError {
  return new GuardError('server-unreachable', `cannot read what ${printable(new URL(url).host)} says`, { why });
}
