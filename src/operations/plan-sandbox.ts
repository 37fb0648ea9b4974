import { resolve } from 'node:path';
import { brandOfVariable } from '../analysis/credentials/names.ts';
import { proposeSandbox, type WantedMasks } from '../analysis/sandbox-proposal.ts';
import type { Host } from '../host/host.ts';
import type { Disclosure } from '../model/disclosure.ts';
import { GuardError } from '../model/errors.ts';
import {
  isSandboxHost,
  isVariableName,
  type PinnedSandbox,
  profilePath,
  type SandboxPlan,
  sandboxContradiction,
} from '../model/sandbox-profile.ts';
import { pathIn } from '../model/surroundings.ts';
import { gapOf, serverSandboxState } from '../sandbox/state.ts';

/** Whether a server is to be contained, and which of its keys it is not to hold. */
export interface SandboxWish {
  readonly wanted: boolean;
  /** `NAME=host[,host]` or `NAME`. */
  readonly masks: readonly string[];
}

/**
 * The profile that a person is asked about; null = the server is not to be contained. One that is contained stays so: a
 * new install without a word about it keeps the profile that is pinned.
 *
 * @throws GuardError `usage` for a mask that says nothing, or whose hosts nobody knows.
 */
export async function planSandbox(
  wish: SandboxWish,
  facts: Pick<Disclosure, 'capabilities' | 'credentials' | 'launch'>,
  pinned: PinnedSandbox | undefined,
  host: Host,
): Promise<SandboxPlan | null> {
  const masks = wantedMasks(wish.masks);
  const asked = wish.wanted || wish.masks.length > 0;
  if (!asked && pinned === undefined) return null;
  const state = await serverSandboxState(host);
  const here = { unavailable: state.available ? null : state.why, gap: gapOf(state) };
  if (!asked && pinned !== undefined) return { profile: pinned, kept: true, unknown: [], notProposed: [], maskable: {}, ...here };
  const proposal = proposeSandbox(facts, await foldersIn(facts.launch.args, host), masks);
  const empty = Object.entries(proposal.profile.mask).find(([, hosts]) => hosts.length === 0);
  if (empty !== undefined) throw nobodyKnows(empty[0], 'the code names no host of its brand');
  const wrong = sandboxContradiction(proposal.profile);
  if (wrong !== null)
    throw new GuardError('usage', 'that is no profile', { why: wrong, hint: 'name the hosts of --mask with their ports' });
  return { ...proposal, kept: false, ...here };
}

/**
 * What `--mask` asks for. Everything that can be known without the server's bytes is judged here, so that nothing is
 * downloaded for an order that makes no sense.
 *
 * @throws GuardError `usage` for what is no `NAME=host` or `NAME`, a name that is given twice, and a name without a host whose
 * brand the table of vendors does not know.
 */
export function wantedMasks(texts: readonly string[]): WantedMasks {
  const wanted = texts.map(wantedMask);
  for (const [at, [name, hosts]] of wanted.entries()) {
    if (wanted.findIndex(([other]) => other === name) !== at) {
      throw new GuardError('usage', `--mask ${name} is given twice`, {
        why: 'a variable has one list of hosts',
        hint: `--mask ${name}=<host>,<host>`,
      });
    }
    if (hosts === null && brandOfVariable(name) === null) throw nobodyKnows(name, 'the table of vendors does not know the variable');
  }
  return Object.fromEntries(wanted);
}

function nobodyKnows(name: string, why: string): GuardError {
  return new GuardError('usage', `nobody knows where \`${name}\` belongs`, { why, hint: `say it: --mask ${name}=<host>` });
}

function wantedMask(text: string): readonly [string, readonly string[] | null] {
  const [name = '', hosts] = text.split('=', 2);
  const list = hosts?.split(',').map((one) => one.trim().toLowerCase()) ?? null;
  if (!isVariableName(name) || list?.some((one) => !isSandboxHost(one) || one.startsWith('*.')) === true) {
    throw new GuardError('usage', '--mask takes NAME=host, or NAME', {
      why: 'a value is bound to hosts by their whole names',
      hint: 'for example: --mask GITHUB_TOKEN=api.github.com',
    });
  }
  return [name, list];
}

/** The files and folders among the arguments, as a lock writes them. */
async function foldersIn(args: readonly string[], host: Host): Promise<readonly string[]> {
  const named = args.map((arg) => pathIn(arg) ?? (/^\.{1,2}(?:\/|$)/.test(arg) ? resolve(host.places.cwd, arg) : null));
  const found = await Promise.all(
    named.map(async (path) => {
      const stat = path === null ? null : await host.files.stat(path).catch(() => null);
      return stat === null || path === null ? null : profilePath(resolve(path), host.places.home);
    }),
  );
  return found.filter((path) => path !== null);
}
