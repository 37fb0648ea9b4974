import type { Host } from '../../host/host.ts';
import { GuardError } from '../../model/errors.ts';
import { withoutCredentials } from '../../model/printable.ts';
import { type IndexSettings, pipSettings, uvSettings } from './user-settings.ts';

export interface PackageIndex {
  /** Base of the simple API, with a slash at the end. May hold credentials: for the HTTP port only. */
  readonly url: string;
  /** The same for messages. */
  readonly shown: string;
  /** Names of further indexes that pip or uv would also ask and this does not, without credentials; sorted. */
  readonly others: readonly string[];
}

const publicIndex = 'https://pypi.org/simple/';

/**
 * The package index that the user's uv and pip are set up for, uv's settings before pip's, and PyPI where neither says
 * anything. A project's files are not read: they may have come with a hostile clone. What is set and cannot be asked is an
 * error, never another index.
 * @throws GuardError `config-invalid` when what is set is no http or https URL, or says that no index is to be asked.
 */
export async function packageIndex(host: Host): Promise<PackageIndex> {
  const settings = [...(await uvSettings(host)), ...(await pipSettings(host))];
  const off = settings.find(({ noIndex }) => noIndex);
  if (off !== undefined)
    throw new GuardError('config-invalid', 'no package index may be asked', { why: `${off.from} says so`, hint: 'pip config list' });
  const [chosen, ...unused] = settings.filter(({ index }) => index !== null);
  const url = chosen === undefined ? publicIndex : withLogin(chosen, host);
  if (url === null)
    throw new GuardError('config-invalid', `${chosen?.from ?? 'nothing'} does not name a package index that can be asked`, {
      why: `${withoutCredentials(chosen?.index ?? '')} is no http or https URL`,
      hint: 'pip config list',
    });
  const all = [...settings.flatMap(({ others }) => others), ...unused.map(({ index }) => index ?? '')];
  const others = new Set(all.map((other) => withoutCredentials(other)));
  const shown = withoutCredentials(url);
  return { url, shown, others: [...others].filter((other) => other !== shown && `${other}/` !== shown).sort() };
}

/** The URL of an index with a slash at the end, and with the login that uv keeps for its name; null = it cannot be asked. */
function withLogin({ index, name }: IndexSettings, { env }: Host): string | null {
  const url = URL.canParse(index ?? '') ? new URL(index ?? '') : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  const key = `UV_INDEX_${(name ?? '').toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
  if (name !== null && url.username === '' && url.password === '') {
    url.username = env[`${key}_USERNAME`] ?? '';
    url.password = env[`${key}_PASSWORD`] ?? '';
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url.href;
}
