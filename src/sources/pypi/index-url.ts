import { join } from 'node:path';
import type { Host } from '../../host/host.ts';
import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { withoutCredentials } from '../../model/printable.ts';

export interface PackageIndex {
  /** Base of the simple API, with a slash at the end. May hold credentials: for the HTTP port only. */
  readonly url: string;
  /** The same for messages. */
  readonly shown: string;
  /** Names of further indexes that pip or uv would also ask and this does not, without credentials. */
  readonly others: readonly string[];
}

const publicIndex = 'https://pypi.org/simple/';

/**
 * The package index that the user's uv and pip are set up for, in this order: `UV_DEFAULT_INDEX`, `UV_INDEX_URL`,
 * `PIP_INDEX_URL`, `index-url` of pip's own files, PyPI. A project's files are not read: they may have come with a hostile
 * clone.
 * @throws GuardError `config-invalid` when what is set is no http or https URL.
 * @see https://docs.astral.sh/uv/reference/environment/ and https://pip.pypa.io/en/stable/topics/configuration/
 */
export async function packageIndex(host: Host): Promise<PackageIndex> {
  const { env } = host;
  const file = await pipFile(host);
  const said: readonly (readonly [string, string | undefined])[] = [
    ['UV_DEFAULT_INDEX', env['UV_DEFAULT_INDEX']?.replace(/^[\w-]+=(?=https?:)/, '')],
    ['UV_INDEX_URL', env['UV_INDEX_URL']],
    ['PIP_INDEX_URL', env['PIP_INDEX_URL']],
    ['pip.conf', settingOf(file, 'index-url')],
    ['', publicIndex],
  ];
  const [from, url] = said.find(([, value]) => value !== undefined && value !== '') ?? ['', publicIndex];
  if (url === undefined || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new GuardError('config-invalid', `${from} does not name a package index`, {
      why: `${withoutCredentials(url ?? '')} is no http or https URL`,
    });
  const more = [env['UV_INDEX'], env['UV_EXTRA_INDEX_URL'], env['PIP_EXTRA_INDEX_URL'], settingOf(file, 'extra-index-url')];
  const others = more.flatMap((value) => (value ?? '').split(/\s+/)).filter((other) => other !== '');
  return { url: slashed(url), shown: withoutCredentials(slashed(url)), others: [...new Set(others.map(withoutCredentials))].sort() };
}

function slashed(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

/** The user's pip settings; '' = none. `PIP_CONFIG_FILE` names another file. */
async function pipFile({ env, files, machine, places }: Host): Promise<string> {
  const named = env['PIP_CONFIG_FILE'];
  const candidates =
    named !== undefined && named !== ''
      ? [named]
      : machine.platform === 'win32'
        ? [join(env['APPDATA'] ?? places.appConfig, 'pip', 'pip.ini'), join(places.home, 'pip', 'pip.ini')]
        : [
            join(places.appConfig, 'pip', 'pip.conf'),
            join(places.home, '.config', 'pip', 'pip.conf'),
            join(places.home, '.pip', 'pip.conf'),
          ];
  for (const path of candidates) {
    if ((await files.stat(path)) !== null) return files.readText(path, limits.configMaxBytes);
  }
  return '';
}

/** A setting of the section `global` or `install`; the later one counts, and indented lines go on. */
function settingOf(text: string, name: string): string | undefined {
  let section = '';
  let open = false;
  let found: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const named = /^\[([^\]]+)\]/.exec(line)?.[1]?.trim();
    const pair = /^([\w-]+)\s*[=:]\s*(.*)$/.exec(line);
    if (named !== undefined) [section, open] = [named, false];
    else if (pair !== null) {
      open = /^(?:global|install)$/.test(section) && (pair[1] ?? '').replaceAll('_', '-') === name;
      if (open) found = (pair[2] ?? '').trim();
    } else if (open && /^\s+\S/.test(line)) found = `${found ?? ''} ${line.trim()}`.trim();
  }
  return found;
}
