import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { NpmOptions } from './node-npm-options.ts';
import { type ByteStream, collectBytes } from './node-npm-stream.ts';
import type { DocumentBounds, RegistryDocument } from './npm.ts';

type RegistryFetch = (path: string, options: NpmOptions) => Promise<{ readonly status: number; readonly body: ByteStream }>;

/**
 * One document below the base of the registry that a package comes from. The path is ours and the host is the configured
 * one: an address that a registry's record names is never asked.
 */
export async function fetchDocument(
  name: string,
  path: string,
  { maxBytes, timeoutMs }: DocumentBounds,
  options: NpmOptions,
): Promise<RegistryDocument> {
  const module: unknown = await import('npm-registry-fetch');
  const { default: registryFetch } = module as { default: RegistryFetch };
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(Math.min(timeoutMs, limits.registryTimeoutMs))]);
  try {
    const { status, body } = await registryFetch(path, {
      ...options,
      spec: name, // chooses the registry of its scope
      signal,
      cache: null,
      integrity: null,
      fetchRetries: 0,
      headers: { accept: 'application/json' },
    });
    return { status, body: await collectBytes(body, maxBytes, () => tooLarge(maxBytes)) };
  } catch (cause) {
    const status = /^E(4\d\d)$/.exec(codeOf(cause))?.[1];
    // What a registry does not have is an answer; that it wants a login, or that there were too many requests, is none.
    if (status === undefined || ['401', '403', '407', '429'].includes(status)) throw cause;
    return { status: Number(status), body: new Uint8Array() };
  } finally {
    stop.abort(); // ends a download that was left in the middle
  }
}

function codeOf(cause: unknown): string {
  const code = typeof cause === 'object' && cause !== null ? (cause as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : '';
}

function tooLarge(maxBytes: number): GuardError {
  return new GuardError('file-too-large', 'a registry document is larger than the limit', { why: `more than ${maxBytes} bytes` });
}
