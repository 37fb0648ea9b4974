/**
 * What a policy entry or a server is, for comparison: one package, every package of an npm scope, or a remote origin.
 * Comparison is by this identity alone, never by the name in a config or the name that a server gives itself.
 */
export interface Subject {
  /** `package` and `origin` stand for one thing, `scope` for all packages below `id`. */
  readonly kind: 'package' | 'scope' | 'origin';
  /** Normalised by the rules of its ecosystem, so that equal subjects have equal text. */
  readonly id: string;
}

/**
 * A subject as it is written in policies and pins; null = not understood.
 *
 * `pkg:npm/name`, `pkg:npm/%40scope/name` (also `@scope`), the whole scope as `pkg:npm/%40scope/*`, `pkg:pypi/name`,
 * another package URL without version, or an origin `https://host[:port]`.
 * Case: npm names are compared exactly (`JSONStream` and `jsonstream` are two packages), PyPI names by PEP 503, hosts
 * and GitHub names in lower case.
 *
 * @see https://github.com/package-url/purl-spec
 */
export function parseSubject(text: string): Subject | null {
  if (/^https?:/i.test(text)) return parseOrigin(text);
  const parts = /^pkg:([A-Za-z][A-Za-z0-9.+-]*)\/(.+)$/s.exec(text);
  const [, type, rest] = parts ?? [];
  return type === undefined || rest === undefined ? null : parsePackage(type.toLowerCase(), rest);
}

function parseOrigin(text: string): Subject | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isBare = url.username === '' && url.password === '' && url.pathname === '/' && url.search === '' && url.hash === '';
  // `https://host/` and `https://host` are one origin; `https://host?` and friends are typing errors that URL forgives.
  return isBare && /^https?:\/\/[^/?#@\\\s]+\/?$/i.test(text) ? { kind: 'origin', id: url.origin } : null;
}

function parsePackage(type: string, rest: string): Subject | null {
  const steps = rest.split('/').map(decode);
  if (steps.some((step) => step === null || step === '' || step === '.' || step === '..')) return null;
  const decoded = steps.map((step) => step ?? '');
  // A version, qualifiers or a subpath: `@` may only start an npm scope.
  if (/[?#]/.test(rest) || decoded.some((step, at) => step.lastIndexOf('@') > (type === 'npm' && at === 0 ? 0 : -1))) return null;
  if (decoded.some((step) => /[\s\0/\\]/.test(step))) return null;
  return type === 'npm' ? parseNpm(decoded) : parseOther(type, decoded);
}

function parseNpm(steps: readonly string[]): Subject | null {
  const [first = '', second, ...more] = steps;
  if (more.length > 0) return null;
  if (second === undefined) return first.startsWith('@') || first.includes('*') ? null : { kind: 'package', id: `pkg:npm/${first}` };
  if (!first.startsWith('@') || first.length === 1 || first.includes('*')) return null;
  if (second === '*') return { kind: 'scope', id: `pkg:npm/${first}/` };
  return second.includes('*') ? null : { kind: 'package', id: `pkg:npm/${first}/${second}` };
}

function parseOther(type: string, steps: readonly string[]): Subject | null {
  if (steps.some((step) => step.includes('*'))) return null;
  if (type === 'pypi') {
    const [name = '', ...more] = steps;
    return more.length > 0 ? null : { kind: 'package', id: `pkg:pypi/${name.toLowerCase().replace(/[-_.]+/g, '-')}` };
  }
  const folded = type === 'github' || type === 'bitbucket' || type === 'oci' || type === 'docker';
  return { kind: 'package', id: `pkg:${type}/${folded ? steps.join('/').toLowerCase() : steps.join('/')}` };
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** True when the entry's subject covers the other one. A server is never a scope, so a scope covers no scope. */
export function covers(entry: Subject, server: Subject): boolean {
  if (server.kind === 'scope') return false;
  return entry.kind === 'scope'
    ? server.kind === 'package' && server.id.startsWith(entry.id)
    : entry.kind === server.kind && entry.id === server.id;
}
