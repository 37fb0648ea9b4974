import { spawn } from 'node:child_process';
import process from 'node:process';

/** Waits for a word on standard input; when its other end closes without one, everything named is killed. */
const script = 'read -r word || kill -s KILL -- "$@"';

/**
 * Sees to it that processes end when this process does, however that happens: whoever is killed (SIGKILL) ends
 * nothing itself, and a server that ignores the end of its input would stay. A shell in a session of its own waits at a
 * pipe that only this process holds; the kernel closes it with us. Returns what to call once they are gone. `targets` are
 * ids, of a group with a minus.
 *
 * POSIX only, and only where there is `/bin/sh`; elsewhere nothing happens. What left the group by itself (`setsid`) is
 * not reached.
 */
export function endsWithUs(targets: readonly number[]): () => void {
  if (process.platform === 'win32') return () => undefined;
  const watcher = spawn('/bin/sh', ['-c', script, 'pinfold: ends a server with its guard', ...targets.map(String)], {
    cwd: '/',
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true, // neither Ctrl-C nor the end of a terminal reaches it
  });
  watcher.on('error', () => undefined); // no such shell
  watcher.stdin.on('error', () => undefined); // it ended before us
  // It must not keep this process.
  watcher.unref();
  if ('unref' in watcher.stdin) (watcher.stdin as { unref(): void }).unref();
  return () => void watcher.stdin.end('gone\n');
}
