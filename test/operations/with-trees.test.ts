import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withTrees } from '../../src/operations/with-trees.ts';
import { fetchPackage } from '../../src/sources/npm/fetch.ts';
import { resolveNpm } from '../../src/sources/npm/resolve.ts';
import { type Machine, machine } from '../support/cli.ts';
import { npmReference } from '../support/npm-reference.ts';

const notes = '@pinfold-fixture/notes@1.0.0';

/** Lays `notes` out, does something while the tree is there, and fails. Returns the tree's path. */
async function failing(m: Machine, meanwhile: () => Promise<unknown>): Promise<string> {
  const resolution = await resolveNpm(npmReference([notes]), m.host);
  let path = '';
  const wanted = { closure: resolution.closure, files: (pkg: Parameters<typeof fetchPackage>[1]) => fetchPackage(resolution, pkg, m.host) };
  const use = async ([tree]: readonly { readonly path: string }[]) => {
    path = tree?.path ?? '';
    expect(existsSync(path)).toBe(true);
    await meanwhile();
    throw new Error('no');
  };
  await expect(withTrees([wanted], use, m.host)).rejects.toThrow('no');
  return path;
}

test('a tree that was made for a change that failed goes again, with what lies beside it', async () => {
  const m = await machine();
  const path = await failing(m, async () => undefined);
  for (const file of [path, `${path}.index.json`, `${path}.index.json.checked`]) expect(existsSync(file)).toBe(false);
});

test('a tree that another command pinned meanwhile stays', async () => {
  const m = await machine();
  const path = await failing(m, () => m.person(['y'], 'install', '--no-probe', notes, '--', '/srv/notes'));
  expect(existsSync(path)).toBe(true);
  expect((await m.run('audit', '--json')).stdout).not.toContain('tree-');
});
