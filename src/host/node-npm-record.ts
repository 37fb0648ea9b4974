import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { NpmOptions } from './node-npm-options.ts';
import { type ByteStream, collectBytes } from './node-npm-stream.ts';

type RegistryFetcherClass = new (spec: string, options: NpmOptions) => { readonly packumentUrl: string };
type RegistryFetch = (url: string, options: NpmOptions) => Promise<{ readonly body: ByteStream }>;

/**
 * A registry's full record of a package, unparsed. pacote would read an answer of any length into memory: the bytes are
 * counted here as they come, after decompression.
 * @throws GuardError `file-too-large`, `registry-answer-invalid`; otherwise the errors of npm's libraries.
 */
export async function fetchRecord(url: string, options: NpmOptions, maxBytes: number = limits.packumentMaxBytes): Promise<unknown> {
  const module: unknown = await import('npm-registry-fetch');
  const { default: registryFetch } = module as { default: RegistryFetch };
  const stop = new AbortController();
  const outer = options['signal'] instanceof AbortSignal ? [options['signal']] : [];
  const signal = AbortSignal.any([...outer, stop.signal, AbortSignal.timeout(limits.registryTimeoutMs)]);
  try {
    const { body } = await registryFetch(url, { ...options, signal, integrity: null, headers: { accept: 'application/json' } });
    return parse(await collectBytes(body, maxBytes, () => tooLarge(maxBytes)), url);
  } finally {
    stop.abort(); // ends a download that was left in the middle
  }
}

/** Where the configured registry keeps the record of a package. */
export async function recordUrl(name: string, options: NpmOptions): Promise<string> {
  const module: unknown = await import('pacote');
  const { RegistryFetcher } = (module as { default: { RegistryFetcher: RegistryFetcherClass } }).default;
  return new RegistryFetcher(name, options).packumentUrl;
}

function tooLarge(maxBytes: number): GuardError {
  return new GuardError('file-too-large', 'a registry record is larger than the limit', { why: `more than ${maxBytes} bytes` });
}

function parse(bytes: Uint8Array, url: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw Object.assign(new Error(`not JSON: ${url}`, { cause }), { code: 'EJSONPARSE' });
  }
}
