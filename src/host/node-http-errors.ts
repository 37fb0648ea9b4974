/** Why a request of `fetch` or `node:http` failed, in words. */
export function reasonOf(cause: unknown): string {
  const {
    name,
    code: own,
    cause: inner,
  } = cause as { readonly name?: unknown; readonly code?: unknown; readonly cause?: { readonly code?: unknown } };
  if (name === 'TimeoutError' || name === 'AbortError') return 'it did not answer in time';
  const code = [inner?.code, own].find((candidate): candidate is string => typeof candidate === 'string') ?? '';
  if (code === 'UND_ERR_ABORTED') return 'the proxy does not let it through';
  if (/CERT|SSL|TLS|SIGNED|UNABLE_TO_/.test(code)) return `its certificate is not trusted (${code})`;
  return reasons[code] ?? (code === '' ? 'it broke the connection' : code);
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name of its host cannot be looked up',
  EAI_AGAIN: 'the name of its host cannot be looked up now',
  ECONNREFUSED: 'nothing answers there',
  ECONNRESET: 'it broke the connection',
  UND_ERR_SOCKET: 'it broke the connection',
  UND_ERR_CONNECT_TIMEOUT: 'it did not answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'it did not answer in time',
};
