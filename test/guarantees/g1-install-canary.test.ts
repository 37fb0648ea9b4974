import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeSandboxed } from '../support/contained.ts';
import { launch, type Machine, machine, realProgram } from '../support/guarantee.ts';

const packageName = '@pinfold-fixture/everywhere';
const marker = `pinfold-g1-install-${process.pid}`;
let box: Machine;
let folders: readonly string[];

beforeAll(async () => {
  box = await machine();
  // Everywhere a program of this user, or of a careless installer, could leave something.
  folders = [box.home, box.data, box.config, join(box.home, 'tmp'), join(box.home, '.cursor'), tmpdir(), '/tmp', '/var/tmp', '/dev/shm'];
  publish('1.0.0', 'sing');
  publish('2.0.0', 'sing', 'dance');
});

afterAll(() => box.close());

beforeEach(() => {
  for (const path of canaries()) rmSync(path, { force: true });
});

/** A server, and a dependency, every part of which leaves a canary: scripts of both spellings, module bodies, tools, a native build. */
function publish(version: string, ...tools: readonly string[]): void {
  const dependency = `${packageName}-dependency`;
  const leave = [
    "import { appendFileSync } from 'node:fs';",
    `for (const folder of ${JSON.stringify(folders)}.concat(import.meta.dirname ?? '.', process.cwd())) {`,
    '  try {',
    `    appendFileSync(folder + '/${marker}', process.argv.slice(1).join(' ') + '\\n');`,
    '  } catch {}',
    '}',
  ].join('\n');
  const scripts = Object.fromEntries(
    ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish', 'preprepare', 'dependencies', 'prerestart'].map((script) => [
      script,
      `node leave.mjs ${script}`,
    ]),
  );
  const files = {
    'leave.mjs': leave,
    'binding.gyp': `{"targets":[{"target_name":"x","actions":[],"variables":{"x":"<!(node leave.mjs gyp)"}}]}`,
  };
  const shared = { version, type: 'module', scripts, gypfile: true };
  box.registry.publish(dependency, version, {
    ...files,
    'package.json': JSON.stringify({ ...shared, name: dependency, exports: './leave.mjs' }),
  });
  const server = [
    '#!/usr/bin/env node',
    "import './leave.mjs';",
    `import '${dependency}';`,
    "import { serve } from '@pinfold-fixture/mini-mcp';",
    `const tools = ${JSON.stringify(tools)}.map((name) => ({ name, description: 'Sings.', inputSchema: { type: 'object' }, run: () => import('./leave.mjs?' + name) }));`,
    "serve({ info: { name: 'everywhere', version: '1' }, tools });",
  ].join('\n');
  const dependencies = { [dependency]: version, '@pinfold-fixture/mini-mcp': '^1.0.0' };
  box.registry.publish(packageName, version, {
    ...files,
    'index.js': server,
    'package.json': JSON.stringify({ ...shared, name: packageName, bin: { everywhere: 'index.js' }, dependencies }),
  });
}

/** Canaries where they were aimed at, and below the home (trees and scratch folders included). */
function canaries(): readonly string[] {
  const aimed = folders.map((folder) => join(folder, marker)).filter((path) => existsSync(path));
  const below = readdirSync(box.home, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith(marker));
  return [...new Set([...aimed, ...below.map((path) => join(box.home, path))])];
}

describeSandboxed('G1: from info to update, no code of the server reaches the machine', () => {
  test('neither scripts nor module bodies leave a canary in info, install, diff, update and audit, with a probe in between', async () => {
    const said = [
      await box.pinfold(['info', '--json', `${packageName}@1.0.0`]),
      await box.pinfold(['install', '--no-probe', `${packageName}@1.0.0`]),
      await box.pinfold(['install', `${packageName}@1.0.0`], { answers: ['n'] }),
      await box.pinfold(['install', '--yes', '--name', 'everywhere', `${packageName}@1.0.0`]),
      await box.pinfold(['diff', 'everywhere', `${packageName}@2.0.0`]),
      await box.pinfold(['update', 'everywhere', '--yes']),
      await box.pinfold(['update', 'everywhere', '--rollback']),
      await box.pinfold(['audit']),
      await box.pinfold(['store', 'verify']),
      await box.pinfold(['list']),
      await box.pinfold(['remove', 'everywhere']),
    ];
    expect(said.map(({ code }) => code)).toEqual([0, 75, 1, 0, 1, 0, 0, 0, 0, 0, 0]);
    // The probes did start it, or this would prove little.
    expect(JSON.parse(said[0]?.stdout ?? '').manifest.probed.tools).toMatchObject([{ name: 'sing' }]);
    expect(said[5]?.stderr).toContain('+ tool dance');
    expect(canaries()).toEqual([]);
  });

  test('the server does leave canaries once it was approved and is started, so the test above can fail', async () => {
    expect(await box.pinfold(['install', '--yes', '--no-probe', '--name', 'everywhere', `${packageName}@1.0.0`])).toMatchObject({
      code: 0,
    });
    expect(canaries()).toEqual([]);
    expect(await launch([...realProgram, 'run', 'everywhere'], box.env, box.home)).toMatchObject({ answer: { result: {} } });
    expect(canaries()).toEqual(expect.arrayContaining(folders.map((folder) => join(folder, marker))));
    expect(readFileSync(join(box.home, marker), 'utf8')).not.toMatch(/install|gyp/);
  });

  test('--probe-unsandboxed asks for a yes of its own, and a no starts nothing', async () => {
    const said = await box.pinfold(['info', '--probe-unsandboxed', `${packageName}@1.0.0`], { answers: ['n'] });
    expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining('outside any sandbox') });
    expect(await box.pinfold(['install', '--yes', '--probe-unsandboxed', `${packageName}@1.0.0`])).not.toMatchObject({ code: 0 });
    expect(canaries()).toEqual([]);
  });
});
