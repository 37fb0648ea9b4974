import { resolve } from 'node:path';
import { proposeSandbox, type WantedMasks } from '../analysis/sandbox-proposal.ts';
import type { Host } from '../host/host.ts';
import type { Disclosure } from '../model/disclosure.ts';
import { GuardError } from '../model/errors.ts';
import {
  isSandboxHost,
  isSandboxPath,
  isVariableName,
  type PinnedSandbox,
  type SandboxPlan,
  sandboxContradiction,
} from '../model/sandbox-profile.ts';
import { pathIn, toTemplate } from '../model/surroundings.ts';
import { sandboxState } from '../sandbox/state.ts';

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
  const state = await sandboxState(host);
  const unavailable = state.available ? null : state.why;
  if (!asked && pinned !== undefined) return { profile: pinned, kept: true, unknown: [], notProposed: [], maskable: {}, unavailable };
  const proposal = proposeSandbox(facts, await foldersIn(facts.launch.args, host), masks);
  const empty = Object.entries(proposal.profile.mask).find(([, hosts]) => hosts.length === 0);
  if (empty !== undefined) {
    throw new GuardError('usage', `nobody knows where \`${empty[0]}\` belongs`, {
      why: 'the code names no host of its brand, or the table of vendors does not know it',
      hint: `--mask ${empty[0]}=<host>`,
    });
  }
  const wrong = sandboxContradiction(proposal.profile);
  if (wrong !== null) throw new GuardError('usage', 'that is no profile', { why: wrong });
  return { ...proposal, kept: false, unavailable };
}

function wantedMasks(texts: readonly string[]): WantedMasks {
  return Object.fromEntries(
    texts.map((text) => {
      const [name = '', hosts] = text.split('=', 2);
      const list = hosts?.split(',').map((one) => one.trim().toLowerCase()) ?? null;
      if (!isVariableName(name) || list?.some((one) => !isSandboxHost(one) || one.startsWith('*.')) === true) {
        throw new GuardError('usage', '--mask takes NAME=host, or NAME', { hint: 'for example: --mask GITHUB_TOKEN=api.github.com' });
      }
      return [name, list];
    }),
  );
}

/** The files and folders among the arguments, as a lock writes them. */
async function foldersIn(args: readonly string[], host: Host): Promise<readonly string[]> {
  const named = args.map((arg) => pathIn(arg) ?? (/^\.{1,2}(?:\/|$)/.test(arg) ? resolve(host.places.cwd, arg) : null));
  const found = await Promise.all(
    named.map(async (path) => {
      const stat = path === null ? null : await host.files.stat(path).catch(() => null);
      return stat === null || path === null ? null : toTemplate(resolve(path), { home: host.places.home });
    }),
  );
  return found.filter((path) => path !== null).filter(isSandboxPath);
}
