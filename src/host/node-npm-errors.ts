import { type ErrorCode, GuardError } from '../model/errors.ts';

/** What was being asked of whom. */
interface Request {
  /** `name` or `name@version`, or a tarball's URL without credentials. */
  readonly what: string;
  /** Without credentials. */
  readonly registry: string;
}

/**
 * An error of npm's libraries in our words. Their messages are not quoted: they may hold URLs with credentials or text
 * that a registry chose.
 */
export function npmError(cause: unknown, request: Request): GuardError {
  if (cause instanceof GuardError) return cause;
  const code = codeOf(cause);
  const known = answers[code] ?? network[code];
  if (known !== undefined) return known(request, cause);
  const status = /^E([45]\d\d)$/.exec(code)?.[1];
  if (status !== undefined) return unreachable(request, `it answered ${status}`, cause);
  if (/CERT|SSL|TLS|SIGNED|UNABLE_TO_/.test(code)) {
    return unreachable(request, `its certificate is not trusted (${code})`, cause, 'npm config get cafile');
  }
  return new GuardError('registry-answer-invalid', `the registry's answer about ${request.what} makes no sense`, {
    why: `${request.registry}: ${said[code] ?? (code === '' ? 'not what a registry sends' : code)}`,
    hint: `npm view ${request.what}`,
    cause,
  });
}

/** What a person reads for a library's code. */
const said: Readonly<Record<string, string>> = { EJSONPARSE: 'it is not JSON, as when a network wants a login first' };

function codeOf(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return '';
  const { code, type, name } = cause as { code?: unknown; type?: unknown; name?: unknown };
  if (name === 'AbortError' || name === 'TimeoutError') return 'ETIMEDOUT';
  if (type === 'max-size') return 'EMAXSIZE';
  if (typeof code === 'string' && code !== 'FETCH_ERROR') return code;
  return typeof type === 'string' ? type : '';
}

type Answer = (request: Request, cause: unknown) => GuardError;

const answers: Readonly<Record<string, Answer>> = {
  E404: ({ what, registry }, cause) =>
    new GuardError('package-not-found', `there is no npm package ${nameOf(cause) ?? what}`, {
      why: `${registry} does not know it; a private package also looks like this without a login`,
      hint: `npm view ${nameOf(cause) ?? what}`,
      cause,
    }),
  ETARGET: ({ what, registry }, cause) =>
    new GuardError('version-not-found', `a version that ${what} asks for was not published`, {
      why: `${registry} has no ${wantedOf(cause)}`,
      hint: `npm view ${what} dependencies`,
      cause,
    }),
  E401: wantsLogin,
  E403: wantsLogin,
  E429: (request, cause) => unreachable(request, 'it answers that there were too many requests', cause),
  EMAXSIZE: ({ what, registry }, cause) =>
    new GuardError('file-too-large', `the answer about ${what} is larger than the limit`, { why: `from ${registry}`, cause }),
  EBADPLATFORM: ({ what }, cause) =>
    new GuardError('platform-unsupported', `${what} does not run on this platform`, {
      why: 'it, or a package that it needs, names other platforms',
      hint: `npm view ${what} os cpu libc`,
      cause,
    }),
  ERESOLVE: unpinnable('its peer dependencies exclude each other'),
  EALLOWGIT: unpinnable('it needs a package from a git repository'),
  EALLOWREMOTE: unpinnable('it needs a package from a URL'),
  EALLOWFILE: unpinnable('it needs a file of the machine'),
  EALLOWDIRECTORY: unpinnable('it needs a folder of the machine'),
};

const reasons = {
  ENOTFOUND: 'the name of its host cannot be looked up',
  EAI_AGAIN: 'the name of its host cannot be looked up now',
  ECONNREFUSED: 'nothing answers there',
  ECONNRESET: 'it broke the connection',
  EPIPE: 'it broke the connection',
  ERR_STREAM_PREMATURE_CLOSE: 'it broke the connection',
  EHOSTUNREACH: 'there is no way to its host',
  ENETUNREACH: 'there is no network',
  ETIMEDOUT: 'it did not answer in time',
  ECONNECTIONTIMEOUT: 'it did not answer in time',
  EIDLETIMEOUT: 'it stopped answering',
  ERESPONSETIMEOUT: 'it did not answer in time',
  ETRANSFERTIMEOUT: 'it did not answer in time',
  'request-timeout': 'it did not answer in time',
  'body-timeout': 'it stopped answering',
  ENOTCACHED: 'npm is configured to stay offline, and its cache has no copy',
  EINVALIDPROXY: 'the configured proxy cannot be used',
} as const;

const network: Readonly<Record<string, Answer>> = Object.fromEntries(
  Object.entries(reasons).map(([code, why]) => [code, (request: Request, cause: unknown) => unreachable(request, why, cause)]),
);

function unreachable({ what, registry }: Request, why: string, cause: unknown, hint?: string): GuardError {
  return new GuardError('registry-unreachable', `cannot ask ${registry} about ${what}`, {
    why,
    hint: hint ?? `npm ping --registry=${registry}`,
    cause,
  });
}

function wantsLogin(request: Request, cause: unknown): GuardError {
  return unreachable(request, 'it wants a login that npm does not have', cause, `npm login --registry=${request.registry}`);
}

function unpinnable(why: string): Answer {
  return ({ what }, cause) =>
    new GuardError('closure-unpinnable' satisfies ErrorCode, `the dependencies of ${what} cannot be pinned`, {
      why,
      hint: `npm view ${what} dependencies peerDependencies`,
      cause,
    });
}

/** The package of a 404, when it was a dependency; npm puts it into `pkgid` as `name@spec`. */
function nameOf(cause: unknown): string | null {
  const id = (cause as { pkgid?: unknown }).pkgid;
  if (typeof id !== 'string') return null;
  return /^(?:registry:)?((?:@[a-z0-9-~._]+\/)?[a-z0-9-~._]+)(?:@|$)/i.exec(id)?.[1] ?? null;
}

function wantedOf(cause: unknown): string {
  const { name, wanted } = cause as { name?: unknown; wanted?: unknown };
  return typeof name === 'string' && typeof wanted === 'string' && name !== 'Error' ? `${name}@${wanted}` : 'such version';
}
