import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { GuardError } from '../../src/model/errors.ts';
import { disclose } from '../../src/operations/disclose.ts';
import { resolveServer } from '../../src/operations/load.ts';
import { parseReference } from '../../src/sources/reference.ts';
import { registryHost } from '../support/registry.ts';

const reference = parseReference(['@pinfold-fixture/notes@1.0.0'], null);
const request = { reference, typed: 'notes', probe: 'none', envNames: [] } as const;
const quiet = () => undefined;

/** The host, with every tarball that is asked for written down. */
function counted(host: Host): { readonly host: Host; readonly asked: string[] } {
  const asked: string[] = [];
  const tarball: Host['npm']['tarball'] = (url, ...rest) => {
    asked.push(url.slice(url.lastIndexOf('/') + 1));
    return host.npm.tarball(url, ...rest);
  };
  return { host: { ...host, npm: { ...host.npm, tarball } }, asked };
}

test('a second look without a probe asks for the package itself only, says the same, and tells what it did not download', async () => {
  const { host } = await registryHost();
  const { facts: first } = await disclose(request, host, quiet);
  const { host: again, asked } = counted(host);
  const { facts: second } = await disclose(request, again, quiet);
  expect(asked).toEqual(['notes-1.0.0.tgz']);
  const { evidence, ...rest } = second;
  const { evidence: before, ...same } = first;
  expect(rest).toEqual(same);
  const downloaded = (of: typeof evidence) => of.find(({ source }) => source === 'npm-tarballs');
  const all = first.closure.packages.length;
  expect(downloaded(before)).toMatchObject({
    outcome: 'verified',
    detail: expect.stringMatching(/^\d+ of \d+ packages downloaded, each equal to its hash$/),
  });
  expect(downloaded(evidence)?.detail).toMatch(
    new RegExp(`^1 of ${all} packages downloaded, each equal to its hash; \\d+ were read earlier on this machine, under the same hash$`),
  );
});

test('where a tree is laid out every package is downloaded and verified, known or not', async () => {
  const { host } = await registryHost();
  await disclose(request, host, quiet);
  const { host: again, asked } = counted(host);
  const { load } = await resolveServer(reference, again);
  const { analyse, evidence } = await load(join(host.places.home, 'tree'), quiet);
  await analyse();
  expect(asked.length).toBeGreaterThan(1);
  expect(evidence.find(({ source }) => source === 'npm-tarballs')?.detail).not.toContain('earlier');
});

test('a failure while packages are taken in ends the workers that have begun', async () => {
  const { host } = await registryHost();
  const pids: number[] = [];
  const refused = new GuardError('registry-unreachable', 'gone');
  const failing: Host = {
    ...host,
    processes: {
      ...host.processes,
      spawn: async (...given) => {
        const child = await host.processes.spawn(...given);
        pids.push(child.pid);
        return child;
      },
    },
    npm: {
      ...host.npm,
      tarball: (url, ...rest) => (url.endsWith('/notes-1.0.0.tgz') ? host.npm.tarball(url, ...rest) : Promise.reject(refused)),
    },
  };
  await expect(disclose(request, failing, quiet)).rejects.toBe(refused);
  for (const pid of pids) expect(host.processes.isAlive(pid)).toBe(false);
});
