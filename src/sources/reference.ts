import { PackageURL } from 'packageurl-js';
import semver from 'semver';
import { GuardError } from '../model/errors.ts';
import { printable } from '../model/printable.ts';
import type { NpmReference, Reference } from '../model/reference.ts';
import { parseLaunch } from './launch.ts';
import { isNpmSpec, type NpmSpec, parseNpmSpec } from './npm-spec.ts';
import { parsePypiPurl } from './pypi-purl.ts';
import { parsePypiSpec } from './pypi-spec.ts';

const acceptedForms =
  '@scope/name, name@1.2.3, name@^1, name@tag, npm:name, pkg:npm/name@1.2.3, or -- npx -y name; of Python: pypi:name, pypi:name==1.2.3, pkg:pypi/name@1.2.3, or -- uvx name; of a remote server: https://host/mcp';

/**
 * What a user typed: one reference in `words`, or a whole launch command in `launchCommand` (what followed `--`; null
 * when there was no `--`).
 * @throws GuardError `reference-not-understood`, which says what the text looks like and lists the accepted forms.
 */
export function parseReference(words: readonly string[], launchCommand: readonly string[] | null): Reference {
  if (launchCommand !== null) return fromLaunch(words, launchCommand);
  const [word, ...more] = words;
  if (word === undefined) throw refusal('nothing was given', 'it names no package');
  if (more.length > 0) {
    const hint = `a server's own arguments follow a --: ${quoted(word)} -- ${more.map(quoted).join(' ')}`;
    throw refusal(`\`${show(words.join(' '))}\` is more than one reference`, 'one package at a time', hint);
  }
  const python = fromPythonText(word);
  if (python !== null) return { source: 'pypi', ...python, bin: null, serverArgs: [] };
  const spec = fromText(word);
  if (spec === null) throw refusal(`\`${show(word)}\` is not a package reference`, looksLike(word), hintFor(word));
  return { source: 'npm', ...spec, bin: null, serverArgs: [] };
}

/**
 * What can be pinned and put behind the guard.
 * @throws GuardError `reference-not-understood` for a Python server, which can be looked at only.
 */
export function installable(reference: Reference): NpmReference {
  if (reference.source === 'npm') return reference;
  const said = `pypi:${reference.name}${reference.specifier}`;
  throw new GuardError('reference-not-understood', `${show(said)} cannot be installed yet`, {
    why: 'Python servers can be looked at and compared; pinning and starting them is not built yet',
    hint: `pinfold info ${quoted(said)}`,
  });
}

function fromLaunch(words: readonly string[], launchCommand: readonly string[]): Reference {
  const [command, ...args] = launchCommand;
  if (words.length > 0) {
    const hint = `leave one of them out: ${words.map(quoted).join(' ')}`;
    throw refusal(`\`${show(words.join(' '))}\` and a launch command were both given`, 'one of the two', hint);
  }
  if (command === undefined)
    throw refusal('nothing was given after --', 'a launch command belongs there', 'for example: -- npx -y @scope/name --flag');
  const launch = parseLaunch(command, args);
  if (launch.npm !== null) return launch.npm;
  if (launch.pypi !== undefined) return launch.pypi;
  const why =
    launch.unresolved ?? `it runs ${launch.package?.type === 'local' ? 'local code' : `a package of the kind ${launch.package?.type}`}`;
  const what = launch.packages.some(({ type }) => type === 'npm' || type === 'pypi')
    ? 'cannot be installed as it is'
    : 'starts no package of npm or PyPI';
  throw refusal(`\`${show(launchCommand.join(' '))}\` ${what}`, why);
}

function fromPythonText(text: string) {
  if (text.startsWith('pkg:pypi/')) return parsePypiPurl(text);
  return text.startsWith('pypi:') ? parsePypiSpec(text.slice('pypi:'.length)) : null;
}

function fromText(text: string): NpmSpec | null {
  if (text.startsWith('pkg:')) return fromPurl(text);
  const spec = parseNpmSpec(text.startsWith('npm:') ? text.slice('npm:'.length) : text);
  return isNpmSpec(spec) ? spec : null;
}

/** A package URL without qualifiers: `repository_url` would name another registry than the one that npm uses. @see purl-spec, npm */
function fromPurl(text: string): NpmSpec | null {
  let purl: PackageURL;
  try {
    purl = PackageURL.fromString(text);
  } catch {
    return null;
  }
  const { type, namespace, name, version, qualifiers, subpath } = purl;
  if (type !== 'npm' || subpath || (qualifiers && Object.keys(qualifiers).length > 0)) return null;
  const full = namespace ? `${namespace}/${name}` : (name ?? '');
  if (version && semver.valid(version) === null) return null;
  const spec = parseNpmSpec(version ? `${full}@${version}` : full);
  return isNpmSpec(spec) && spec.name === full ? spec : null;
}

/** Most telling first. */
const lookalikes: readonly (readonly [RegExp, string])[] = [
  [/^\s*$/, 'it is empty'],
  [/^\s*[{[]/, 'this looks like JSON of a client configuration, which cannot be read yet'],
  [
    /^(?:cursor|vscode|vscode-insiders|vsweb\+mcp|goose|lmstudio|kiro|cherrystudio):/i,
    'this looks like an install link of a client; `pinfold open` takes those',
  ],
  [/^(?:oci|docker|mcpb|git|jsr|nuget|cargo|uvx):(?!\/\/)/i, 'this names another kind of package; only npm packages can be installed yet'],
  [/^pypi:/i, 'this is no name of a Python package with a version; URLs and folders cannot be looked at'],
  [/^pkg:pypi\b/i, 'this package URL has no name, no exact version, or names another index'],
  [/^pkg:npm\b/i, 'this package URL has no npm name, no exact version, or names another registry'],
  [/^pkg:/i, 'this is a package URL of another kind; only pkg:npm/… and pkg:pypi/… can be read yet'],
  [
    /^(?:git\+|git:\/\/|ssh:|git@|github:|gitlab:|bitbucket:|gist:)/i,
    'this looks like a git repository; code that is not published cannot be pinned yet',
  ],
  [/^https?:\/\/(?:www\.)?(?:github|gitlab)\.com\//i, 'this looks like a git repository; its README names the package to install'],
  [/^https?:\/\/.*\.tgz$/i, 'this looks like a tarball; only packages of a registry can be pinned'],
  [
    /^https?:/i,
    'this looks like the URL of a remote server, which has no versions and no bytes; `pinfold info` and `pinfold install` take it',
  ],
  [/^[a-z][a-z0-9+.-]*:\/\//i, 'this looks like a URL'],
  [/^(?:[./~\\]|[a-z]:[\\/])/i, 'this looks like a path; only published packages can be installed yet'],
  [/^(?:npx|pnpm|pnpx|npm|yarn|bunx?|uvx?|docker|node|python3?)\s/, 'this looks like a launch command in one word'],
  [
    /^[a-z0-9-]+(?:\.[a-z0-9-]+)+\/[\w.-]+$/i,
    'this looks like a name of the MCP registry, which `pinfold info` and `pinfold install` take',
  ],
  [/^[\w.-]+\/[\w.-]+(?:#.*)?$/, 'this looks like a GitHub repository (npm scopes begin with @)'],
  [/\s/, 'it has a space in it'],
];

function looksLike(text: string): string {
  return lookalikes.find(([pattern]) => pattern.test(text))?.[1] ?? 'npm does not allow such a name';
}

function hintFor(text: string): string | undefined {
  if (/^(?:npx|pnpm|pnpx|npm|yarn|bunx?)\s/.test(text)) return `-- ${text}`;
  const scope = /^([\w-][\w.-]*)\/([\w.-]+)$/.exec(text);
  return scope === null ? undefined : `if you meant the npm scope: @${scope[1]}/${scope[2]}`;
}

function refusal(what: string, why: string, hint?: string): GuardError {
  const forms = `accepted: ${acceptedForms}`;
  return new GuardError('reference-not-understood', what, { why, hint: hint === undefined ? forms : `${hint} (${forms})` });
}

function show(text: string): string {
  return printable(text, { maxLength: 120 });
}

/** For pasting into a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./^~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
