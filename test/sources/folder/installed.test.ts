import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { installedPackages } from '../../../src/sources/folder/installed.ts';
import { readFolder } from '../../../src/sources/folder/read.ts';
import { parseManifest } from '../../../src/sources/npm/manifest.ts';
import { temporaryHost } from '../../support/home.ts';

function project(files: Readonly<Record<string, object | string>>) {
  const host = temporaryHost();
  const folder = join(host.places.home, 'dev');
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  const installed = async (own: object) => {
    const { manifest } = parseManifest(Buffer.from(JSON.stringify(own)), 'dev');
    const { packages, missing } = await installedPackages(folder, manifest, host);
    return { packages: packages.map(({ path, version }) => `${path}@${version}`), missing };
  };
  return { host, folder, installed };
}

describe('what is installed below a folder', () => {
  test('is found as Node finds it: nested first, then one level up; what nobody needs is left out', async () => {
    const { installed } = project({
      'node_modules/a/package.json': { name: 'a', version: '1.0.0', dependencies: { b: '*', '@s/c': '*' } },
      'node_modules/a/node_modules/b/package.json': { name: 'b', version: '2.0.0', dependencies: { '@s/c': '*' } },
      'node_modules/b/package.json': { name: 'b', version: '1.0.0' },
      'node_modules/@s/c/package.json': { name: '@s/c', version: '3.0.0', dependencies: { a: '*' } },
      'node_modules/dev-only/package.json': { name: 'dev-only', version: '1.0.0' },
    });
    expect(await installed({ dependencies: { a: '*', gone: '*' }, optionalDependencies: { fsevents: '*' } })).toEqual({
      packages: ['node_modules/@s/c@3.0.0', 'node_modules/a@1.0.0', 'node_modules/a/node_modules/b@2.0.0'],
      missing: ['gone'],
    });
  });

  test('never leads out of the folder: not by a link, not by a name, not above it', async () => {
    const { installed, folder, host } = project({ 'node_modules/.keep': '' });
    const outside = join(host.places.home, 'node_modules', 'outside');
    mkdirSync(outside, { recursive: true });
    writeFileSync(join(outside, 'package.json'), JSON.stringify({ name: 'outside', version: '6.6.6' }));
    symlinkSync(outside, join(folder, 'node_modules', 'linked'));
    const names = ['outside', 'linked', '../../node_modules/outside', '/etc', '.', '..', '.keep'];
    const dependencies = Object.fromEntries(names.map((name) => [name, '*']));
    expect(await installed({ dependencies })).toEqual({ packages: [], missing: [...names].sort() });
  });

  test('own files are regular files only, without node_modules and .git, sorted', async () => {
    const { host, folder } = project({
      'b.js': 'b',
      'a/c.js': 'c',
      'node_modules/x/index.js': 'x',
      '.git/config': 'g',
      'lib/node_modules/y.js': 'y',
    });
    symlinkSync('/etc/passwd', join(folder, 'passwd.js'));
    symlinkSync('/etc', join(folder, 'etc'));
    const files = await readFolder(folder, host);
    expect(files.map(({ path, bytes }) => `${path}=${Buffer.from(bytes)}`)).toEqual(['a/c.js=c', 'b.js=b']);
  });
});
