import { Option } from 'clipanion';
import { GuardError } from '../model/errors.ts';
import { ReferenceCommand } from './reference-options.ts';

/** What `install` takes besides what it installs. */
export abstract class InstallOptions extends ReferenceCommand {
  readonly client = Option.String('--client', { description: 'client ids, separated by commas; default: every client that is set up' });
  readonly scope = Option.String('--scope', 'user', { description: 'user or project' });
  readonly name = Option.String('--name', { description: 'name of the entry and of the pin' });
  readonly env = Option.Array('--env', [], { description: 'NAME=VALUE for the server; a secret goes into the keychain and no client' });
  readonly file = Option.Boolean('--file', false, { description: 'secrets into a file that only you may read, not into the keychain' });
  readonly yes = Option.Boolean('--yes', false, { description: 'answer yes where policy approves by itself, and nowhere else' });
  readonly hold = Option.Boolean('--hold', false, { description: 'forward nothing until its words were reviewed (instead of first use)' });
  readonly sandbox = Option.Boolean('--sandbox', false, {
    description: 'start it in a sandbox: only the hosts, files and folders that the card lists',
  });
  readonly mask = Option.Array('--mask', [], {
    description: 'NAME=host: it holds a stand-in; the value is put in on the way to that host (implies --sandbox)',
  });
  readonly clientId = Option.String('--client-id', { description: 'remote: sign in as a client that is registered there' });
  readonly clientSecret = Option.String('--client-secret', { description: 'remote: the environment variable that holds its secret' });
  readonly issuer = Option.String('--issuer', { description: 'remote: which authorization server, where several let clients in' });
  readonly reason = Option.String('--reason', { description: 'why, kept with the approval' });

  /** `--client` as ids; null = every client that is set up. */
  protected clients(): readonly string[] | null {
    return this.client?.split(',').map((id) => id.trim()) ?? null;
  }

  /** `--env` as an object. @throws GuardError `usage`. */
  protected environment(): Readonly<Record<string, string>> {
    return parseEnvironment(this.env);
  }
}

function parseEnvironment(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      const name = pair.slice(0, at);
      if (at < 1 || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
        throw new GuardError('usage', '--env takes NAME=VALUE', {
          why: 'the entry needs a variable and its value',
          hint: 'for example: --env GITHUB_TOKEN=…',
        });
      }
      return [name, pair.slice(at + 1)];
    }),
  );
}
