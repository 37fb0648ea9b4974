import { clientById } from '../clients/index.ts';
import { parseLink } from '../clients/install-links.ts';
import { placeholdersIn } from '../clients/interpolation.ts';
import { proposeName } from '../lockfile/names.ts';
import { GuardError } from '../model/errors.ts';
import { hazardousName } from '../model/hazardous-environment.ts';
import { withoutCredentials } from '../model/printable.ts';
import type { NpmReference } from '../model/reference.ts';
import { shellLine } from '../model/shell-line.ts';
import { parseLaunch } from '../sources/launch.ts';

/** What a link asks pinfold to install. */
export interface OpenedLink {
  readonly reference: NpmReference;
  /** The launch command in the link, for the card. Attacker-controlled. */
  readonly typed: string;
  /** The client that the link is for. */
  readonly client: string;
  /** A name that a pin can have, made from the link's. */
  readonly name: string;
  /** Values may be secrets that the user's own page put in. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables whose values the client would have asked for: the user sets them in the entry. */
  readonly unset: readonly string[];
}

/**
 * The install that a one-click link stands for. Nothing is fetched and nothing runs; the link is attacker-controlled.
 *
 * @throws GuardError `reference-not-understood` for a link that offers no npm server, and for one with a variable that
 * would let somebody else's code into the server: a web page must not choose NODE_OPTIONS.
 */
export function openLink(text: string): OpenedLink {
  const offer = parseLink(text);
  if (offer.kind === 'directory-name')
    throw refused(
      `${JSON.stringify(offer.name)} is a name in a directory of servers`,
      'names cannot be looked up yet',
      'pinfold install <package>',
    );
  const { server } = offer;
  const client = clientById(server.client);
  const values = client.values(server.raw);
  if (values === null)
    throw refused('the link offers nothing that can be started', `${client.title} would not start it either`, 'pinfold install <package>');
  if (values.command === null) {
    const url = withoutCredentials(values.url ?? '');
    throw refused(
      `the link offers a remote server: ${url}`,
      'remote servers cannot be put behind the guard yet',
      'pinfold list shows remote servers once they are added',
    );
  }
  const hazard = hazardousName(Object.keys(values.env));
  if (hazard !== undefined)
    throw refused(
      `the link sets ${hazard}`,
      'with it code from elsewhere gets into the server',
      'pinfold install <package> takes the package without it',
    );
  const launch = parseLaunch(values.command, values.args, Object.keys(values.env));
  const typed = shellLine([values.command, ...values.args]);
  if (launch.npm === null)
    throw refused(
      'the link offers a server whose bytes cannot be pinned yet',
      launch.unresolved ?? 'it is not an npm package',
      'add it in the client, then put it behind the guard: pinfold adopt',
    );
  const asked = Object.entries(values.env).filter(([, value]) => placeholdersIn(value, ['input']).length > 0);
  const unset = asked.map(([name]) => name);
  const env = Object.fromEntries(Object.entries(values.env).filter(([name]) => !unset.includes(name)));
  return { reference: launch.npm, typed, client: server.client, name: proposeName(server.name, new Set()), env, unset };
}

function refused(what: string, why: string, hint: string): GuardError {
  return new GuardError('reference-not-understood', what, { why, hint });
}
