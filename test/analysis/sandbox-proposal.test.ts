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

  test('a port is not opened by itself: which one it is, is asked when it listens', () => {
    const { profile, unknown } = proposeSandbox(facts([can('net.listen', ['127.0.0.1'])]), [], {});
    expect(profile.listen).toBeUndefined();
    expect(unknown).toEqual(['ports']);
    expect(proposeSandbox(facts([can('net.listen', ['*'], { reach: 'baseline' })]), [], {}).unknown).toEqual([]);
  });
});
