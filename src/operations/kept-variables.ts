import type { Host } from '../host/host.ts';
import type { KeptVariables } from '../model/ticket.ts';
import type { SecretName } from '../store/secret-record.ts';
import { secretMissing } from '../store/secret-values.ts';
import { readSecrets } from '../store/secrets.ts';
import type { ServerPlace } from '../store/server-place.ts';

/**
 * The host with the variables that are kept for a server in its environment, over what the client gave: an entry's own
 * value counted over the shell's too. A bundle of its own: a launch without secrets loads nothing of it. What is recorded
 * from here on is rid of these values as of any other in the environment.
 *
 * @throws GuardError `secret-missing` when one of them cannot be had: the server is then not started without it.
 */
export async function withKeptVariables({ purpose, names }: KeptVariables, place: ServerPlace, host: Host): Promise<Host> {
  const named = names.map((name): SecretName => `env ${name}`);
  const values = await readSecrets(place, purpose, named, host);
  const missing = named.find((name) => !Object.hasOwn(values, name));
  if (missing !== undefined) throw secretMissing(place, missing, 'nothing is kept for this server under that name any more');
  for (const name of names) {
    const other = host.env[name];
    if (other !== undefined && other !== '' && other !== values[`env ${name}`])
      host.terminal.stderr.write(`pinfold: ${place.name}: uses the ${name} that is kept for it, not the one that the client gives\n`);
  }
  const given = names.map((name) => [name, values[`env ${name}`] ?? ''] as const);
  return { ...host, env: Object.freeze({ ...host.env, ...Object.fromEntries(given) }) };
}
