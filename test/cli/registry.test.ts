import { describe, expect, test } from 'vitest';
import { infoSchema } from '../../src/report/json/info.ts';
import { verifySchema } from '../../src/report/json/verify.ts';
import { machine } from '../support/cli.ts';
import { playRegistry, registryRecord } from '../support/playing.ts';

const name = 'io.github.pinfold-fixture/notes';
const npm = (version: string) => ({ registryType: 'npm', identifier: '@pinfold-fixture/notes', version });

describe('a name of the MCP registry', () => {
  test('is looked at, and installed, as the package that its newest version lists', async () => {
    const records = [
      registryRecord(name, '1.0.0', { packages: [npm('1.0.0')] }),
      registryRecord(name, '1.1.0', { packages: [npm('1.1.0')] }, { isLatest: true }),
      registryRecord(name, '2.0.0', { packages: [npm('2.0.0')] }, { status: 'deleted' }),
    ];
    const m = await machine({ env: (await playRegistry(records)).env });
    const looked = await m.run('info', '--no-probe', '--json', name);
    const { artifact, evidence, reference } = infoSchema.parse(JSON.parse(looked.stdout));
    expect([reference, artifact.version]).toEqual([name, '1.1.0']);
    expect(evidence.filter(({ source }) => source.startsWith('registry-'))).toEqual([
      {
        source: 'registry-entry',
        outcome: 'verified',
        detail: `claimed at publish: ${name} 1.1.0, published 2026-01-02, active; it lists exactly this`,
      },
      { source: 'registry-ownership', outcome: 'verified', detail: `re-verified now: mcpName in its package.json is ${name}` },
      { source: 'registry-namespace', outcome: 'unavailable', detail: 'nothing names a repository of pinfold-fixture' },
    ]);
    const installed = await m.person(['y'], 'install', '--no-probe', `${name}@1.0.0`);
    expect(installed.code).toBe(0);
    expect(m.read('.cursor/mcp.json')).toContain('"notes"');
    const verified = await m.run('verify', name, '--json');
    expect(verifySchema.parse(JSON.parse(verified.stdout)).servers[0]?.label).toBe('pkg:npm/%40pinfold-fixture/notes@1.1.0');
  });

  test('that is not the one which the package carries blocks it', async () => {
    const squat = 'io.github.mallory/notes';
    const m = await machine({
      env: (await playRegistry([registryRecord(squat, '1.0.0', { packages: [npm('1.0.0')] }, { isLatest: true })])).env,
    });
    const ran = await m.run('info', '--no-probe', squat);
    expect(ran.code).toBe(1);
    expect(ran.stdout.replace(/\s+/g, ' ')).toContain(`its own bytes say so: mcpName in its package.json is ${name}`);
    expect((await m.run('verify', squat)).code).toBe(1);
  });

  test('that lists several servers asks which, with commands that work', async () => {
    const both = registryRecord(name, '1.0.0', { packages: [npm('1.0.0'), npm('1.1.0')] });
    const m = await machine({ env: (await playRegistry([both])).env });
    const ran = await m.run('info', '--no-probe', name);
    expect(ran.code).toBe(2);
    const hint = /hint: pinfold (.*)/.exec(ran.stderr)?.[1] ?? '';
    expect((await m.run(...hint.split(' '), '--no-probe')).code).toBe(0);
  });

  test('that cannot be asked about is not taken for another kind of name', async () => {
    const m = await machine();
    const ran = await m.run('info', name);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('PINFOLD_REGISTRY_URL says off');
  });
});
