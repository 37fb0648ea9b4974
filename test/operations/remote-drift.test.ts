import { describe, expect, test } from 'vitest';
import type { RemotePin } from '../../src/model/pin.ts';
import type { AuthorizationServer, AuthorizationStatus, RemoteAuthorization } from '../../src/model/remote.ts';
import { remoteDrift } from '../../src/operations/remote-drift.ts';

const server = (issuer: string): AuthorizationServer => ({
  issuer,
  authorizationEndpoint: `${issuer}/authorize`,
  tokenEndpoint: `${issuer}/token`,
  registrationEndpoint: null,
});

const named: readonly AuthorizationStatus[] = ['oauth', 'oauth-calls'];

function authorization(status: AuthorizationStatus, issuer = 'https://login.example.com'): RemoteAuthorization {
  const isNamed = named.includes(status);
  return { status, resource: isNamed ? 'https://mcp.example.com/mcp' : null, scopes: [], servers: isNamed ? [server(issuer)] : [] };
}

const drift = (before: RemoteAuthorization, now: RemoteAuthorization) =>
  remoteDrift('notes', { authorization: before, manifest: null } as unknown as RemotePin, null, now).map(
    ({ code, severity }) => `${code} ${severity}`,
  );

const review = ['authorization-kind-changed review'];
const block = ['authorization-changed block'];

describe('how clients get in, approved and now', () => {
  test.each<[AuthorizationStatus, AuthorizationStatus, readonly string[]]>([
    ['none', 'static', review],
    ['none', 'oauth', review],
    ['none', 'oauth-calls', review],
    ['none', 'unknown', review],
    ['static', 'none', review],
    ['static', 'oauth', review],
    ['static', 'oauth-calls', review],
    ['static', 'unknown', review],
    ['oauth', 'none', review],
    ['oauth', 'static', block],
    ['oauth', 'oauth-calls', review],
    ['oauth', 'unknown', block],
    ['oauth-calls', 'none', block],
    ['oauth-calls', 'static', block],
    ['oauth-calls', 'oauth', review],
    ['oauth-calls', 'unknown', block],
    ['unknown', 'none', review],
    ['unknown', 'static', review],
    ['unknown', 'oauth', review],
    ['unknown', 'oauth-calls', review],
  ])('%s, then %s: %j', (before, now, expected) => {
    expect(drift(authorization(before), authorization(now))).toEqual(expected);
  });

  test.each<AuthorizationStatus>(['none', 'static', 'oauth', 'oauth-calls', 'unknown'])('%s, and still so: nothing', (status) => {
    expect(drift(authorization(status), authorization(status))).toEqual([]);
  });

  test.each<[string, RemoteAuthorization]>([
    ['another issuer', authorization('oauth', 'https://thief.example.org')],
    [
      'another token endpoint',
      {
        ...authorization('oauth'),
        servers: [{ ...server('https://login.example.com'), tokenEndpoint: 'https://thief.example.org/token' }],
      },
    ],
    ['another resource', { ...authorization('oauth'), resource: 'https://mcp.example.com/other' }],
    ['no resource any more, its origin alone', { ...authorization('oauth'), resource: null }],
    ['one issuer more', { ...authorization('oauth'), servers: [server('https://login.example.com'), server('https://thief.example.org')] }],
    ['a static secret, and another issuer', { ...authorization('oauth', 'https://thief.example.org'), status: 'static' }],
  ])('OAuth, then %s: a block, and that alone', (_what, now) => {
    expect(drift(authorization('oauth'), now)).toEqual(block);
  });
});
