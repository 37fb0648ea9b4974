import { resolve } from 'node:path';
import { changelogOfDiff, changelogOfManifests } from '../../analysis/declared/changelog.ts';
import type { Host } from '../../host/host.ts';
import type { Changelog } from '../../model/changelog.ts';
import { GuardError } from '../../model/errors.ts';
import { diff } from '../diff.ts';
import type { ProbeChoice } from '../look.ts';
import type { Progress } from '../progress.ts';
import { readDeclared } from './file.ts';

export interface ChangelogRequest {
  /** Paths of two manifests, or two references or pins as `diff` takes them. */
  readonly from: string;
  readonly to: string;
  readonly probe: ProbeChoice;
}

/**
 * What changed between two releases. Two files are compared as they are, offline; anything else is resolved, downloaded and
 * analysed as `diff` does.
 *
 * @throws GuardError as `readDeclared` and `diff`; `usage` for one file and one reference
 */
export async function changelog({ from, to, probe }: ChangelogRequest, host: Host, progress: Progress): Promise<Changelog> {
  const paths = [from, to].map((text) => (isFile(text) ? resolve(host.places.cwd, text) : null));
  const [before, after] = paths;
  if (typeof before === 'string' && typeof after === 'string') {
    const [old, now] = [await readDeclared(before, host), await readDeclared(after, host)];
    return changelogOfManifests(old.declared, now.declared);
  }
  if (typeof before === 'string' || typeof after === 'string') {
    throw new GuardError('usage', 'a manifest can only be compared with a manifest', {
      why: 'one side is a file, the other is not',
      hint: 'pinfold manifest changelog <old>.json <new>.json',
    });
  }
  return changelogOfDiff(await diff({ from, to, probe }, host, progress));
}

/** No package is called so: names end in no `.json` with a folder before, and files are named by their ending. */
function isFile(text: string): boolean {
  return /\.json$/.test(text);
}
