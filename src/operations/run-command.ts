import { resolve, win32 } from 'node:path';
import type { Host } from '../host/host.ts';
import { digestHex, digestValue } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { pinWord } from '../model/filled.ts';
import type { PinnedWord } from '../model/pin.ts';
import { printable } from '../model/printable.ts';
import { secretSpans } from '../model/secret-spans.ts';
import { shellLine } from '../model/shell-line.ts';
import type { CommandTicket } from '../model/ticket.ts';
import { findProject } from '../store/find-project.ts';
import type { FirstUseFile } from '../store/first-use.ts';
import { readPolicyFiles } from '../store/policy-files.ts';
import { type ServerPlace, serverFile } from '../store/server-place.ts';
import { launch } from './launch.ts';
import type { LoadLook } from './offer-link.ts';

/** A server that is started through the guard without being installed. */
export interface RunCommandInput {
  /** Program and arguments, at least one word. May hold secrets: never shown. */
  readonly words: readonly string[];
  /** A file that holds the pins instead of the store, as it was typed; null = the store. */
  readonly pins: string | null;
  /** As `RunInput.look`. */
  readonly look?: LoadLook;
}

/**
 * Starts any command behind the gate and holds it to the words of its first start; nothing needs to be set up. Keyed by
 * the exact launch: another argument is another server. What it cannot know it says once, on stderr. Refusals and exit
 * codes as `run`. Policy counts as for a pin: a command that it does not let run is not started.
 */
export async function runCommand({ words, pins, look }: RunCommandInput, host: Host): Promise<number> {
  const pinned = await pinnedLaunch(words, host);
  const pinDigest = digestValue({ launch: pinned });
  const place: ServerPlace = { name: nameOf(words, digestHex(pinDigest)), scope: 'user', project: null };
  const path = pins === null ? serverFile('first-use', place, host) : resolve(host.places.cwd, pins);
  const firstUse: FirstUseFile = { path, name: place.name, pinDigest, launch: pinned, committed: pins !== null };
  const label = shellLine(pinned);
  const ticket: CommandTicket = {
    version: 1,
    name: place.name,
    scope: 'user',
    lockPath: path,
    pinDigest,
    label,
    state: 'first-use',
    mode: 'block',
    manifest: null,
    templates: {},
    policy: [],
    tree: null,
    launch: { command: asItIs(words[0] ?? ''), args: words.slice(1).map(asItIs), cwd: null },
  };
  const prepare = async () => ({
    place,
    ticket,
    firstUse,
    remedy: printable(shellLine(['pinfold', 'approve', ...(pins === null ? [] : ['--pins', path]), place.name]), { maxLength: 5_000 }),
    values: [],
    hold: null,
    sandbox: null,
    look: look ?? null,
    pinned: false,
    clear: async () => {
      const elicitationHosts = await hostsByPolicy(words, place.name, host);
      host.terminal.stderr.write(
        `pinfold: ${place.name}: held to its words; which bytes \`${printable(program(words))}\` loads, and whose, is not known\n`,
      );
      return { ticket: { ...ticket, elicitationHosts }, envNames: [], stale: false };
    },
  });
  return launch(`user:${place.name}`, prepare, host);
}

/** Nothing in a word of this command line is a placeholder. */
function asItIs(word: string): PinnedWord {
  return pinWord(word, [], {});
}

/** A name that `runCommand` gives: it stands for a launch, not for a pin of a lock. */
export function isCommandName(name: string): boolean {
  return /^run-[a-z0-9.-]{1,32}-[0-9a-f]{16}$/.test(name);
}

function nameOf(words: readonly string[], digest: string): string {
  const slug = program(words)
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  return `run-${slug.slice(0, 32) || 'command'}-${digest.slice(0, 16)}`;
}

function program(words: readonly string[]): string {
  return win32.basename(words[0] ?? ''); // takes both kinds of slashes
}

/**
 * The launch as a record may say it: secrets left open, home as `{{home}}`, and a file of the working folder by its whole
 * path: `node server.js` is one server here and another one elsewhere.
 */
async function pinnedLaunch(words: readonly string[], host: Host): Promise<readonly PinnedWord[]> {
  const { cwd, home } = host.places;
  const absolute = await Promise.all(
    words.map(async (word) => {
      if (word.startsWith('-') || word === '' || word.includes('\0')) return word;
      const path = resolve(cwd, word);
      return path !== word && (await host.files.stat(path).catch(() => null)) !== null ? path : word;
    }),
  );
  const spans = secretSpans(words);
  return absolute.map((word, at) => (word === words[at] ? pinWord(word, spans[at] ?? [], { home }) : pinWord(word, [], { home })));
}

/** Where policy lets a person be sent by a command that it lets run. @throws GuardError `policy-denied`, `policy-invalid`. */
async function hostsByPolicy(words: readonly string[], name: string, host: Host): Promise<readonly (readonly string[])[]> {
  const project = await findProject(host);
  const files = await readPolicyFiles(host, project);
  if (files.every(({ bytes }) => bytes === null)) return [];
  const { commandVerdict } = await import('./launch-policy.ts');
  const verdict = await commandVerdict(words, name, project, host);
  if (verdict.allowed) return verdict.elicitationHosts;
  const { code, what, why, hint } = verdict;
  throw new GuardError(code, what, { ...(why === null ? {} : { why }), ...(hint === null ? {} : { hint }) });
}
