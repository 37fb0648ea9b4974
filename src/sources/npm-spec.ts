import npa from 'npm-package-arg';
import type { NpmReference } from '../model/reference.ts';

/** A package of the npm registry as a command line names it. */
export type NpmSpec = Pick<NpmReference, 'name' | 'spec' | 'specKind'>;

/** What npm would fetch for a package spec that is not a registry package. */
export interface ForeignSpec {
  readonly kind: 'git' | 'url' | 'local' | 'invalid';
  /** `host/owner/repo`, the URL without credentials, or the text as it stands. */
  readonly name: string;
  /** A commit or branch; null = the default branch. */
  readonly ref: string | null;
}

/**
 * Reads a spec as `npm install` and `npx` do: `name`, `@scope/name@range`, `alias@npm:real@1` (the real package).
 * `owner/repo` is a GitHub repository, not a scope.
 * @see npm-package-arg, and `npm help package-spec`
 */
export function parseNpmSpec(text: string): NpmSpec | ForeignSpec {
  const invalid: ForeignSpec = { kind: 'invalid', name: text, ref: null };
  if (text === '' || text !== text.trim() || /[\0-\x1f\x7f]/.test(text)) return invalid;
  let parsed: npa.Result;
  try {
    parsed = npa(text);
  } catch {
    return invalid;
  }
  if (parsed.type === 'alias') parsed = (parsed as npa.AliasResult).subSpec;
  switch (parsed.type) {
    case 'version':
    case 'range':
    case 'tag':
      return isName(parsed.name) ? registrySpec(parsed.name, parsed) : invalid;
    case 'git':
      return { kind: 'git', name: repositoryOf(parsed), ref: parsed.gitCommittish ?? parsed.gitRange ?? null };
    case 'remote':
      return { kind: 'url', name: withoutCredentials(parsed.fetchSpec ?? text), ref: null };
    default:
      return { kind: 'local', name: text, ref: null };
  }
}

/** True for a package of the registry. */
export function isNpmSpec(spec: NpmSpec | ForeignSpec): spec is NpmSpec {
  return 'specKind' in spec;
}

/** npm-package-arg lets a spec without a name through, and names that no registry takes; capitals are of old packages. */
function isName(name: string | null | undefined): name is string {
  return /^(?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*$/i.test(name ?? '') && name !== 'node_modules' && name !== 'favicon.ico';
}

function registrySpec(name: string, parsed: npa.Result): NpmSpec {
  // `name` and `name@` are `*` to npm-package-arg, and `latest` to every launcher.
  if (parsed.rawSpec === '*' && !parsed.raw.endsWith('*')) return { name, spec: null, specKind: 'none' };
  const spec = parsed.fetchSpec ?? parsed.rawSpec;
  return { name, spec, specKind: parsed.type === 'version' ? 'exact' : parsed.type === 'range' ? 'range' : 'tag' };
}

function repositoryOf(parsed: npa.Result): string {
  const hosted = parsed.hosted as { domain?: string; user?: string; project?: string } | undefined;
  if (hosted?.domain !== undefined) return `${hosted.domain}/${hosted.user}/${hosted.project}`;
  const url = withoutCredentials(parsed.fetchSpec ?? parsed.raw).replace(/\.git\/?$/, '');
  const found = /^(?:[a-z][a-z0-9+.-]*:\/\/([^/]+)\/|(?:[^/@:]*@)?([^/@:]+):)\/?([^/].*)$/i.exec(url);
  return found === null ? url : `${(found[1] ?? found[2] ?? '').toLowerCase()}/${found[3]}`;
}

function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1');
}
