import type { Host } from '../host/host.ts';
import { keptMark, markedWord, type OpenWord } from '../model/filled.ts';
import { wordName } from '../model/secret-word.ts';
import type { KeptVariables } from '../model/ticket.ts';
import type { SecretName } from '../store/secret-record.ts';
import { secretMissing } from '../store/secret-values.ts';
import { readSecrets } from '../store/secrets.ts';
import type { ServerPlace } from '../store/server-place.ts';

/** A launch as far as secrets are concerned. */
export interface KeptLaunch {
  readonly place: ServerPlace;
  /** As the ticket says it; undefined = nothing is kept. */
  readonly kept: KeptVariables | undefined;
  /** The words that the ticket leaves open, and what the entry hands on for them, in order. */
  readonly open: readonly OpenWord[];
  readonly values: readonly string[];
}

/**
 * The host with the variables that are kept for a server in its environment, over what the client gave: an entry's own
 * value counted over the shell's too; and the values of the entry with what is kept in the place of every mark. A bundle
 * of its own: a launch without secrets loads nothing of it. What is recorded from here on is rid of the variables as of any
 * other in the environment.
 *
 * @throws GuardError `secret-missing` when one of them cannot be had: the server is then not started without it.
 */
export async function withKeptSecrets(
  launch: KeptLaunch,
  host: Host,
): Promise<{ readonly host: Host; readonly values: readonly string[] }> {
  const { kept, place } = launch;
  const values = await filledMarks(launch, host);
  if (kept === undefined || kept.names.length === 0) return { host, values };
  const named = kept.names.map((name): SecretName => `env ${name}`);
  const found = await readAll(place, kept.purpose, named, host);
  for (const name of kept.names) {
    const other = host.env[name];
    if (other !== undefined && other !== '' && other !== found[`env ${name}`])
      host.terminal.stderr.write(`pinfold: ${place.name}: uses the ${name} that is kept for it, not the one that the client gives\n`);
  }
  const given = kept.names.map((name) => [name, found[`env ${name}`] ?? ''] as const);
  return { host: { ...host, env: Object.freeze({ ...host.env, ...Object.fromEntries(given) }) }, values };
}

/**
 * The values with what is kept in the place of marks. Only a word that says nothing but its mark asks for that; every other
 * one is what its client made of it. @throws GuardError `secret-missing`.
 */
export async function filledMarks({ kept, place, open, values }: KeptLaunch, host: Host): Promise<readonly string[]> {
  const home = { home: host.places.home };
  const asks = (value: string, at: number) => value.includes(keptMark) && value === markedWord(open[at]?.word ?? '', home);
  const nameAt = (at: number): SecretName => `word ${wordName(open[at] ?? { place: 0 })}`;
  const wanted = values.flatMap((value, at) => (asks(value, at) ? [nameAt(at)] : []));
  const [first] = wanted;
  if (first === undefined) return values;
  if (kept?.words === undefined) throw secretMissing(place, first, 'nothing is kept for these words of its command line');
  const found = await readAll(place, kept.words, wanted, host);
  return values.map((value, at) => (asks(value, at) ? (found[nameAt(at)] ?? '') : value));
}

async function readAll(place: ServerPlace, purpose: KeptVariables['purpose'], names: readonly SecretName[], host: Host) {
  const values = await readSecrets(place, purpose, names, host);
  const missing = names.find((name) => !Object.hasOwn(values, name));
  if (missing !== undefined) throw secretMissing(place, missing, 'nothing is kept for this server under that name any more');
  return values;
}
