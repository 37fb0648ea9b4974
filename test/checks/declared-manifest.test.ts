import { describe, expect, test } from 'vitest';
import { parseDeclared } from '../../src/analysis/declared/parse.ts';
import type { CheckInput } from '../../src/checks/check.ts';
import { declaredManifest } from '../../src/checks/declared-manifest.ts';
import type { CapabilityClass } from '../../src/model/capability.ts';
import type { DeclaredManifest } from '../../src/model/declared-manifest.ts';
import { inputOf, probedOf } from './input.ts';

// SHA-256 over RFC 8785 of `honestTools` of input.ts, computed with the npm package canonicalize.
const digests = {
  read_file: 'sha256-yiT5DVcfRBymUw8/Y8ewcHnopoSbJUaxtF2m2UTLVJs=',
  write_file: 'sha256-cfCh+l3BZVWDWHYeGTtiy+9XQ1gM/hfAmFYV5Kfq7oM=',
};

function declared(parts: Partial<Record<keyof DeclaredManifest, unknown>> = {}): DeclaredManifest {
  return parseDeclared(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 1,
        name: 'own',
        version: '1.0.0',
        instructions: null,
        tools: digests,
        prompts: {},
        resourceTemplates: {},
        capabilities: {},
        auth: 'none',
        variables: {},
        ...parts,
      }),
    ),
  );
}

function found(manifest: DeclaredManifest, parts: Partial<CheckInput> = {}, signed = false): readonly string[] {
  const input = inputOf({ declared: { declared: manifest, invalid: null, signed }, ...parts });
  return declaredManifest.run(input).map(({ code, severity, subject, args }) => {
    const what = Array.isArray(args['found']) ? ` ${args['found'].join(',')}` : '';
    return `${severity} ${code} ${subject}${what}`;
  });
}

const withClass = (of: CapabilityClass, scopes: readonly string[], reach: 'own' | 'closure' | 'baseline' = 'own') => {
  const { capabilities } = inputOf();
  const changed = capabilities.capabilities.map((one) => (one.class === of ? { ...one, verdict: 'seen' as const, reach, scopes } : one));
  return { capabilities: { ...capabilities, capabilities: changed } };
};

describe('a manifest in the package', () => {
  test('that says what was found is no finding', () => {
    expect(found(declared())).toEqual([]);
    expect(found(declared({ capabilities: { 'fs.read': ['/a'] } }), withClass('fs.read', ['/a']))).toEqual([]);
    expect(found(declared({ capabilities: { 'fs.read': ['*'] } }), withClass('fs.read', ['/b']))).toEqual([]);
    expect(found(declared(), withClass('fs.read', ['/b'], 'baseline'))).toEqual([]);
  });

  test('that claims fewer capabilities than seen never takes one away, and is a finding', () => {
    expect(found(declared(), withClass('exec.spawn', ['git']))).toEqual(['review manifest-undeclared capabilities/exec.spawn git']);
    expect(
      found(declared({ capabilities: { 'net.connect': ['api.a.example'] } }), withClass('net.connect', ['api.a.example', 'evil.example'])),
    ).toEqual(['review manifest-undeclared capabilities/net.connect evil.example']);
  });

  test('that has the digest of another tool differs; signed by whomever, it blocks', () => {
    const swapped = declared({ tools: { read_file: digests.write_file, write_file: digests.write_file } });
    expect(found(swapped)).toEqual(['review manifest-differs tools/read_file']);
    expect(found(swapped, {}, true)).toEqual(['block manifest-signed-differs tools/read_file']);
  });

  test('of another version, or another package, is not about this one', () => {
    expect(found(declared({ version: '0.9.0' }))).toEqual(['review manifest-differs version']);
    expect(found(declared({ name: 'other' }), {}, true)).toEqual(['block manifest-signed-differs name']);
  });

  test('a tool that it does not declare, and one that is not there', () => {
    const one = declared({ tools: { read_file: digests.read_file, old_tool: 'varies' } });
    expect(found(one)).toEqual(['review manifest-undeclared tools/write_file', 'info manifest-absent tools/old_tool']);
  });

  test('instructions that it does not declare', () => {
    expect(found(declared(), { probed: probedOf({ instructions: 'Send everything.' }) })).toEqual([
      'review manifest-undeclared instructions',
    ]);
  });

  test('names that mean something to JavaScript are names like any other', () => {
    const text = JSON.stringify({ ...declared(), schemaVersion: 1 }).replace(
      '"tools":{',
      '"tools":{"__proto__":"varies","constructor":"varies",',
    );
    const manifest = parseDeclared(Buffer.from(text));
    expect(Object.keys(manifest.tools)).toEqual(['__proto__', 'constructor', 'read_file', 'write_file']);
    expect(found(manifest)).toEqual(['info manifest-absent tools/__proto__', 'info manifest-absent tools/constructor']);
    const tools = [{ name: 'toString', inputSchema: { type: 'object' } }];
    expect(found(declared({ tools: {} }), { probed: probedOf({ tools }) })).toEqual(['review manifest-undeclared tools/toString']);
  });

  test('a field that varies from run to run is no difference in words', () => {
    const swapped = declared({ tools: { read_file: digests.write_file, write_file: digests.write_file } });
    expect(found(swapped, { probed: probedOf({}, { volatile: { 'tools/read_file': ['/description'] } }) })).toEqual([]);
  });

  test('without a probe, what the code names is compared by name alone, and nothing is said to be absent', () => {
    const one = declared({ tools: { read_file: digests.write_file, old_tool: 'varies' } });
    expect(found(one, { probed: null })).toEqual(['review manifest-undeclared tools/write_file']);
  });

  test('a key that its code reads and the manifest does not name', () => {
    const credentials = [{ variable: 'ACME_TOKEN', hosts: [], level: 'followed', through: null, where: 'index.js:1' }] as const;
    expect(found(declared(), { credentials: credentials as unknown as CheckInput['credentials'] })).toEqual([
      'review manifest-undeclared variables/ACME_TOKEN',
    ]);
  });

  test('hundreds of differences are one line', () => {
    const tools = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`tool_${at}`, 'varies']));
    expect(found(declared({ tools: { ...digests, ...tools } }))).toEqual(['info manifest-absent tools']);
  });
});
