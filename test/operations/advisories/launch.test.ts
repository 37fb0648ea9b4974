import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Host } from '../../../src/host/host.ts';
import { offlineHost } from '../../../src/host/offline.ts';
import { errorCodes, GuardError } from '../../../src/model/errors.ts';
import { clearLaunch, launchTicket } from '../../../src/operations/launch-checks.ts';
import { readHits, type StoppingHit, writeHits } from '../../../src/store/hits.ts';
import { temporaryHost } from '../../support/home.ts';
import { approve } from '../../support/launch.ts';

const place = { name: 'sample', scope: 'user', project: null } as const;
const hit: StoppingHit = {
  id: 'MAL-2026-1',
  kind: 'malicious',
  summary: 'a reverse shell',
  source: 'osv',
  subject: 'left-pad@1.0.0',
  overriddenUntil: null,
};

/** An approved server on a machine without any network. */
async function approvedOffline(): Promise<{ readonly host: Host; readonly label: string }> {
  const host = offlineHost(temporaryHost());
  await approve({ name: 'sample', server: 'gate-big.mjs', manifest: {} }, host);
  return { host, label: (await launchTicket(place, host)).label };
}

async function refusal(host: Host) {
  try {
    await clearLaunch(await launchTicket(place, host), place, host);
    return null;
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    return { code: cause.code, exit: errorCodes[cause.code].run, message: cause.message, why: cause.why, hint: cause.hint };
  }
}

test('a hit on an approved pin stops the next launch with the words of the advisory and the age of what is known', async () => {
  const { host, label } = await approvedOffline();
  expect(await refusal(host)).toBeNull();
  await writeHits(place, { label, at: '2026-11-20T00:00:00Z', hits: [hit] }, host);
  expect(await refusal(host)).toEqual({
    code: 'revoked',
    exit: 77,
    message: '`sample` is malicious, an advisory says, and is not started',
    why: 'MAL-2026-1: a reverse shell (about left-pad@1.0.0, from osv, as known on 2026-11-20)',
    hint: 'pinfold update sample',
  });
  await writeHits(place, { label, at: '2026-11-20T00:00:00Z', hits: [] }, host);
  expect(await refusal(host)).toBeNull();
});

test('what is known of another version under the name says nothing, and what was let pass stops again after its day', async () => {
  const { host, label } = await approvedOffline();
  await writeHits(place, { label: `${label}-other`, at: null, hits: [hit] }, host);
  expect(await refusal(host)).toBeNull();
  await writeHits(place, { label, at: null, hits: [{ ...hit, overriddenUntil: '2026-12-01T00:00:00Z' }] }, host);
  expect(await refusal({ ...host, now: () => Date.parse('2026-11-30T23:59:59Z') })).toBeNull();
  expect(await refusal({ ...host, now: () => Date.parse('2026-12-01T00:00:00Z') })).toMatchObject({ code: 'revoked' });
  await writeHits(place, { label, at: null, hits: [{ ...hit, overriddenUntil: 'never' }] }, host);
  expect(await refusal(host)).toMatchObject({ code: 'revoked' });
});

test.each<[string, (text: string) => string]>([
  ['cut off', (text) => text.slice(0, -20)],
  ['emptied', () => ''],
  ['edited so that the hit is gone', (text) => text.replace(/"hits":\[.*?\]/, '"hits":[]')],
  ['edited so that it is about something else', (text) => text.replace('"label":"', '"label":"x')],
  ['of another kind', () => '{"seal":null,"hits":{}}'],
  ['a list', () => '[]'],
])('a file that is %s starts nothing', async (_, damage) => {
  const { host, label } = await approvedOffline();
  await writeHits(place, { label, at: null, hits: [hit] }, host);
  const path = join(host.places.data, 'hits', 'user', 'sample.json');
  writeFileSync(path, damage(readFileSync(path, 'utf8')));
  expect(await refusal(host)).toMatchObject({ code: 'advisories-damaged', exit: 78, hint: 'pinfold advisories refresh --offline' });
});

test('the file is private, sealed, and read back as it was written; none at all is no hit', async () => {
  const { host, label } = await approvedOffline();
  const record = { label, at: null, hits: [hit] };
  await writeHits(place, record, host);
  expect(await readHits(place, host)).toEqual(record);
  const path = join(host.places.data, 'hits', 'user', 'sample.json');
  rmSync(path);
  expect(existsSync(path)).toBe(false);
  expect(await readHits(place, host)).toBeNull();
});
