import { generateKeyPairSync } from 'node:crypto';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSecretKey } from '../../src/provenance/local-key.ts';
import { signSsh } from '../../src/provenance/sshsig.ts';
import { manifestChangelogSchema } from '../../src/report/json/changelog.ts';
import { infoSchema } from '../../src/report/json/info.ts';
import { manifestCheckSchema, manifestCreateSchema } from '../../src/report/json/manifest.ts';
import { type Machine, machine } from '../support/cli.ts';
import { describeSandboxed } from '../support/contained.ts';
import { serversFolder } from '../support/probed.ts';

/** A server under development in the folder `dev` of the home. */
function develop(m: Machine, server: string, more: Readonly<Record<string, unknown>> = {}): void {
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

describeSandboxed('manifest create beyond the plain case', () => {
  test('a text that names where it runs has no digest that would hold elsewhere', async () => {
    const m = await machine();
    develop(m, 'folder');
    expect((await m.run('manifest', 'create', 'dev')).code).toBe(0);
    const { tools } = JSON.parse(m.read('dev/mcp-manifest.json')) as { tools: Record<string, string> };
    expect(Object.values(tools)).toContain('varies');
  });

  test('with a command of its own; what cannot be looked at is named; what an author knows better is kept', async () => {
    const m = await machine();
    develop(m, 'honest', { bin: undefined, dependencies: { 'not-installed': '1' } });
    m.write('dev/server.mjs', `import './probe-honest.mjs';\nprocess.env.ACME_MODE;\n`);
    const without = await m.run('manifest', 'create', 'dev');
    expect(without.code).toBe(3);
    expect(without.stderr).toContain('no program to start');
    const created = await m.run('manifest', 'create', 'dev', '--', 'node', './server.mjs');
    expect(created.code).toBe(0);
    expect(created.stderr).toContain('not looked at, because not installed below the folder: not-installed');
    m.write('dev/mcp-manifest.json', m.read('dev/mcp-manifest.json').replace('"plain"', '"secret"').replace('"none"', '"oauth"'));
    const again = await m.run('manifest', 'create', 'dev', '--json', '--', 'node', 'server.mjs');
    expect(JSON.parse(again.stdout)).toMatchObject({
      change: 'unchanged',
      manifest: { auth: 'oauth', variables: { ACME_MODE: 'secret' } },
    });
    for (const command of [['sh', '-c', 'true'], ['node', '../outside.mjs'], ['node'], ['node', '-e', '1']])
      expect((await m.run('manifest', 'create', 'dev', '--', ...command)).code).toBe(2);
  });

  test('where there is no sandbox nothing is started, nothing is written, and check does not pass', async () => {
    const m = (await machine()).with((host) => ({ ...host, machine: { ...host.machine, platform: 'win32' } }));
    develop(m, 'honest');
    const before = m.files();
    const created = await m.run('manifest', 'create', 'dev');
    expect(created).toMatchObject({ code: 3, stdout: '' });
    expect(m.files()).toEqual(before);
    m.write('dev/mcp-manifest.json', JSON.stringify(published));
    expect((await m.run('manifest', 'check', 'dev')).code).toBe(3);
  });
});

const published = {
  schemaVersion: 1,
  name: '@acme/dev',
  version: '1.2.3',
  instructions: 'sha256-tVABauYl4v6M9d48kgJUXEwl1UlWtMcEqSAM3b6vdZM=',
  tools: {
    add: 'sha256-2oKqXh31J3l1POIAmZKjHnTFN6XHShEXZaoaCzcl1KU=',
    echo: 'sha256-6Vx7YGIU1/sajAzs69bv9A6LWC6EO+iDDWQ46juhJF8=',
  },
  prompts: { greet: 'sha256-ClqcY4Qx3RMoZNrzFMzwcphULnzHK4ysXCKGbsN6g7Y=' },
  resourceTemplates: { 'note:///{name}': 'sha256-J4mye0XpRuuHltpf2uP62QshEzY8SoAjM3itvH2Bp6s=' },
  capabilities: {},
  auth: 'none',
  variables: {},
};

/** The honest server as a published package, with more files. */
function publish(m: Machine, files: Readonly<Record<string, string>>, version = '1.2.3'): void {
  const read = (name: string) => readFileSync(join(serversFolder, name), 'utf8');
  m.registry.publish('@acme/dev', version, {
    'package.json': JSON.stringify({ name: '@acme/dev', version, type: 'module', bin: 'probe-honest.mjs' }),
    'probe-honest.mjs': read('probe-honest.mjs'),
    'probe-base.mjs': read('probe-base.mjs'),
    ...files,
  });
}

const of = (stdout: string) => {
  const { evidence, findings, capabilities } = infoSchema.parse(JSON.parse(stdout));
  return {
    line: evidence.find(({ source }) => source === 'declared-manifest'),
    found: findings.filter(({ code }) => code.startsWith('manifest-')).map(({ code, subject }) => `${code} ${subject}`),
    seen: capabilities.filter(({ verdict, reach }) => verdict === 'seen' && reach === 'own').map((one) => one.class),
  };
};

describeSandboxed('info of a package that ships a manifest', () => {
  test('unsigned and true: one line of evidence, no finding, and the card says so', async () => {
    const m = await machine();
    publish(m, { 'mcp-manifest.json': JSON.stringify(published) });
    const { line, found } = of((await m.run('info', '--json', '@acme/dev@1.2.3')).stdout);
    expect(line).toMatchObject({ outcome: 'absent', detail: "the author's manifest is not signed" });
    expect(found).toEqual([]);
    expect((await m.run('info', '@acme/dev@1.2.3')).stdout.replace(/\s+/g, ' ')).toContain("the author's manifest is not signed");
  });

  test('signed by a key that nobody named is not trusted, and weighs heavier when it contradicts', async () => {
    const m = await machine();
    const { privateKey } = generateKeyPairSync('ed25519', {
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const key = readSecretKey(privateKey, null);
    const lie = JSON.stringify({ ...published, tools: { ...published.tools, add: published.tools.echo } });
    publish(m, { 'mcp-manifest.json': lie, 'mcp-manifest.json.sig': signSsh('pinfold-manifest', Buffer.from(lie), key) });
    const ran = await m.run('info', '--json', '@acme/dev@1.2.3');
    const { line, found } = of(ran.stdout);
    expect(line?.outcome).toBe('absent');
    expect(line?.detail).toMatch(/^the author's manifest: signed with SHA256:\S+, which nobody named$/);
    expect(found).toEqual(['manifest-signed-differs tools/add']);
    expect(ran.code).toBe(1);
    // The same signature beside other bytes does not hold.
    publish(
      m,
      { 'mcp-manifest.json': JSON.stringify(published), 'mcp-manifest.json.sig': signSsh('pinfold-manifest', Buffer.from(lie), key) },
      '1.2.4',
    );
    expect(of((await m.run('info', '--json', '--no-probe', '@acme/dev@1.2.4')).stdout)).toMatchObject({
      line: { outcome: 'invalid' },
      found: expect.arrayContaining(['manifest-invalid @acme/dev']),
    });
  });

  test('a manifest that denies what the code does takes nothing off the card', async () => {
    const m = await machine();
    const code = `import { execFileSync } from 'node:child_process';\nif (process.argv[2] === 'x') execFileSync('git', ['status']);\n`;
    publish(m, {
      'mcp-manifest.json': JSON.stringify(published),
      'probe-honest.mjs': code + readFileSync(join(serversFolder, 'probe-honest.mjs'), 'utf8'),
    });
    const { found, seen } = of((await m.run('info', '--json', '--no-probe', '@acme/dev@1.2.3')).stdout);
    expect(found).toContain('manifest-undeclared capabilities/exec.spawn');
    expect(seen).toContain('exec.spawn');
  });

  test('what is no manifest is a finding, and stops nothing', async () => {
    const m = await machine();
    publish(m, { 'mcp-manifest.json': '{"schemaVersion":1,"__proto__":{}}' });
    const { line, found } = of((await m.run('info', '--json', '--no-probe', '@acme/dev@1.2.3')).stdout);
    expect(line?.outcome).toBe('invalid');
    expect(found).toEqual(['manifest-invalid @acme/dev']);
  });
});

describeSandboxed('manifest changelog', () => {
  test('of two manifests, in words', async () => {
    const m = await machine();
    m.write('old.json', JSON.stringify({ ...published, capabilities: { 'net.connect': ['api.acme.example'], 'env.read': ['A'] } }));
    const now = {
      ...published,
      version: '1.3.0',
      instructions: null,
      tools: { add: published.tools.echo, subtract: 'varies' },
      capabilities: { 'fs.write': ['/etc'], 'net.connect': ['*', 'api.acme.example'], 'exec.spawn': [] },
      auth: 'variables',
      variables: { ACME_TOKEN: 'secret' },
    };
    m.write('new.json', JSON.stringify(now));
    const ran = await m.run('manifest', 'changelog', 'old.json', 'new.json', '--out', 'CHANGES.md');
    expect(ran).toMatchObject({ code: 0, stdout: '', stderr: 'written to CHANGES.md\n' });
    expect(m.read('CHANGES.md')).toMatchInlineSnapshot(`
      "# \`@acme/dev@1.2.3\` → \`@acme/dev@1.3.0\`

      From the manifests of both releases: what their author declares.

      ## It can do more

      - can now run other programs (\`exec.spawn\`)
      - can now write files outside its folder: \`/etc\` (\`fs.write\`)
      - can now connect to the network in more places, any host (\`net.connect\`)

      ## It can do less

      - can no longer read environment variables (\`env.read\`)

      ## What it says to the model

      - the tool \`add\` says other words
      - the tool \`echo\` is gone
      - new tool \`subtract\`
      - its instructions are gone

      ## What it asks for

      - reads \`ACME_TOKEN\`, a secret
      - signing in: \`none\` → \`variables\`
      "
    `);
    const document = JSON.parse((await m.run('manifest', 'changelog', 'old.json', 'new.json', '--json')).stdout);
    expect(manifestChangelogSchema.parse(document)).toEqual(document);
    expect((await m.run('manifest', 'changelog', 'old.json', 'old.json')).stdout).toContain('It can do, says and asks for the same.');
    expect((await m.run('manifest', 'changelog', 'old.json', '@acme/dev')).code).toBe(2);
  });

  test('of two published versions, from their bytes', async () => {
    const m = await machine();
    const code = `import { writeFileSync } from 'node:fs';\nif (process.argv[2] === 'x') writeFileSync('/etc/x', '');\n`;
    const server = readFileSync(join(serversFolder, 'probe-honest.mjs'), 'utf8');
    publish(m, {});
    publish(m, { 'probe-honest.mjs': code + server.replace("name: 'add'", "name: 'subtract'") }, '1.3.0');
    const ran = await m.run('manifest', 'changelog', '@acme/dev@1.2.3', '@acme/dev@1.3.0');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatchInlineSnapshot(`
      "# \`@acme/dev@1.2.3\` → \`@acme/dev@1.3.0\`

      From the published bytes of both releases.

      ## It can do more

      - can now write files outside its folder: \`/etc/x\` (\`fs.write\`)

      ## What it says to the model

      - the tool \`add\` is now called \`subtract\`
      "
    `);
  });
});
