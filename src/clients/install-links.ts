import { GuardError } from '../model/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { parseStrict } from '../model/strict-json.ts';

/** A server that a link offers, in the words of the client that the link is for. All of it is attacker-controlled. */
export interface OfferedServer {
  readonly client: string;
  readonly name: string;
  readonly raw: JsonObject;
}

/** What a link asks for: one server, or a name in a directory of servers, which says nothing about what would run. */
export type LinkOffer =
  | { readonly kind: 'server'; readonly server: OfferedServer }
  | { readonly kind: 'directory-name'; readonly name: string };

/** Longer links are refused: Cursor takes 8,000 characters. */
const maxLinkCharacters = 64 * 1024;

/** One format of link: the clients' own documentation, reference in docs/clients.md. */
interface LinkFormat {
  readonly scheme: string;
  readonly matches: (url: URL) => boolean;
  readonly read: (url: URL) => LinkOffer;
}

const formats: readonly LinkFormat[] = [
  {
    scheme: 'cursor',
    matches: ({ protocol, host, pathname }) =>
      protocol === 'cursor:' && host === 'anysphere.cursor-deeplink' && pathname === '/mcp/install',
    read: (url) => base64Entry(url, 'cursor'),
  },
  {
    scheme: 'https',
    matches: ({ protocol, host, pathname }) =>
      protocol === 'https:' &&
      /^(?:www\.)?cursor\.com$/.test(host) &&
      /^\/(?:[a-z]{2}\/)?(?:install-mcp|link\/mcp\/install)$/.test(pathname),
    read: (url) => base64Entry(url, 'cursor'),
  },
  ...(['vscode', 'vscode-insiders'] as const).flatMap((client): readonly LinkFormat[] => [
    {
      scheme: client,
      matches: ({ protocol, pathname }) => protocol === `${client}:` && pathname === 'mcp/install',
      read: (url) => named(json(decoded(url.search.slice(1))), client),
    },
    {
      scheme: client,
      matches: ({ protocol, pathname }) => protocol === `${client}:` && pathname.startsWith('mcp/by-name/'),
      read: (url) => ({ kind: 'directory-name', name: decoded(url.pathname.slice('mcp/by-name/'.length)) }),
    },
  ]),
  {
    scheme: 'https',
    matches: ({ protocol, host, pathname }) =>
      protocol === 'https:' && /^(?:insiders\.)?vscode\.dev$/.test(host) && pathname === '/redirect/mcp/install',
    read: (url) => {
      const client = url.host === 'insiders.vscode.dev' || url.searchParams.get('quality') === 'insiders' ? 'vscode-insiders' : 'vscode';
      const config = url.searchParams.get('config');
      if (config === null) return named(json(decoded(url.search.slice(1))), client);
      return named({ ...json(config), name: url.searchParams.get('name') ?? '' }, client);
    },
  },
  {
    scheme: 'https',
    matches: ({ protocol, host, pathname }) =>
      protocol === 'https:' && /^(?:insiders\.)?vscode\.dev$/.test(host) && pathname === '/redirect',
    read: (url) => parseLink(url.searchParams.get('url') ?? ''),
  },
  {
    scheme: 'vsweb+mcp',
    matches: ({ protocol, pathname }) => protocol === 'vsweb+mcp:' && /^\/?install$/.test(pathname),
    read: (url) => named(json(decoded(url.search.slice(1))), 'visual-studio'),
  },
  {
    scheme: 'lmstudio',
    matches: ({ protocol, host }) => protocol === 'lmstudio:' && host === 'add_mcp',
    read: (url) => base64Entry(url, 'lm-studio'),
  },
  {
    scheme: 'https',
    matches: ({ protocol, host, pathname }) => protocol === 'https:' && host === 'lmstudio.ai' && pathname === '/install-mcp',
    read: (url) => base64Entry(url, 'lm-studio'),
  },
  {
    scheme: 'kiro',
    matches: ({ protocol, host, pathname }) => protocol === 'kiro:' && host === 'kiro.mcp' && pathname === '/add',
    read: (url) => server('kiro', url.searchParams.get('name'), json(url.searchParams.get('config') ?? '')),
  },
  {
    scheme: 'goose',
    matches: ({ protocol, host }) => protocol === 'goose:' && host === 'extension',
    read: gooseExtension,
  },
  {
    scheme: 'cherrystudio',
    matches: ({ protocol, host, pathname }) => protocol === 'cherrystudio:' && host === 'mcp' && pathname === '/install',
    read: (url) => onlyOne(json(base64(url.searchParams.get('servers') ?? ''))),
  },
];

/** The schemes that clients register, without `https`; in table order, each once. */
export const linkSchemes: readonly string[] = [...new Set(formats.map(({ scheme }) => scheme).filter((scheme) => scheme !== 'https'))];

/** True when the text begins like one of the links; whether it is a good one is for `parseLink`. */
export function looksLikeLink(text: string): boolean {
  const url = urlOf(text);
  return url !== null && (linkSchemes.includes(url.protocol.slice(0, -1)) || formats.some(({ matches }) => matches(url)));
}

/**
 * The server that a one-click install link offers. Nothing is looked up and nothing runs.
 *
 * @throws GuardError `reference-not-understood` for any other text, a link with a member twice, or one that offers several.
 */
export function parseLink(text: string): LinkOffer {
  if (text.length > maxLinkCharacters) throw notUnderstood(`it is longer than ${maxLinkCharacters} characters`);
  const url = urlOf(text);
  const format = url === null ? undefined : formats.find(({ matches }) => matches(url));
  if (url === null || format === undefined) throw notUnderstood(`accepted schemes: ${linkSchemes.join(', ')}`);
  return format.read(url);
}

function urlOf(text: string): URL | null {
  try {
    return new URL(text.trim());
  } catch {
    return null;
  }
}

function base64Entry(url: URL, client: string): LinkOffer {
  const config = url.searchParams.get('config') ?? '';
  // A plus that was not escaped arrives as a space.
  return server(client, url.searchParams.get('name'), json(base64(config.replaceAll(' ', '+'))));
}

function gooseExtension(url: URL): LinkOffer {
  const { searchParams: search } = url;
  const name = search.get('id') ?? search.get('name');
  const envs = search.getAll('env').map((pair) => [pair.split('=')[0] ?? '', pair.slice(pair.indexOf('=') + 1)] as const);
  const address = search.get('url');
  const launch: JsonObject =
    address === null
      ? { type: 'stdio', cmd: search.get('cmd') ?? '', args: search.getAll('arg') }
      : { type: search.get('type') ?? 'streamable_http', uri: address };
  return server('goose', name, { ...launch, ...(envs.length === 0 ? {} : { envs: Object.fromEntries(envs) }) });
}

/** Visual Studio Code writes the name into the entry. */
function named(entry: JsonObject, client: string): LinkOffer {
  const { name, inputs: _, ...raw } = entry;
  return server(client, typeof name === 'string' ? name : null, raw);
}

function onlyOne(document: JsonObject): LinkOffer {
  const { mcpServers } = document;
  const servers = mcpServers !== undefined && isObject(mcpServers) ? Object.entries(mcpServers) : [];
  const [first, ...more] = servers;
  if (first === undefined || more.length > 0) throw notUnderstood(`it offers ${servers.length} servers; one at a time is installed`);
  return server('cherry-studio', first[0], isObject(first[1]) ? first[1] : {});
}

function server(client: string, name: string | null, raw: JsonObject): LinkOffer {
  if (name === null || name.trim() === '') throw notUnderstood('it gives the server no name');
  return { kind: 'server', server: { client, name, raw } };
}

function json(text: string): JsonObject {
  let value: JsonValue;
  try {
    value = parseStrict(text);
  } catch (cause) {
    throw notUnderstood('what it carries is not JSON, or reads differently in different programs', cause);
  }
  if (!isObject(value)) throw notUnderstood('what it carries is not one entry');
  return value;
}

function base64(text: string): string {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) throw notUnderstood('what it carries is not base64');
  return Buffer.from(text, 'base64').toString('utf8');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw notUnderstood('it is not encoded as a URL', cause);
  }
}

function notUnderstood(why: string, cause?: unknown): GuardError {
  return new GuardError('reference-not-understood', 'this is no install link that pinfold knows', {
    why,
    hint: 'pinfold install <package> takes the package that the link is about',
    cause,
  });
}
