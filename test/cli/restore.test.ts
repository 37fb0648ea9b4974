import { existsSync, readdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { restoreSchema } from '../../src/report/json/entries.ts';
import { type Machine, machine } from '../support/cli.ts';

const mine = '{\n  // mine\n  "mcpServers": { "shed": { "command": "shed", "env": { "K": "canary-mine" } } }\n}\n';

/** A machine whose Cursor file and Claude Code file were touched by `sync`; the second was not there before. */
async function touched(): Promise<Machine> {
  const m = await machine();
  m.write('.cursor/mcp.json', '{"mcpServers": {"tools": {"command": "tools"}}}');
  m.write('.codeium/windsurf/mcp_config.json', mine.replace('  // mine\n', ''));
  expect((await m.run('sync', '--from', 'cursor', '--to', 'windsurf,claude-code')).code).toBe(0);
  return m;
}

const windsurf = '.codeium/windsurf/mcp_config.json';

describe('restore', () => {
  test('says what there is and what would change, by name, and changes nothing', async () => {
    const m = await touched();
    const before = m.files();
    const ran = await m.run('restore', '--list', '--json');
    const { files } = restoreSchema.parse(JSON.parse(ran.stdout));
    expect(files.map(({ entries, existed }) => [existed, entries])).toEqual([
      [false, [{ name: 'tools', change: 'removed' }]],
      [true, [{ name: 'tools', change: 'removed' }]],
    ]);
    expect((await m.run('restore', '--list')).stdout).toContain('-tools');
    expect(ran.stdout).not.toContain('canary');
    expect(m.files()).toEqual(before);
    expect((await m.run('restore')).code).toBe(75);
    expect((await m.person(['n'], 'restore')).code).toBe(1);
    expect(m.files()).toEqual(before);
  });

  test('gives back the bytes of the first touch, also when there was no file, and can be undone', async () => {
    const m = await touched();
    const guarded = m.read(windsurf);
    expect((await m.person(['y'], 'restore')).code).toBe(0);
    expect(m.read(windsurf)).toBe(mine.replace('  // mine\n', ''));
    expect(existsSync(join(m.home, '.claude.json'))).toBe(false);
    expect((await m.run('restore', '--yes')).stdout).toContain('nothing to restore');
    expect((await m.run('restore', '--undo', '--yes', join(m.home, windsurf))).code).toBe(0);
    expect(m.read(windsurf)).toBe(guarded);
  });

  test('the next touch after a restore takes a new backup', async () => {
    const m = await touched();
    await m.run('restore', '--yes');
    m.write(windsurf, '{"mcpServers": {}}\n');
    await m.run('sync', '--from', 'cursor', '--to', 'windsurf');
    await m.run('restore', '--yes', join(m.home, windsurf));
    expect(m.read(windsurf)).toBe('{"mcpServers": {}}\n');
  });

  test('a file that pinfold never touched, and an undo without a restore, are refused', async () => {
    const m = await touched();
    expect((await m.run('restore', '--yes', join(m.home, '.cursor/mcp.json'))).stderr).toContain('never touched');
    expect((await m.run('restore', '--undo', '--yes', join(m.home, windsurf))).stderr).toContain('was not restored');
  });

  test('a record that speaks of another file, or is damaged, restores nothing', async () => {
    const m = await touched();
    const folder = join(m.host.places.data, 'backups');
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.json'))) {
      writeFileSync(
        join(folder, name),
        JSON.stringify({ version: 1, path: join(m.home, 'victim'), existed: true, takenAt: '2026-01-01T00:00:00Z' }),
      );
    }
    const ran = await m.run('restore', '--yes', join(m.home, windsurf));
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('cannot be used');
    expect((await m.run('restore', '--yes')).stdout).toContain('nothing to restore');
    expect(existsSync(join(m.home, 'victim'))).toBe(false);
  });

  test('a path that became a link since is not written through', async () => {
    const m = await touched();
    m.write('victim', 'untouched');
    unlinkSync(join(m.home, windsurf));
    symlinkSync(join(m.home, 'victim'), join(m.home, windsurf));
    await m.run('restore', '--yes');
    expect(m.read('victim')).toBe('untouched');
  });
});
