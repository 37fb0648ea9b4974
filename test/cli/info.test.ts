import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { infoSchema } from '../../src/report/json/info.ts';
import { machine } from '../support/cli.ts';

const notes = '@pinfold-fixture/notes@2.0.0';

describe('info --why', () => {
  test('names every place, the way from the bin, and how sure it is; for what was not seen, what was read', async () => {
    const m = await machine();
    const ran = await m.run('info', '--why', 'exec.spawn,user.capture', notes);
    expect(ran.code).toBe(0);
    expect(m.normal(ran.stdout)).toMatchInlineSnapshot(`
      "@pinfold-fixture/notes 2.0.0

      exec.spawn  runs other programs: seen in its own code
        on  git
        in the file that is started
          node_modules/@pinfold-fixture/notes/index.js:133
            calls it, and names on what

      user.capture  captures clipboard, screen, camera, microphone or keys: not seen
        read: 3 files that can run, of 3 packages, with the rules js-<rules>
      "
    `);
  });

  test('where code cannot be read: the file, why, and how it is reached', async () => {
    const m = await machine();
    const scrambled = Array.from({ length: 30 }, (_, at) => `const _0x${(at + 4096).toString(16)} = ${at};`).join('\n');
    m.registry.publish('scrambled', '1.0.0', {
      'package.json': JSON.stringify({ name: 'scrambled', version: '1.0.0', bin: 'index.js' }),
      'index.js': "require('./lib.js');",
      'lib.js': scrambled,
    });
    const ran = await m.run('info', '--why', 'net.connect', 'scrambled@1.0.0');
    expect(m.normal(ran.stdout)).toMatchInlineSnapshot(`
      "scrambled 1.0.0

      net.connect  connects to the network: cannot tell
        nothing that could be read shows it, but code that can run cannot be read:
        starts node_modules/scrambled/index.js
          node_modules/scrambled/lib.js
            is obfuscated
        read: 2 files that can run, of 1 package, with the rules js-<rules>
      "
    `);
    const card = await m.run('info', '--no-probe', 'scrambled@1.0.0');
    expect(card.stdout).toContain('not an MCP server');
    expect(card.stdout).toContain('because node_modules/scrambled/lib.js is obfuscated');
  });

  test('an unknown class is exit 2, with all classes and the nearest', async () => {
    const m = await machine();
    const ran = await m.run('info', '--why', 'fs.wriet', notes);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('exec.install, exec.spawn');
    expect(ran.stderr).toContain('hint: pinfold info --why fs.write <server>');
  });

  test('--json is an info document', async () => {
    const m = await machine();
    const ran = await m.run('info', '--why', 'exec.spawn', '--json', '--no-probe', notes);
    const document = infoSchema.parse(JSON.parse(ran.stdout));
    expect(document.capabilities.find((one) => one.class === 'exec.spawn')?.evidence[0]?.path.length).toBeGreaterThan(0);
  });
});

describe('info --html', () => {
  test('writes one page beside the card, over a file that is there, through a link', async () => {
    const m = await machine();
    // From the second look on the card says that packages were read before.
    await m.run('info', '--no-probe', notes);
    const plain = await m.run('info', '--no-probe', notes);
    const ran = await m.run('info', '--no-probe', '--html', 'card.html', notes);
    expect(ran).toMatchObject({ code: 0, stdout: plain.stdout });
    const page = readFileSync(join(m.home, 'card.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>\n/);
    expect(page).toContain('@pinfold-fixture/notes 2.0.0');
    m.write('kept.html', 'older');
    symlinkSync(join(m.home, 'kept.html'), join(m.home, 'link.html'));
    await m.run('info', '--no-probe', '--html', 'link.html', notes);
    expect(m.read('kept.html')).toBe(page);
  });

  test('- prints the page and nothing else', async () => {
    const m = await machine();
    const ran = await m.run('info', '--no-probe', '--html', '-', notes);
    expect(ran.stdout).toMatch(/^<!doctype html>\n[\s\S]*<\/html>\n$/);
    expect((await m.run('info', '--html', '-', '--json', notes)).code).toBe(2);
  });

  test('a folder is refused before anything is fetched', async () => {
    const m = await machine();
    mkdirSync(join(m.home, 'folder'));
    const before = m.files();
    const ran = await m.run('info', '--no-probe', '--html', 'folder', 'there-is-no-such-package');
    expect(ran).toMatchObject({ code: 3, stdout: '' });
    expect(ran.stderr).toContain('it is a folder');
    expect(m.files()).toEqual(before);
  });
});
