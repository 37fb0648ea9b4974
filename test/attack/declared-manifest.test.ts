import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDeclared } from '../../src/analysis/declared/parse.ts';
import { GuardError } from '../../src/model/errors.ts';
import { machine } from '../support/cli.ts';

const digest = `sha256-${'A'.repeat(43)}=`;
const plain = {
  schemaVersion: 1,
  name: 'a',
  version: '1.0.0',
  instructions: null,
  tools: { t: digest },
  prompts: {},
  resourceTemplates: {},
  capabilities: { 'fs.read': ['*'] },
  auth: 'none',
  variables: { KEY: 'secret' },
};
const text = (parts: object = {}): string => JSON.stringify({ ...plain, ...parts });

function faultOf(json: string | Uint8Array): unknown {
  try {
    parseDeclared(typeof json === 'string' ? Buffer.from(json) : json);
  } catch (cause) {
    if (cause instanceof GuardError) return cause.code;
    throw cause;
  }
  return 'accepted';
}

describe('a hostile mcp-manifest.json', () => {
  test('the plain one is accepted', () => {
    expect(faultOf(text())).toBe('accepted');
  });

  test.each([
    ['empty', ''],
    ['not an object', '[]'],
    ['no version', text({ schemaVersion: undefined })],
    ['a version that is text', text({ schemaVersion: '1' })],
    ['a member too many', text({ trusted: true })],
    ['a member too few', text({ tools: undefined })],
    ['a member twice', text().replace('"tools":{', '"tools":{},"tools":{')],
    ['a tool twice', text().replace('"tools":{', `"tools":{"t":"${digest}",`)],
    ['a tool twice, once escaped', text().replace('"tools":{', `"tools":{"\\u0074":"${digest}",`)],
    ['a lone surrogate', text().replace('"name":"a"', '"name":"\\ud800"')],
    ['nested deep', text({ tools: { t: [[[[[[[]]]]]]] } })],
    ['a digest of another kind', text({ tools: { t: 'md5-AAAA' } })],
    ['a digest that is too short', text({ tools: { t: 'sha256-AAAA' } })],
    ['a digest in another spelling', text({ tools: { t: `sha256-${'A'.repeat(42)}B=` } })],
    ['a digest that is an object', text({ tools: { t: {} } })],
    ['tools in a list', text({ tools: [digest] })],
    ['a class that does not exist', text({ capabilities: { 'fs.reed': [] } })],
    ['a class of every object', text({ capabilities: { constructor: [] } })],
    ['scopes that are no list', text({ capabilities: { 'fs.read': '*' } })],
    ['a scope that is no text', text({ capabilities: { 'fs.read': [{}] } })],
    ['auth of another kind', text({ auth: 'toString' })],
    ['a variable that is neither', text({ variables: { KEY: 'public' } })],
    ['a name without end', text({ name: 'a'.repeat(5_000) })],
    ['a tool whose name has no end', text({ tools: { ['a'.repeat(5_000)]: digest } })],
    [
      'more tools than any list may have',
      text({ tools: Object.fromEntries(Array.from({ length: 5_001 }, (_, at) => [`t${at}`, 'varies'])) }),
    ],
    ['__proto__ that is no digest', text().replace('"tools":{', '"tools":{"__proto__":{"polluted":true},')],
    ['10 MB', text({ name: 'a' }).replace('"a"', `"${' '.repeat(10 * 1024 * 1024)}"`)],
    ['a byte-order mark', `\ufeff${text()}`],
  ])('%s is no manifest', (_name, json) => {
    expect(faultOf(json)).toBe('manifest-invalid');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('not UTF-8 is no manifest; a newer format is told from a wrong one', () => {
    expect(faultOf(Buffer.concat([Buffer.from(text()), Buffer.from([0xff])]))).toBe('manifest-invalid');
    expect(faultOf(text({ schemaVersion: 2 }))).toBe('manifest-too-new');
    expect(faultOf(text({ schemaVersion: 1e9, members: [] }))).toBe('manifest-too-new');
  });

  test('a link where the manifest should be is neither read nor written through', async () => {
    const m = await machine();
    const outside = join(m.home, 'outside.json');
    writeFileSync(outside, text());
    m.write('dev/package.json', JSON.stringify({ name: 'a', version: '1.0.0', bin: 'a.mjs' }));
    m.write('dev/a.mjs', '');
    symlinkSync(outside, join(m.home, 'dev', 'mcp-manifest.json'));
    m.write('key.pem', 'never read');
    for (const words of [
      ['create', 'dev'],
      ['check', 'dev'],
      ['sign', 'dev/mcp-manifest.json', '--key', 'key.pem'],
      ['changelog', 'dev/mcp-manifest.json', 'outside.json'],
    ]) {
      const ran = await m.run('manifest', ...words);
      expect(ran, words.join(' ')).toMatchObject({ code: 3, stdout: '' });
      expect(ran.stderr).toContain('not a regular file');
    }
    expect(readFileSync(outside, 'utf8')).toBe(text());
  });

  test('a link inside the folder is no file of the package: what it names is not read', async () => {
    const m = await machine();
    m.write('secret.json', '{"name":"stolen","version":"1.0.0"}');
    mkdirSync(join(m.home, 'dev'));
    symlinkSync(join(m.home, 'secret.json'), join(m.home, 'dev', 'package.json'));
    const ran = await m.run('manifest', 'create', 'dev');
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('there is no package.json');
    expect(ran.stdout + ran.stderr).not.toContain('stolen');
  });

  test('a name that would move the cursor or close the code span is made visible', async () => {
    const m = await machine();
    m.write('old.json', text());
    m.write('new.json', text({ tools: { t: digest, 'x`\u001b[2J\n# Trusted': 'varies' } }));
    const ran = await m.run('manifest', 'changelog', 'old.json', 'new.json');
    expect(ran.code).toBe(0);
    expect(ran.stdout).not.toContain('\u001b');
    expect(ran.stdout).not.toMatch(/^# Trusted/m);
    expect(
      ran.stdout
        .split('\n')
        .find((line) => line.includes('new tool'))
        ?.match(/`/g),
    ).toHaveLength(2);
  });
});
