import { chmodSync, readdirSync, readFileSync, renameSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { digestBytes, type Integrity } from '../../src/model/digest.ts';
import type { JsonValue } from '../../src/model/json.ts';
import { limits } from '../../src/model/limits.ts';
import { analysisCacheFolder, boundAnalysisCache, openAnalysisCache } from '../../src/store/analysis-cache.ts';
import { temporaryHost } from '../support/home.ts';

const program = new TextEncoder().encode('a program');
const integrity = `sha512-${'A'.repeat(86)}==` as Integrity;
const other = `sha512-${'B'.repeat(86)}==` as Integrity;
const value = { files: ['a.js'], text: 'grün' };

const open = (host: Host, rules = 'js-1', of = program) => openAnalysisCache(rules, of, host);

/** A cache with one entry, and the path of its file. */
async function filled(): Promise<{ readonly host: Host; readonly path: string }> {
  const host = temporaryHost();
  await (await open(host)).write([{ integrity, part: 'package', value }]);
  const [folder = ''] = readdirSync(analysisCacheFolder(host));
  const [name = ''] = readdirSync(join(analysisCacheFolder(host), folder));
  return { host, path: join(analysisCacheFolder(host), folder, name) };
}

const read = async (host: Host): Promise<JsonValue> => (await open(host)).read(integrity, 'package');

test('what was kept comes back for the same bytes, part, rules and program, and for nothing else', async () => {
  const { host, path } = await filled();
  expect(await read(host)).toEqual(value);
  const cache = await open(host);
  expect(cache.read(other, 'package')).toBeNull();
  expect(cache.read(integrity, 'tools')).toBeNull();
  expect((await open(host, 'js-2')).read(integrity, 'package')).toBeNull();
  expect((await open(host, 'js-1', new TextEncoder().encode('another'))).read(integrity, 'package')).toBeNull();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await cache.write([{ integrity, part: 'package', value: 'newer' }]);
  expect(await read(host)).toBe('newer');
});

describe('a damaged entry is no entry', () => {
  test.each<[string, (path: string) => void]>([
    ['empty', (path) => writeFileSync(path, '')],
    ['zeros', (path) => writeFileSync(path, Buffer.alloc(statSync(path).size))],
    ['cut off', (path) => writeFileSync(path, readFileSync(path).subarray(0, -5))],
    ['without its last byte', (path) => writeFileSync(path, readFileSync(path).subarray(0, -1))],
    ['one letter changed', (path) => writeFileSync(path, readFileSync(path, 'utf8').replace('a.js', 'b.js'))],
    ['no JSON', (path) => writeFileSync(path, sealed('{"integrity":'))],
    ['another one under its name', (path) => writeFileSync(path, sealed(JSON.stringify({ integrity: other, part: 'package', value })))],
    ['another part under its name', (path) => writeFileSync(path, sealed(JSON.stringify({ integrity, part: 'tools', value })))],
    ['a link', (path) => linkTo(path)],
    ['writable by others', (path) => chmodSync(path, 0o666)],
  ])('%s', async (_, damage) => {
    const { host, path } = await filled();
    damage(path);
    expect(await read(host)).toBeNull();
  });

  test('a sound one written by hand is read, so that the cases above fail for their own reason', async () => {
    const { host, path } = await filled();
    writeFileSync(path, sealed(JSON.stringify({ integrity, part: 'package', value: 1 })));
    expect(await read(host)).toBe(1);
  });
});

function sealed(text: string): string {
  return `${digestBytes(text)}\n${text}\n`;
}

function linkTo(path: string): void {
  renameSync(path, `${path}.elsewhere`);
  symlinkSync(`${path}.elsewhere`, path);
}

test('where nothing can be written, nothing is kept and nothing fails', async () => {
  const host = temporaryHost();
  await host.files.makeFolder(host.places.data);
  writeFileSync(join(host.places.data, 'cache'), 'a file where the folder would be');
  const cache = await open(host);
  await cache.write([{ integrity, part: 'package', value }]);
  expect(cache.read(integrity, 'package')).toBeNull();
});

test('a disk that fills up leaves no half entry', async () => {
  const { host } = await filled();
  const full: Host = { ...host, files: { ...host.files, rename: () => Promise.reject(new Error('no space')) } };
  await (await open(full)).write([{ integrity: other, part: 'package', value }]);
  const [folder = ''] = readdirSync(analysisCacheFolder(host));
  expect(readdirSync(join(analysisCacheFolder(host), folder))).toHaveLength(1);
});

test('what cannot be printed or is too large is not kept', async () => {
  const host = temporaryHost();
  let deep: JsonValue = null;
  for (let at = 0; at < 100_000; at += 1) deep = [deep];
  const large = 'x'.repeat(limits.analysisRecordMaxBytes);
  await (await open(host)).write([
    { integrity, part: 'package', value: deep },
    { integrity, part: 'tools', value: large },
    { integrity: other, part: 'package', value },
  ]);
  const cache = await open(host);
  expect(cache.read(integrity, 'package')).toBeNull();
  expect(cache.read(integrity, 'tools')).toBeNull();
  expect(cache.read(other, 'package')).toEqual(value);
});

test('beyond its bound the oldest go first, of whatever program; what is too old goes anyway', async () => {
  const host = temporaryHost();
  const now = host.now();
  const hashes = ['C', 'D', 'E', 'F'].map((letter) => `sha512-${letter.repeat(86)}==` as Integrity);
  for (const [index, hash] of hashes.entries()) {
    await (await open(host, `js-${index % 2}`)).write([{ integrity: hash, part: 'package', value: 'x'.repeat(1_000) }]);
  }
  for (const [index, hash] of hashes.entries()) age(hash, index % 2, (now - (4 - index) * 1_000) / 1_000);
  const kept = async () => {
    const caches = [await open(host, 'js-0'), await open(host, 'js-1')];
    return hashes.map((hash, index) => caches[index % 2]?.read(hash, 'package') !== null);
  };
  expect(await boundAnalysisCache(host)).toEqual({ files: 0, bytes: 0 });
  expect(await kept()).toEqual([true, true, true, true]);
  expect((await boundAnalysisCache(host, 3_000)).files).toBe(2);
  expect(await kept()).toEqual([false, false, true, true]);
  age(hashes[3] as Integrity, 1, (now - limits.analysisCacheMaxAgeMs - 5_000) / 1_000);
  expect((await boundAnalysisCache(host)).files).toBe(1);
  expect(await kept()).toEqual([false, false, true, false]);

  function age(hash: Integrity, rules: number, at: number): void {
    const top = analysisCacheFolder(host);
    const folder = readdirSync(top).find((name) => name.startsWith(`js-${rules}-`)) ?? '';
    const hex = Buffer.from(digestBytes(hash).slice('sha256-'.length), 'base64').toString('hex');
    utimesSync(join(top, folder, `${hex}-package.json`), at, at);
  }
});
