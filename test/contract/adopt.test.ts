import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readEntries } from '../../src/clients/read.ts';
import type { Host } from '../../src/host/host.ts';
import { offlineHost } from '../../src/host/offline.ts';
import { adopt } from '../../src/operations/adopt.ts';
import { understand } from '../../src/operations/read-clients.ts';
import { release } from '../../src/operations/release.ts';
import { configHome, place, samples } from '../clients/config-home.ts';

const all = { names: [], clients: null, scope: null, yes: true, reason: null, command: '', show: () => undefined } as const;
const quiet = () => undefined;

/** npm packages cannot be looked up here: their launches are made commands, so that every entry of every sample is adopted. */
function unresolvable(text: string): string {
  return text.replace(/\bnpx\b/g, 'npz').replace(/\b(?:bunx|pnpx)\b/g, 'bunz');
}

describe.each(samples().map((sample) => [`${sample.client.id} ${sample.scope}`, sample] as const))('%s', (_, { client, scope, text }) => {
  test.each([
    ['LF', unresolvable],
    ['CRLF', (sample: string) => unresolvable(sample).replace(/\r?\n/g, '\r\n')],
  ])('release after adopt gives the same bytes: %s', async (__, change) => {
    const home = configHome();
    const host: Host = offlineHost(home.host);
    const before = Buffer.from(change(text));
    const path = await place(client.id, scope, before, home);
    const { project } = home;
    const adopted = await adopt({ ...all, project, probe: 'none' }, host, quiet);
    const guarded = adopted.entries.filter(({ pin }) => pin !== null);
    const now = readFileSync(path);
    expect(now.equals(before)).toBe(guarded.length === 0);
    // Everything that was to be guarded is, and nothing else is different for its client.
    const { entries } = await readEntries({ project }, host);
    for (const { file, name, pin } of guarded) {
      const found = entries.filter((entry) => entry.file === file && entry.name === name).map((entry) => understand(entry, host));
      expect(found.map((one) => one.pin?.name)).toContain(pin?.name);
    }
    const again = await adopt({ ...all, project, probe: 'none' }, host, quiet);
    expect(again.entries.filter(({ pin }) => pin !== null)).toEqual([]);
    const released = await release({ ...all, project, everywhere: true, keepPins: false }, host);
    expect(released.entries.map(({ how }) => how)).toEqual(guarded.map(() => 'restored'));
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});
