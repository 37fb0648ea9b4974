import { join } from 'node:path';
import type { Host } from '../../src/host/host.ts';
import type { GuardError } from '../../src/model/errors.ts';
import { probe } from '../../src/probe/probe.ts';
import type { ProbeRequest, ProbeResult } from '../../src/probe/request.ts';
import { temporaryHost } from './home.ts';

/** Where the tiny servers lie; the tree of every probe in tests. */
export const serversFolder = join(import.meta.dirname, '..', '..', 'fixtures', 'servers');

type Given = Partial<ProbeRequest> & { readonly host?: Host };

/** Probes `fixtures/servers/probe-<name>.mjs` in the sandbox, with a short settle time. */
export function probed(name: string, given: Given = {}): Promise<ProbeResult> {
  const { host, ...more } = given;
  const bounds = { settleMs: 20, ...more.bounds };
  const request = {
    node: process.execPath,
    treePath: serversFolder,
    entry: `probe-${name}.mjs`,
    args: [],
    secretNames: [],
    sandboxed: true,
  };
  return probe({ ...request, ...more, bounds }, host ?? temporaryHost());
}

/** The error that the probe of a server ends with. */
export async function probeError(name: string, given: Given = {}): Promise<GuardError> {
  try {
    await probed(name, given);
  } catch (cause) {
    return cause as GuardError;
  }
  throw new Error(`the probe of ${name} did not fail`);
}
