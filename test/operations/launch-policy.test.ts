import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { isStillNamed, launchVerdict } from '../../src/operations/launch-policy.ts';
import { temporaryHost } from '../support/home.ts';

const server = { name: 'notes', subject: 'pkg:npm/notes', version: '1.0.0', release: undefined, mode: 'block', sandboxed: false } as const;

function under(policy: string): Host {
  const host = temporaryHost();
  mkdirSync(host.places.config, { recursive: true });
  writeFileSync(join(host.places.config, 'policy.json'), policy);
  return host;
}

describe('a policy at a launch', () => {
  test('that requires a sandbox lets nothing run without one', async () => {
    const host = under(JSON.stringify({ version: 1, sandbox: 'required' }));
    expect(await launchVerdict(server, null, host)).toMatchObject({ allowed: false, code: 'policy-denied' });
    expect(await launchVerdict({ ...server, sandboxed: true }, null, host)).toMatchObject({ allowed: true });
  });

  test.each(['{', '{"version":1,"alow":[]}', '{"version":2}', ''])('that cannot be used (%j) lets nothing run', async (policy) => {
    expect(await launchVerdict(server, null, under(policy))).toMatchObject({ allowed: false, code: 'policy-invalid' });
  });

  test.each(['{', '{"version":1,"alow":[]}', '{"version":1}'])(
    'that cannot be used, or names nobody (%j), names no signer of a lock',
    async (policy) => {
      const host = under(policy);
      expect(await isStillNamed({ key: 'SHA256:x' }, host.places.home, host)).toBe(false);
    },
  );
});
