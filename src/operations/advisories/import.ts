import { resolve } from 'node:path';
import { archivedRecords } from '../../advisories/osv-archive.ts';
import type { Host } from '../../host/host.ts';
import type { Advisory } from '../../model/advisory.ts';
import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { epochMs, isoTime } from '../../model/time.ts';
import { type ArchiveState, readArchives, replaceArchive } from '../../store/advisory-archive.ts';
import type { Progress } from '../progress.ts';

export interface ImportedArchive extends ArchiveState {
  /** Files of the archive that hold no record that can be understood. */
  readonly unreadable: number;
}

/**
 * Takes in a whole database of an ecosystem (`all.zip` of OSV), in the place of the one before: with it, everything can be
 * compared without a network, and bytes can be found by their hash under any name. As old as its newest record.
 *
 * @throws GuardError `archive-hostile`, `file-not-found`, `file-too-large`, `usage` for a database that is older than the one that is there
 */
export async function importArchive(file: string, host: Host, progress: Progress): Promise<readonly ImportedArchive[]> {
  const bytes = await host.files.readBytes(resolve(host.places.cwd, file), limits.osvArchiveMaxBytes);
  const byType = new Map<string, Advisory[]>();
  let unreadable = 0;
  let read = 0;
  for await (const record of archivedRecords(bytes)) {
    read += 1;
    if (read % 5_000 === 0) progress(`reading advisories (${read})`);
    if (record === null) {
      unreadable += 1;
      continue;
    }
    for (const type of new Set(record.affected.map(({ subject }) => subject.slice(4, subject.indexOf('/'))))) {
      const records = byType.get(type);
      if (records === undefined) byType.set(type, [record]);
      else records.push(record);
    }
  }
  if (byType.size === 0) {
    throw new GuardError('archive-hostile', `${file} holds no advisories about anything that pinfold installs`, {
      why: `${read} files, ${unreadable} of them no record in OSV form`,
      hint: 'download https://osv-vulnerabilities.storage.googleapis.com/npm/all.zip',
    });
  }
  const before = await readArchives(host).catch(() => []);
  const imported: ImportedArchive[] = [];
  for (const [type, records] of byType) {
    const newestMs = records.reduce((newest, { modified }) => Math.max(newest, epochMs(modified) ?? 0), 0);
    const at = isoTime(Math.min(host.now(), newestMs));
    const known = before.find((one) => one.type === type);
    if (known !== undefined && at < known.at) {
      throw new GuardError('usage', `${file} is older than the database that is there`, {
        why: `its newest record for ${type} is of ${at.slice(0, 10)}, and there is one of ${known.at.slice(0, 10)}`,
        hint: 'get a newer export and give that',
      });
    }
    imported.push({ ...(await replaceArchive(type, at, records, host)), unreadable });
  }
  return imported;
}
