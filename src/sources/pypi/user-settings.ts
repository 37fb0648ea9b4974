import { dirname, join } from 'node:path';
import { parse } from 'smol-toml';
import type { Host } from '../../host/host.ts';
import { GuardError } from '../../model/errors.ts';
import { isObject } from '../../model/json.ts';
import { limits } from '../../model/limits.ts';

/** What one program, or one file of it, says about package indexes. May hold credentials. */
export interface IndexSettings {
  /** The file or the variable, for messages. */
  readonly from: string;
  /** The index in place of PyPI; null = not said. */
  readonly index: string | null;
  /** Name of that index, which its login may be kept under; null = none. */
  readonly name: string | null;
  /** Further indexes and places with files. */
  readonly others: readonly string[];
  /** True = no index is to be asked at all. */
  readonly noIndex: boolean;
}

/**
 * The settings of uv: environment, the user's `uv.toml`, the system's; the first that says something counts. A project's files
 * are not read, as uv itself does not read them for tools.
 * @throws GuardError `config-invalid` for a file that uv could not read either.
 * @see https://docs.astral.sh/uv/configuration/files/
 */
export async function uvSettings(host: Host): Promise<readonly IndexSettings[]> {
  const { env, places, machine } = host;
  const system = dirname(places.managed);
  const folder =
    machine.platform === 'win32' ? (env['APPDATA'] ?? places.appConfig) : (env['XDG_CONFIG_HOME'] ?? join(places.home, '.config'));
  const usual = [join(folder, 'uv', 'uv.toml'), join(system, 'uv', 'uv.toml')];
  const paths = said(env['UV_CONFIG_FILE']) ? [env['UV_CONFIG_FILE'] ?? ''] : isOn(env['UV_NO_CONFIG']) ? [] : usual;
  const files = await Promise.all(paths.map((path) => uvFile(path, host)));
  const [, name = null, index = null] = /^(?:([\w-]+)=)?(.+)$/.exec(env['UV_DEFAULT_INDEX'] ?? '') ?? [];
  const old = said(env['UV_INDEX_URL']) ? (env['UV_INDEX_URL'] ?? null) : null;
  return [
    {
      from: isOn(env['UV_NO_INDEX']) ? 'UV_NO_INDEX' : index === null ? 'UV_INDEX_URL' : 'UV_DEFAULT_INDEX',
      index: index ?? old,
      name,
      others: [env['UV_INDEX'], env['UV_EXTRA_INDEX_URL'], env['UV_FIND_LINKS']]
        .flatMap(words)
        .map((one) => one.replace(/^[\w-]+=(?=https?:)/, '')),
      noIndex: isOn(env['UV_NO_INDEX']),
    },
    ...files,
  ];
}

async function uvFile(path: string, host: Host): Promise<IndexSettings> {
  const text = await readIfThere(path, host);
  let settings: unknown;
  try {
    settings = parse(text);
  } catch (cause) {
    throw new GuardError('config-invalid', `cannot use ${path}`, { why: 'it is no TOML', hint: 'uv python list', cause });
  }
  const top = isObject(settings) ? settings : {};
  const indexes = (Array.isArray(top['index']) ? top['index'] : []).filter(isObject);
  const chosen = indexes.find((index) => index['default'] === true);
  const plain = typeof top['index-url'] === 'string' ? top['index-url'] : null;
  const texts = (value: unknown) => (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
  const index = chosen === undefined ? plain : chosen['url'];
  if (index !== null && typeof index !== 'string')
    throw new GuardError('config-invalid', `cannot use ${path}`, { why: 'its default index has no url' });
  return {
    from: path,
    index,
    name: typeof chosen?.['name'] === 'string' ? chosen['name'] : null,
    // An explicit index serves only packages that a project names.
    others: [
      ...indexes.filter((one) => one !== chosen && one['explicit'] !== true).flatMap((one) => texts(one['url'])),
      ...texts(top['extra-index-url']),
      ...texts(top['find-links']),
    ],
    noIndex: top['no-index'] === true,
  };
}

/**
 * The settings of pip: environment, `PIP_CONFIG_FILE`, the user's files, the system's; the first that says something counts.
 * @see https://pip.pypa.io/en/stable/topics/configuration/
 */
export async function pipSettings(host: Host): Promise<readonly IndexSettings[]> {
  const { env, machine, places } = host;
  const named = env['PIP_CONFIG_FILE'];
  const isOff = named === '/dev/null' || named === 'nul';
  const system = dirname(places.managed);
  const usual =
    machine.platform === 'win32'
      ? [join(env['APPDATA'] ?? places.appConfig, 'pip', 'pip.ini'), join(places.home, 'pip', 'pip.ini'), join(system, 'pip', 'pip.ini')]
      : [
          join(places.appConfig, 'pip', 'pip.conf'),
          join(places.home, '.config', 'pip', 'pip.conf'),
          join(places.home, '.pip', 'pip.conf'),
          ...(machine.platform === 'linux' ? [join(system, 'xdg', 'pip', 'pip.conf'), join(system, 'pip.conf')] : []),
          ...(machine.platform === 'darwin' ? [join(system, 'pip', 'pip.conf')] : []),
        ];
  const paths = isOff ? [] : [...(named !== undefined && said(named) ? [named] : []), ...new Set(usual)];
  const files = await Promise.all(paths.map(async (path) => ({ path, text: await readIfThere(path, host) })));
  return [
    {
      from: isOn(env['PIP_NO_INDEX']) ? 'PIP_NO_INDEX' : 'PIP_INDEX_URL',
      index: said(env['PIP_INDEX_URL']) ? (env['PIP_INDEX_URL'] ?? null) : null,
      name: null,
      others: [env['PIP_EXTRA_INDEX_URL'], env['PIP_FIND_LINKS']].flatMap(words),
      noIndex: isOn(env['PIP_NO_INDEX']),
    },
    ...files.map(({ path, text }) => ({
      from: path,
      index: settingOf(text, 'index-url') ?? null,
      name: null,
      others: ['extra-index-url', 'find-links'].flatMap((name) => words(settingOf(text, name))),
      noIndex: isOn(settingOf(text, 'no-index')),
    })),
  ];
}

async function readIfThere(path: string, { files }: Host): Promise<string> {
  return (await files.stat(path)) === null ? '' : files.readText(path, limits.configMaxBytes);
}

function said(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(?:1|true|yes|on|y|t)$/i.test(value);
}

function words(value: string | undefined): readonly string[] {
  return (value ?? '').split(/[\s,]+/).filter((word) => word !== '');
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
