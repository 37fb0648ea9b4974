import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { NpmOptions } from './node-npm-options.ts';
import { type ByteStream, collectBytes } from './node-npm-stream.ts';

interface RemoteFetcher {
  tarballStream<T>(handler: (stream: ByteStream) => Promise<T>): Promise<T>;
}

type RemoteFetcherClass = new (spec: string, options: NpmOptions) => RemoteFetcher;

/**
 * A tarball's bytes, counted while they stream in. With a `cacheKey` npm's download cache answers when it holds those
 * bytes; what a registry sends instead of them is returned as it came, for the caller to judge.
 * @throws GuardError `file-too-large`, `registry-answer-invalid`; otherwise the errors of npm's libraries.
 */
export async function boundedTarball(url: string, maxBytes: number, cacheKey: string | null, options: NpmOptions): Promise<Uint8Array> {
  const RemoteFetcher = await remoteFetcher();
  const ask = async (more: NpmOptions) => {
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(limits.registryTimeoutMs)]);
    const fetcher = openFetcher(RemoteFetcher, url, { ...options, ...more, signal, allowRemote: 'all' });
    try {
      return await fetcher.tarballStream((stream) => collectBytes(stream, maxBytes, () => tooLarge(url, maxBytes)));
    } finally {
      stop.abort(); // ends a download that was left in the middle
    }
  };
  if (cacheKey === null) return await ask({});
  try {
    return await ask({ integrity: cacheKey, resolved: url });
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'EINTEGRITY') throw cause;
    return await ask({ cache: null, preferOnline: true });
  }
}

/**
 * Only plain downloads: pacote would clone what looks like a repository, pack a folder or read a file, and a registry
 * chooses this text.
 */
function openFetcher(RemoteFetcher: RemoteFetcherClass, url: string, options: NpmOptions): RemoteFetcher {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) throw notADownload(url);
  try {
    return new RemoteFetcher(url, options);
  } catch (cause) {
    throw notADownload(url, cause);
  }
}

function tooLarge(url: string, maxBytes: number): GuardError {
  return new GuardError('file-too-large', 'a tarball is larger than the limit', {
    why: `${redacted(url)} sends more than ${maxBytes} bytes`,
  });
}

function notADownload(url: string, cause?: unknown): GuardError {
  return new GuardError('registry-answer-invalid', 'the registry names a tarball that is not an http download', {
    why: redacted(url),
    cause,
  });
}

function redacted(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}

async function remoteFetcher(): Promise<RemoteFetcherClass> {
  const module: unknown = await import('pacote');
  return (module as { default: { RemoteFetcher: RemoteFetcherClass } }).default.RemoteFetcher;
}
