import { expect, test } from 'vitest';
import { parseLock } from '../../src/lockfile/parse.ts';
import { launchDigest } from '../../src/lockfile/pin-digest.ts';
import { printLock } from '../../src/lockfile/print.ts';
import { sampleCommandPin, samplePin } from './sample.ts';

const good = sampleCommandPin();
const { artifact, launch } = good;

test('a pin of a command is read back as it was written, beside one with bytes', () => {
  const lock = { version: 1, pins: { git: good, files: samplePin() } } as const;
  expect(parseLock(printLock(lock))).toEqual(lock);
});

test.each([
  [
    'that calls itself an npm package',
    { artifact: { subject: 'pkg:npm/files', name: 'files', version: '1.0.0', integrity: null } },
    'artifact.subject',
  ],
  ['without a reason', { unpinned: undefined }, 'unpinned'],
  ['with an unknown reason', { unpinned: 'trust me' }, 'unpinned'],
  ['with a hash that it cannot have', { artifact: { ...artifact, integrity: `sha512-${'A'.repeat(86)}==` } }, 'artifact.integrity'],
  ['with a working folder', { launch: { ...launch, cwd: '/tmp' } }, 'launch.cwd'],
  ['with the launch of a tree', { launch: samplePin().launch }, 'launch.runtime'],
  ['whose command was changed', { launch: { ...launch, command: 'canary' } }, 'launchDigest'],
  ['whose arguments were changed', { launch: { ...launch, args: ['canary'] } }, 'launchDigest'],
  ['with a member too many', { extra: 1 }, 'extra'],
])('a pin of a command %s is invalid', (_, more, place) => {
  const text = JSON.stringify({ version: 1, pins: { git: { ...good, ...more } } });
  expect(() => parseLock(text)).toThrow(
    expect.objectContaining({ code: 'lock-invalid', why: expect.stringContaining(`$.pins.git.${place}`) }),
  );
});

test('a pin with bytes cannot start a command', () => {
  const pin = { ...samplePin(), launch, launchDigest: launchDigest(launch) };
  const text = JSON.stringify({ version: 1, pins: { files: pin } });
  expect(() => parseLock(text)).toThrow(expect.objectContaining({ code: 'lock-invalid' }));
});
