import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffLocks } from '../../src/lockfile/diff.ts';
import { emptyLock, type Lock, pinOf, withPin } from '../../src/lockfile/lock.ts';
import { parseLock } from '../../src/lockfile/parse.ts';
import { pinDigest, pinDigestIn } from '../../src/lockfile/pin-digest.ts';
import { printLock } from '../../src/lockfile/print.ts';
import { GuardError } from '../../src/model/errors.ts';
import { manifestDigest } from '../../src/model/item-digest.ts';
import { parseStrict } from '../../src/model/strict-json.ts';
import { anyLock, digestOf, sampleManifest, samplePin } from './sample.ts';

const lock: Lock = { version: 1, pins: { files: samplePin(), notes: samplePin({ manifest: null, status: 'first-use' }) } };

function errorOf(text: string): GuardError {
  try {
    parseLock(text);
  } catch (cause) {
    if (cause instanceof GuardError) return cause;
    throw cause;
  }
  throw new Error('it was accepted');
}

describe('the printed lock', () => {
  test('is read back as it was', () => {
    expect(parseLock(printLock(lock))).toEqual(lock);
  });

  test('does not change on a no-op, whatever is in it', () => {
    fc.assert(
      fc.property(anyLock, (any) => {
        const text = printLock(any);
        expect(printLock(parseLock(text))).toBe(text);
      }),
      { numRuns: 60 },
    );
  });

  test('does not depend on the order in which members were put in', () => {
    const reversed = { pins: Object.fromEntries(Object.entries(lock.pins).reverse()), version: 1 } as const;
    expect(printLock(reversed)).toBe(printLock(lock));
  });

  test('has sorted members, two spaces, LF and a final new line', () => {
    const text = printLock({ version: 1, pins: { 10: samplePin(), 9: samplePin() } });
    expect(text.startsWith('{\n  "pins": {\n    "10": {\n      "approval": {\n')).toBe(true);
    expect(text.endsWith('}\n')).toBe(true);
    expect(text).not.toContain('\r');
    expect(text.indexOf('"10"')).toBeLessThan(text.indexOf('"9"'));
  });

  test('keeps a tool that is called __proto__', () => {
    const tools = Object.fromEntries([
      ['__proto__', digestOf('a')],
      ['constructor', digestOf('b')],
    ]);
    const text = printLock(withPin(emptyLock, 'odd', samplePin({ manifest: sampleManifest(tools) })));
    expect(printLock(parseLock(text))).toBe(text);
    expect(text).toContain('"__proto__": "sha256-');
  });
});

describe('a lock that was tampered with', () => {
  const text = printLock(lock);
  const edits: readonly (readonly [string, string | RegExp, string, string])[] = [
    ['another entry point', 'dist/index.js', 'dist/evil.js', '$.pins.files.launchDigest'],
    ['another argument', '{{home}}/notes', '/', '$.pins.files.launchDigest'],
    ['a pinned word swapped', digestOf('read'), digestOf('write'), '$.pins.files.manifest.digest'],
    ['another subject under the same artifact', 'pkg:npm/%40scope/files', 'pkg:npm/files', '$.pins.files.artifact.subject'],
    ['a status that does not exist', '"reviewed"', '"fine"', '$.pins.files.status'],
    ['an unknown member', '"mode": "block"', '"mode": "block", "extra": 1', '$.pins.files.extra'],
    ['an entry point outside the tree', 'node_modules/@scope/files/dist/index.js', '../../evil.js', '$.pins.files.launch.entry'],
    ['a version that is no number', '"version": 1\n', '"version": "1"\n', '$.version'],
    ['a reserved name', '"notes": {', '"constructor": {', '$.pins.constructor'],
    ['a negative count', '"packages": 1', '"packages": -1', '$.pins.files.closure.packages'],
    ['an empty closure', '"packages": 1', '"packages": 0', '$.pins.files.closure.packages'],
    ['a home that is an absolute path out of the tree', '"entry": "node_modules', '"entry": "/node_modules', '$.pins.files.launch.entry'],
  ];
  test.each(edits)('%s is lock-invalid and names the place', (_, from, to, path) => {
    const edited = text.replace(from, to);
    expect(edited).not.toBe(text);
    const error = errorOf(edited);
    expect(error.code).toBe('lock-invalid');
    expect(error.why).toContain(path);
    expect(error.hint).toBeTruthy();
  });

  test.each([
    ['empty', ''],
    ['not JSON', 'pins:'],
    ['a list', '[]'],
    ['null', 'null'],
    ['no version', '{"pins":{}}'],
    ['no pins', '{"version":1}'],
    ['version 0', '{"version":0,"pins":{}}'],
    ['a member twice', '{"version":1,"pins":{},"pins":{}}'],
    ['a byte-order mark', '\uFEFF{"version":1,"pins":{}}'],
    ['the version twice, the second one newer', '{"version":1,"version":2,"pins":{}}'],
    ['a pin called __proto__', '{"version":1,"pins":{"__proto__":{}}}'],
    ['a pin called __proto__ with a whole pin', text.replace('"notes": {', '"__proto__": {')],
  ])('%s is lock-invalid', (_, bad) => {
    expect(errorOf(bad).code).toBe('lock-invalid');
  });

  test('a tool called __proto__ needs a digest like any other', () => {
    const tools = Object.fromEntries([['__proto__', digestOf('a')]]);
    const good = printLock(withPin(emptyLock, 'odd', samplePin({ manifest: sampleManifest(tools) })));
    const odd = { ...sampleManifest(tools), tools: JSON.parse('{"__proto__": 7}') };
    const pin = samplePin({ manifest: { ...odd, digest: manifestDigest(odd) } });
    expect(parseLock(good).pins['odd']).toBeDefined();
    expect(errorOf(printLock(withPin(emptyLock, 'odd', pin))).why).toContain('__proto__');
  });

  test.each([2, 3, 99])('version %i says to upgrade', (version) => {
    const error = errorOf(`{"version":${version},"somethingNew":true}`);
    expect(error.code).toBe('lock-too-new');
    expect(error.hint).toContain('npm install -g pinfold');
  });

  test('no cut of it is accepted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length - 2 }), (length) => {
        expect(errorOf(text.slice(0, length)).code).toBe('lock-invalid');
      }),
      { numRuns: 200 },
    );
  });

  test('no change of one character is taken for the same lock', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length - 1 }), fc.constantFrom('0', 'a', '"', ',', '}'), (at, character) => {
        const edited = text.slice(0, at) + character + text.slice(at + 1);
        fc.pre(edited !== text);
        try {
          expect(printLock(parseLock(edited))).not.toBe(text);
        } catch (cause) {
          expect(cause).toBeInstanceOf(GuardError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('pins', () => {
  test('an inherited member is no pin', () => {
    expect(pinOf(lock, 'toString')).toBeNull();
    expect(pinOf(lock, 'files')).toBe(lock.pins['files']);
  });

  test('the digest found in a parsed lock is the digest of the pin', () => {
    const parsed = parseStrict(printLock(lock));
    expect(pinDigestIn(parsed, 'files')).toBe(pinDigest(samplePin()));
    expect(pinDigestIn(parsed, 'absent')).toBeNull();
    expect(pinDigestIn(parsed, 'toString')).toBeNull();
    expect(pinDigestIn([], 'files')).toBeNull();
  });

  test('the digest changes with every member', () => {
    const digests = [samplePin(), samplePin({ mode: 'warn' }), samplePin({ status: 'blocked' }), samplePin({ manifest: null })].map(
      pinDigest,
    );
    expect(new Set(digests).size).toBe(4);
  });
});

describe('diffLocks', () => {
  test('names what was added, removed and changed, and nothing else', () => {
    const after = withPin(withPin(withPin(lock, 'notes', null), 'git', samplePin()), 'files', samplePin({ mode: 'warn' }));
    const found = diffLocks(lock, after);
    expect(found.added).toEqual(['git']);
    expect(found.removed).toEqual(['notes']);
    expect(found.changed.map(({ name, members }) => ({ name, members }))).toEqual([{ name: 'files', members: ['mode'] }]);
  });

  test('finds nothing between a lock and its own text', () => {
    expect(diffLocks(lock, parseLock(printLock(lock)))).toEqual({ added: [], removed: [], changed: [] });
  });
});
