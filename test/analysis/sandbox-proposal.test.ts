import { describe, expect, test } from 'vitest';
import { proposeSandbox } from '../../src/analysis/sandbox-proposal.ts';
import type { Capability, CapabilityClass } from '../../src/model/capability.ts';

function can(name: CapabilityClass, scopes: readonly string[], more: Partial<Capability> = {}): Capability {
  return { class: name, verdict: 'seen', reach: 'own', scopes, evidence: [], ...more };
}

function facts(capabilities: readonly Capability[], environment: readonly string[] = []) {
  return { capabilities: { ruleset: 'test', capabilities, environment, read: null }, credentials: [] };
}

describe('the profile that is proposed', () => {
  test('nothing seen: nothing is opened', () => {
    const { profile, unknown } = proposeSandbox(facts([can('net.connect', ['usual.dev'], { reach: 'baseline' })]), [], {});
    expect(profile).toEqual({ hosts: [], read: [], write: [], mask: {} });
    expect(unknown).toEqual([]);
  });

  test('hosts that its code names; documents and this machine are no reason to connect', () => {
    const found = [can('net.connect', ['api.github.com', 'docs.github.com', 'localhost', '*'])];
    const proposal = proposeSandbox(facts(found, ['GITHUB_TOKEN', 'HOME']), [], {});
    expect(proposal).toMatchObject({
      profile: { hosts: ['api.github.com'] },
      unknown: ['hosts'],
      notProposed: ['localhost'],
      maskable: { GITHUB_TOKEN: ['api.github.com'] },
    });
  });

  test('no host in its code, and a key whose brand is known: the domains of the brand', () => {
    const { profile, unknown } = proposeSandbox(facts([can('net.connect', ['*'])], ['GITHUB_TOKEN']), [], {});
    expect(profile.hosts).toContain('github.com');
    expect(unknown).toEqual(['hosts']);
  });

  test('a mask takes the host of its brand from the list, and puts it behind its port', () => {
    const found = facts([can('net.connect', ['api.github.com', 'telemetry.dev'])], ['GITHUB_TOKEN']);
    const { profile, maskable } = proposeSandbox(found, [], { GITHUB_TOKEN: null });
    expect(profile).toMatchObject({ hosts: ['api.github.com:443', 'telemetry.dev'], mask: { GITHUB_TOKEN: ['api.github.com:443'] } });
    expect(maskable).toEqual({});
    expect(proposeSandbox(found, [], { OTHER_TOKEN: null }).profile.mask).toEqual({ OTHER_TOKEN: [] });
  });

  test('a mask without a host, of a key whose server names none: hosts of the vendor in the table', () => {
    const { profile } = proposeSandbox(facts([can('net.connect', ['*'])], ['GITHUB_TOKEN']), [], { GITHUB_TOKEN: null });
    expect(profile.mask['GITHUB_TOKEN']).toContain('github.com:443');
    expect(proposeSandbox(facts([can('net.connect', ['*'])], ['OTHER_TOKEN']), [], { OTHER_TOKEN: null }).profile.mask).toEqual({
      OTHER_TOKEN: [],
    });
    expect(profile.hosts).toEqual(expect.arrayContaining([...(profile.mask['GITHUB_TOKEN'] ?? [])]));
  });

  test('folders that it is handed are written only by what writes; keys are left out', () => {
    const reads = proposeSandbox(facts([can('fs.read', ['<argument>/*', '~/.ssh/id_rsa'])]), ['{{home}}/notes'], {});
    expect(reads).toMatchObject({ profile: { read: ['{{home}}/notes'], write: [] }, unknown: [], notProposed: ['{{home}}/.ssh/id_rsa'] });
    const writes = proposeSandbox(facts([can('fs.write', ['~/.notes-server/*', '~/*', '*'])]), ['{{home}}/notes'], {});
    expect(writes).toMatchObject({ profile: { read: [], write: ['{{home}}/.notes-server', '{{home}}/notes'] }, unknown: ['paths'] });
  });

  test('the ports that its code listens on', () => {
    const { profile, unknown, notProposed } = proposeSandbox(facts([can('net.listen', ['*', ':3000', ':8080'])]), [], {});
    expect(profile.listen).toEqual([3000, 8080]);
    expect([unknown, notProposed]).toEqual([[], []]);
  });

  test.each([':0', ':65536', ':', ':1e3', ':3000x', '3000', ': 3000', ':-1', '127.0.0.1'])('no port: %s', (scope) => {
    const { profile, unknown } = proposeSandbox(facts([can('net.listen', [scope])]), [], {});
    expect(profile.listen).toBeUndefined();
    expect(unknown).toEqual(['ports']);
  });

  test.each([
    ['needs rights', 80],
    ['needs rights', 1023],
    ["is the proxy's", 1080],
    ["is the proxy's", 3128],
    ['is where a database is looked for, and told its password', 5432],
    ['is where a database is looked for, and told its password', 27017],
    ['is where Docker is looked for', 2375],
    ['is where a debugger is looked for', 9229],
  ])('a server that names a port that %s is not given it: %i', (_, port) => {
    const { profile, unknown, notProposed } = proposeSandbox(facts([can('net.listen', [`:${port}`])]), [], {});
    expect(profile.listen).toBeUndefined();
    expect([unknown, notProposed]).toEqual([['ports'], [`port ${port}`]]);
    expect(proposeSandbox(facts([can('net.listen', [`:${port}`, ':4567'])]), [], {}).profile.listen).toEqual([4567]);
  });

  test('a server that names many ports is given none of them', () => {
    const scopes = Array.from({ length: 9 }, (_, at) => `:${4000 + at}`);
    expect(proposeSandbox(facts([can('net.listen', scopes.slice(1))]), [], {}).profile.listen).toHaveLength(8);
    const { profile, unknown } = proposeSandbox(facts([can('net.listen', scopes)]), [], {});
    expect([profile.listen, unknown]).toEqual([undefined, ['ports']]);
  });

  test('nor one that only what every server brings listens on, or that was not seen', () => {
    const brought = proposeSandbox(facts([can('net.listen', [':3000'], { reach: 'baseline' })]), [], {});
    expect(brought.profile.listen).toBeUndefined();
    expect(proposeSandbox(facts([can('net.listen', [':3000'], { verdict: 'not-seen' })]), [], {}).profile.listen).toBeUndefined();
    expect(proposeSandbox(facts([can('net.connect', [':3000'])]), [], {}).profile.listen).toBeUndefined();
  });

  test('a port that its code does not name is not opened: which one it is, is asked when it listens', () => {
    const { profile, unknown } = proposeSandbox(facts([can('net.listen', ['127.0.0.1'])]), [], {});
    expect(profile.listen).toBeUndefined();
    expect(unknown).toEqual(['ports']);
    expect(proposeSandbox(facts([can('net.listen', ['*'], { reach: 'baseline' })]), [], {}).unknown).toEqual([]);
  });
});
