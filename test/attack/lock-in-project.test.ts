import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeHost } from '../../src/host/node.ts';
import { emptyLock, withPin } from '../../src/lockfile/lock.ts';
import { printLock } from '../../src/lockfile/print.ts';
import {
  findProject,
  planClosure,
  planLock,
  planManifest,
  projectHome,
  readClosure,
  readLock,
  readManifest,
  userHome,
} from '../../src/store/home.ts';
import { readPolicies } from '../../src/store/policies.ts';
import { transact } from '../../src/store/transaction.ts';
import { closureOf, samplePackage, samplePin } from '../lockfile/sample.ts';
import { homeEnvironment, temporaryHome } from '../support/home.ts';

/** A repository in a home, with a file of the user's beside it. */
function clone() {
  const { home } = temporaryHome();
  const project = join(home, 'clone');
  fs.mkdirSync(join(project, '.pinfold'), { recursive: true });
  fs.writeFileSync(join(home, 'precious'), 'precious');
  return { home, project, precious: join(home, 'precious'), host: nodeHost({ env: homeEnvironment(home), cwd: project }) };
}

const lock = withPin(emptyLock, 'files', samplePin());
const closure = closureOf([samplePackage('@scope/files')]);

describe('a home', () => {
  test('gives back what was planned and applied', async () => {
    const { host, project } = clone();
    for (const home of [userHome(host), await projectHome(project, host)]) {
      const before = await readLock(home, host);
      expect(before).toEqual({ lock: emptyLock, bytes: null, digest: null });
      await transact([planLock(home, before, lock), await planClosure(home, 'files', closure, host)], host);
      const after = await readLock(home, host);
      expect(after.lock).toEqual(lock);
      expect(after.digest).toMatch(/^sha256-/);
      expect(await readClosure(home, after.lock, 'files', host)).toEqual(closure);
      expect(await readManifest(home, after.lock, 'files', host)).toBeNull();
      const again = planLock(home, after, after.lock);
      expect(Buffer.compare(again.after ?? Buffer.of(), after.bytes ?? Buffer.of())).toBe(0);
      await transact([await planClosure(home, 'files', null, host)], host);
      expect(await readClosure(home, after.lock, 'files', host)).toBeNull();
    }
  });

  test('a closure file that was swapped for another whole one is lock-invalid', async () => {
    const { host, project } = clone();
    const home = await projectHome(project, host);
    await transact([await planClosure(home, 'files', closureOf([samplePackage('@scope/files'), samplePackage('evil')]), host)], host);
    await expect(readClosure(home, lock, 'files', host)).rejects.toMatchObject({ code: 'lock-invalid' });
  });

  test.each(['../../precious', 'a/b', '__proto__', '..'])('a record for the name %j is never a path', async (name) => {
    const { host, project } = clone();
    await expect(planClosure(await projectHome(project, host), name, closure, host)).rejects.toThrow(TypeError);
  });
});

describe("a clone whose own files are links to the user's", () => {
  test.each(['lock.json', 'manifests/files.json', 'closures/files.json'])('%s', async (name) => {
    const { host, project, precious } = clone();
    const link = join(project, '.pinfold', name);
    fs.mkdirSync(join(link, '..'), { recursive: true });
    fs.symlinkSync(precious, link);
    const home = await projectHome(project, host);
    const attempt = async () => {
      await readLock(home, host);
      await transact([await planManifest(home, 'files', null, host), await planClosure(home, 'files', closure, host)], host);
    };
    await expect(attempt()).rejects.toMatchObject({ code: 'file-unreadable', hint: `rm ${link}` });
    expect(fs.readFileSync(precious, 'utf8')).toBe('precious');
    expect(fs.lstatSync(link).isSymbolicLink()).toBe(true);
  });

  test.each(['.pinfold', '.pinfold/closures'])('%s as a link to a folder', async (name) => {
    const { home: userFolder, host, project } = clone();
    fs.rmSync(join(project, name), { recursive: true, force: true });
    fs.mkdirSync(join(userFolder, 'elsewhere'));
    fs.symlinkSync(join(userFolder, 'elsewhere'), join(project, name));
    await expect(planClosure(await projectHome(project, host), 'files', closure, host)).rejects.toMatchObject({ code: 'file-unreadable' });
  });
});

describe('findProject', () => {
  test('is the nearest folder with .pinfold or .git, never the home', async () => {
    const { home, project } = clone();
    const at = (cwd: string) => findProject(nodeHost({ env: homeEnvironment(home), cwd }));
    fs.mkdirSync(join(project, 'deep', 'er'), { recursive: true });
    fs.mkdirSync(join(home, '.git'));
    expect(await at(join(project, 'deep', 'er'))).toBe(project);
    fs.writeFileSync(join(project, 'deep', '.git'), 'gitdir: elsewhere');
    expect(await at(join(project, 'deep', 'er'))).toBe(join(project, 'deep'));
    expect(await at(home)).toBeNull();
    fs.mkdirSync(join(home, 'plain'));
    expect(await at(join(home, 'plain'))).toBeNull();
  });
});

describe('policies on disk', () => {
  test('none is none, and every place is named for the ticket', async () => {
    const { host, project } = clone();
    const policies = await readPolicies(host, project);
    expect(policies.layers).toEqual([]);
    expect(policies.files.map(({ path, digest }) => [path, digest])).toEqual([
      [join(host.places.managed, 'policy.json'), null],
      [join(host.places.config, 'policy.json'), null],
      [join(project, '.pinfold', 'policy.json'), null],
    ]);
    expect((await readPolicies(host, null)).files).toHaveLength(2);
  });

  test.each(['managed', 'user', 'project'] as const)(
    'a %s policy counts, and locks everything when it is damaged in any way',
    async (layer) => {
      const { home, host: real, project } = clone();
      const host = { ...real, places: { ...real.places, managed: join(home, 'managed') } };
      const folder = { managed: host.places.managed, user: host.places.config, project: join(project, '.pinfold') }[layer];
      const path = join(folder, 'policy.json');
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(path, '{"version":1,"noMatch":"deny","allow":[]}');
      const policies = await readPolicies(host, project);
      expect(policies.layers).toMatchObject([{ layer, path, policy: { noMatch: 'deny', allow: [] } }]);
      expect(policies.layers[0]?.digest).toBe(policies.files.find((file) => file.path === path)?.digest);
      const damage: readonly (() => void)[] = [
        () => fs.writeFileSync(path, ''),
        () => fs.writeFileSync(path, '{"version":1,"noMatch":"deny"'),
        () => fs.writeFileSync(path, Buffer.from([0x7b, 0xff])),
        () => fs.truncateSync(path, 64 * 1024 * 1024),
        () => {
          fs.rmSync(path);
          fs.mkdirSync(path);
        },
        () => {
          fs.rmSync(path, { recursive: true });
          fs.symlinkSync(join(home, 'nowhere'), path);
        },
      ];
      for (const hurt of damage) {
        hurt();
        await expect(readPolicies(host, project)).rejects.toMatchObject({ code: 'policy-invalid', hint: expect.any(String) });
      }
    },
  );
});

test('a lock that is cut, too large, or no file is an error that changes nothing', async () => {
  const { host, project } = clone();
  const home = await projectHome(project, host);
  const path = join(project, '.pinfold', 'lock.json');
  fs.writeFileSync(path, printLock(lock).slice(0, -20));
  await expect(readLock(home, host)).rejects.toMatchObject({ code: 'lock-invalid' });
  fs.writeFileSync(path, Buffer.from([0xff]));
  await expect(readLock(home, host)).rejects.toMatchObject({ code: 'lock-invalid' });
  fs.truncateSync(path, 65 * 1024 * 1024);
  await expect(readLock(home, host)).rejects.toMatchObject({ code: 'file-too-large' });
  fs.rmSync(path);
  fs.mkdirSync(path);
  await expect(readLock(home, host)).rejects.toMatchObject({ code: 'file-unreadable' });
});
