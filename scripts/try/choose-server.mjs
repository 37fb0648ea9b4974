import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { say } from './say.mjs';

/** The real filesystem server when the configured npm registry answers, else the notes server of this repository. */
export async function chooseServer(home) {
  const real = {
    name: '@modelcontextprotocol/server-filesystem',
    pin: 'filesystem',
    older: '2025.11.25',
    newer: '2026.8.31',
    from: 'the npm registry that npm is configured for',
    call: (folder) => ({ name: 'list_directory', args: { path: folder }, what: 'in the folder that it was given' }),
  };
  const asked = spawnSync('npm', ['view', `${real.name}@${real.older}`, 'version'], {
    env: { ...home.env, npm_config_fetch_retries: '0', npm_config_fetch_timeout: '15000' },
    encoding: 'utf8',
    timeout: 30_000,
    shell: process.platform === 'win32',
  });
  if (asked.status === 0 && asked.stdout.includes(real.older)) return real;
  say('The npm registry is out of reach from here, so the story uses the small packages of this repository,');
  say('served by a registry on this machine.');
  return {
    name: '@pinfold-fixture/notes',
    pin: 'notes',
    older: '1.0.0',
    newer: '2.0.0',
    from: `${join('fixtures', 'packages')}, served by a registry on this machine`,
    call: () => ({ name: 'read_note', args: { title: 'shopping' }, what: 'in the folder that it was given' }),
  };
}
