import { type IdentifiedEntry, identifiedEntries, sameContainer } from '../clients/entry-identity.ts';
import { readConfig } from '../clients/found-config.ts';
import { configFiles, type EditTarget } from '../clients/locations.ts';
import type { PlannedChange, PlannedEdit } from '../clients/plan-edit.ts';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { readEntryRecord, recordMore } from '../store/entry-record.ts';
import { findProject } from '../store/find-project.ts';

/**
 * Lets `watch` accept what a command of ours is about to write, before it is written: a person asked for it, so in a
 * project's files it is trusted as well. What cannot be noted is only seen as somebody else's.
 */
export async function acceptEdited(edits: readonly PlannedChange[], planned: readonly PlannedEdit[], host: Host): Promise<void> {
  const written = edits.filter(({ change }) => change.kind !== 'remove' && !(change.kind === 'switch' && !change.on));
  const find = async () => {
    const found: IdentifiedEntry[] = [];
    for (const { after, entries } of planned) {
      for (const { target } of entries.filter((entry) => written.some((edit) => edit.target === entry.target)))
        found.push(...(await identified(after, target, host)));
    }
    return found;
  };
  await noted(find, { inProject: written.some(({ target }) => target.scope === 'project') }, host);
}

/** The same for entries that stay as they are in their files. */
export async function acceptAsTheyAre(targets: readonly EditTarget[], host: Host): Promise<void> {
  const find = async () => {
    const found: IdentifiedEntry[] = [];
    for (const target of targets) {
      const config = await readConfig(target.file, host);
      if (config.state === 'read') found.push(...(await identified(config.bytes, target, host)));
    }
    return found;
  };
  await noted(find, { inProject: targets.some(({ scope }) => scope === 'project') }, host);
}

/**
 * Lets `watch` accept everything in a file that gets earlier bytes back; null = it goes. `path`: symlinks resolved. What a
 * project brought is not trusted by that: nobody looked at it.
 */
export async function acceptRestored(path: string, bytes: Uint8Array | null, host: Host): Promise<void> {
  const find = async () => {
    const project = await findProject(host);
    const found: IdentifiedEntry[] = [];
    for (const file of await configFiles({ project }, host)) {
      const real = file.path === path ? path : await host.files.realPath(file.path).catch(() => null);
      if (real === path) found.push(...identifiedEntries(bytes, file, project));
    }
    return found;
  };
  await noted(find, { inProject: false }, host);
}

async function noted(
  find: () => Promise<readonly IdentifiedEntry[]>,
  { inProject }: { readonly inProject: boolean },
  host: Host,
): Promise<void> {
  try {
    // Where `watch` never ran there is nothing to keep it from.
    const watched = (await readEntryRecord('accepted', host)) !== null;
    if (!watched && !inProject) return;
    const found = await find();
    if (watched) await recordMore('accepted', found, host);
    if (inProject)
      await recordMore(
        'trusted',
        found.filter(({ entry }) => entry.scope === 'project'),
        host,
      );
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
  }
}

async function identified(bytes: Uint8Array, target: EditTarget, host: Host): Promise<readonly IdentifiedEntry[]> {
  const files = await configFiles({ client: target.client, project: target.project }, host);
  const file = files.find(({ path }) => path === target.file);
  if (file === undefined) return [];
  return identifiedEntries(bytes, file, target.project).filter(
    ({ entry }) => entry.name === target.name && sameContainer(entry.rawPath, target.rawPath),
  );
}
