import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { networkRules, serverRules } from '../../src/sandbox/server-rules.ts';
import { temporaryHost } from '../support/home.ts';

const closed = { hosts: [], read: [], write: [], mask: {} };

describe('the rules of a profile', () => {
  test('without masks no connection is opened, with one only those that the value is bound to', () => {
    expect(networkRules({ ...closed, hosts: ['a.com'] })).not.toHaveProperty('network.tlsTerminate');
    const hosts = ['a.com:443', 'b.com', '*.a.com', '*.c.com'];
    const { network, credentials } = networkRules({ ...closed, hosts, mask: { KEY: ['a.com:443'] } });
    expect(network.tlsTerminate?.excludeDomains).toEqual(['b.com', '*.a.com', '*.c.com']);
    expect(credentials?.envVars).toEqual([{ name: 'KEY', mode: 'mask', injectHosts: ['a.com'] }]);
    const below = networkRules({ ...closed, hosts: ['x.a.com:443', '*.a.com'], mask: { KEY: ['x.a.com:443'] } });
    expect(below.network.tlsTerminate?.excludeDomains).toEqual([]);
  });

  test('names may not lead into private networks, and nobody is asked while it runs', () => {
    const { network } = networkRules({ ...closed, hosts: ['a.com'] });
    expect(network.strictAllowlist).toBe(true);
    expect(network.deniedResolvedAddresses).toEqual(expect.arrayContaining(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']));
  });

  test("pinfold's own folders are never opened, and keys only by their name", async () => {
    const host = temporaryHost();
    const { home, config, data } = host.places;
    const inside = await serverRules({ ...closed, read: [config], write: [join(data, 'tickets')] }, { readable: [] }, host);
    expect(inside.allowRead).not.toContain(config);
    expect(inside.allowWrite).toEqual([]);
    const whole = await serverRules({ ...closed, write: [home] }, { readable: [] }, host);
    expect(whole.denyRead).toEqual(expect.arrayContaining([join(home, '.ssh'), config, data]));
    expect(whole.denyWrite).toEqual(expect.arrayContaining([join(home, '.ssh'), join(home, '.bashrc'), config, data]));
    const named = await serverRules({ ...closed, read: [join(home, '.ssh')], write: [home] }, { readable: [] }, host);
    expect(named.denyRead).not.toContain(join(home, '.ssh'));
  });
});
