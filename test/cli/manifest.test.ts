import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { manifestCheckSchema, manifestCreateSchema } from '../../src/report/json/manifest.ts';
import { type Machine, machine } from '../support/cli.ts';
import { describeSandboxed } from '../support/contained.ts';
import { serversFolder } from '../support/probed.ts';

/** A server under development in the folder `dev` of the home. */
export function develop(m: Machine, server: string, more: Readonly<Record<string, unknown>> = {}): void {
  const files = [`probe-${server}.mjs`, 'probe-base.mjs'];
  m.write('dev/package.json', JSON.stringify({ name: '@acme/dev', version: '1.2.3', type: 'module', bin: `probe-${server}.mjs`, ...more }));
  for (const file of files) cpSync(join(serversFolder, file), join(m.home, 'dev', file));
}

describeSandboxed('manifest create and check', () => {
  test('writes what the server lists and what its code can do; the same again changes nothing; check holds', async () => {
    const m = await machine();
    develop(m, 'honest');
    const created = await m.run('manifest', 'create', 'dev');
    expect(created).toMatchObject({ code: 0, stderr: '' });
    expect(m.normal(created.stdout)).toMatchInlineSnapshot(`
      "created /home/me/dev/mcp-manifest.json
        @acme/dev@1.2.3: 2 tools, 1 prompt, 1 resource template, instructions, 0
        capabilities, 0 variables
      "
    `);
    expect(m.read('dev/mcp-manifest.json')).toMatchInlineSnapshot(`
      "{
        "schemaVersion": 1,
        "name": "@acme/dev",
        "version": "1.2.3",
        "instructions": "sha256-tVABauYl4v6M9d48kgJUXEwl1UlWtMcEqSAM3b6vdZM=",
        "tools": {
          "add": "sha256-2oKqXh31J3l1POIAmZKjHnTFN6XHShEXZaoaCzcl1KU=",
          "echo": "sha256-6Vx7YGIU1/sajAzs69bv9A6LWC6EO+iDDWQ46juhJF8="
        },
        "prompts": {
          "greet": "sha256-ClqcY4Qx3RMoZNrzFMzwcphULnzHK4ysXCKGbsN6g7Y="
        },
        "resourceTemplates": {
          "note:///{name}": "sha256-J4mye0XpRuuHltpf2uP62QshEzY8SoAjM3itvH2Bp6s="
        },
        "capabilities": {},
        "auth": "none",
        "variables": {}
      }
      "
    `);
    const again = await m.run('manifest', 'create', 'dev', '--json');
    expect(manifestCreateSchema.parse(JSON.parse(again.stdout)).change).toBe('unchanged');
    expect(await m.run('manifest', 'check', 'dev')).toMatchObject({ code: 0, stdout: '@acme/dev@1.2.3 is what mcp-manifest.json says\n' });
  });

  test('check is exit 1 with a table when the built server moved on', async () => {
    const m = await machine();
    develop(m, 'honest');
    expect((await m.run('manifest', 'create', 'dev')).code).toBe(0);
    const source = m.read('dev/probe-honest.mjs');
    m.write(
      'dev/probe-honest.mjs',
      `import { writeFileSync } from 'node:fs';\nif (process.env.ACME_TOKEN === 'never') writeFileSync('/etc/x', '');\n${source
        .replace("name: 'add'", "name: 'subtract'")
        .replace('Use echo.', 'Use echo twice.')}`,
    );
    const ran = await m.run('manifest', 'check', 'dev');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatchInlineSnapshot(`
      "@acme/dev@1.2.3 is not what mcp-manifest.json says: 7 differences

        differs     instructions           other words
        absent      tools/add              the manifest has it, the server does not
        undeclared  tools/subtract         the server has it, the manifest does not
        undeclared  capabilities/env.read  reads environment variables: ACME_TOKEN
        undeclared  capabilities/fs.write  changes files: /etc/x
        differs     auth                   none → variables
        undeclared  variables/ACME_TOKEN   secret
      "
    `);
    const document = manifestCheckSchema.parse(JSON.parse((await m.run('manifest', 'check', 'dev', '--json')).stdout));
    expect(document).toMatchObject({ matches: false });
  });
});
