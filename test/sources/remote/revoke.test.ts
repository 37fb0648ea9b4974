import { expect, test } from 'vitest';
import type { HttpExchange } from '../../../src/host/http.ts';
import { GuardError } from '../../../src/model/errors.ts';
import type { SignIn } from '../../../src/model/sign-in.ts';
import { revoke } from '../../../src/sources/remote/revoke.ts';

const signIn: SignIn = {
  url: 'https://mcp.example.com/mcp',
  authorization: 'sha256-x' as SignIn['authorization'],
  issuer: 'https://login.example.com',
  revocationEndpoint: 'https://login.example.com/revoke',
  resource: 'https://mcp.example.com/mcp',
  client: { id: 'client', secret: null, method: 'none' },
  accessToken: 'access',
  refreshToken: 'refresh',
  expiresAtMs: null,
  scopes: [],
};

test('a server that never answers is let go of: all of it together has one end', async () => {
  const asked: string[] = [];
  // Answers never, and is ended by nothing but the signal that it was given.
  const open = (url: string, { signal }: HttpExchange) => {
    asked.push(url);
    return new Promise<never>((_settle, reject) => {
      const end = () => reject(new GuardError('server-unreachable', 'cannot ask https://login.example.com', { why: 'no answer' }));
      if (signal.aborted) end();
      signal.addEventListener('abort', end);
    });
  };
  expect(await revoke(signIn, { open }, { timeoutMs: 5 })).toEqual({
    outcome: 'unavailable',
    why: 'cannot ask https://login.example.com: no answer',
  });
  expect(asked).toEqual([signIn.revocationEndpoint, signIn.revocationEndpoint]);
});

test('where no place was named nobody is asked', async () => {
  const { revocationEndpoint: _, ...unsaid } = signIn;
  const open = () => Promise.reject(new Error('asked'));
  expect(await revoke(unsaid, { open })).toEqual({ outcome: 'not-offered', why: null });
});
