import { onTestFinished } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { temporaryHost } from './home.ts';
import { type Registry, startRegistry } from './registry-server.mjs';

export { lies } from './registry-lies.mjs';

/** A registry of the fixture packages, and a host in a throw-away home whose npm is configured for it; both gone when the test ends. */
export async function registryHost(
  options: { readonly token?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<{ readonly registry: Registry; readonly host: Host }> {
  const registry = await startRegistry(options.token === undefined ? {} : { token: options.token });
  onTestFinished(() => registry.close());
  const host = temporaryHost({ env: { ...registry.env, ...options.env } });
  return { registry, host };
}
