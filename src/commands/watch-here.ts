import type { Host } from '../host/host.ts';
import { notify } from '../operations/notify.ts';
import { projectFolder } from '../operations/project-folder.ts';
import { type WatchRequest, watch } from '../operations/watch.ts';
import { styleFor } from '../report/style.ts';
import { noticeText, watchText } from '../report/watch.ts';

/** As typed. */
export interface WatchOptions extends Pick<WatchRequest, 'once' | 'accept' | 'poll'> {
  readonly projects: readonly string[];
  /** One document per line instead of text. */
  readonly json: boolean;
}

/** Watches, tells each event on stdout and the serious ones on the desktop. Returns how many entries were caught. */
export async function watchHere({ projects, json, ...options }: WatchOptions, host: Host): Promise<number> {
  const { home } = host.places;
  const style = styleFor(host.terminal.colour.stdout, host.terminal.columns);
  const folders: string[] = [];
  for (const named of projects) folders.push((await projectFolder(named, host)) ?? named);
  return watch(
    {
      ...options,
      projects: folders,
      tell(event) {
        host.terminal.stdout.write(`${json ? JSON.stringify(event) : watchText(event, home, style)}\n`);
        const notice = noticeText(event);
        // Nobody waits for it: a desktop that does not answer must not hold up the next look.
        if (notice !== null) void notify('pinfold', notice, host);
      },
    },
    host,
  );
}
