import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Surroundings } from '../../src/clients/client.ts';
import { decodeConfig } from '../../src/clients/config-text.ts';
import type { Dialect } from '../../src/clients/edit/editable-text.ts';
import { sameJson, valueAt } from '../../src/clients/edit/json-value.ts';
import { openText } from '../../src/clients/edit/open-text.ts';
import { clients } from '../../src/clients/index.ts';
import { clientsHere, targetFor } from '../../src/clients/locations.ts';
import { below } from '../../src/clients/places.ts';
import { type FoundEntry, readEntries } from '../../src/clients/read.ts';
import type { ConfigScope } from '../../src/model/client-entry.ts';
import { isObject, type JsonObject } from '../../src/model/json.ts';
import { configHome, fixtures, isWritable, place, type Sample, samples } from '../clients/config-home.ts';
import { editFile } from '../clients/edit-file.ts';

const launch = { command: '/data/pinfold/launcher', args: ['run', 'sheep'] };
const secret = /canary-[a-z-]+/;

const homes: Readonly<Record<Surroundings['platform'], Surroundings['places']>> = {
  linux: places('/home/ada', '/home/ada/.config', '/home/ada/.local/share', '/etc/pinfold'),
  darwin: places(
    '/Users/ada',
    '/Users/ada/Library/Application Support',
    '/Users/ada/Library/Application Support',
    '/Library/Application Support/pinfold',
  ),
  win32: places('C:\\Users\\ada', 'C:\\Users\\ada\\AppData\\Roaming', 'C:\\Users\\ada\\AppData\\Local', 'C:\\ProgramData\\pinfold'),
};

describe.each(clients.map((client) => [client.id, client] as const))('%s', (id, client) => {
  test('says where its format is documented, when that was read, and where the fixtures come from', () => {
    expect(client.docs).toMatch(/^https:\/\//);
    expect(client.docsChecked).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(readFileSync(join(fixtures, id, 'SOURCE.md'), 'utf8')).toContain('Written for this project');
  });

  test.each(['linux', 'darwin', 'win32'] as const)('keeps its files in the right places on %s', (platform) => {
    const project = below(homes[platform].home, 'loom');
    const locations = client.locations({ places: homes[platform], platform, env: {}, project });
    const expected = JSON.parse(readFileSync(join(fixtures, id, 'paths.json'), 'utf8'))[platform];
    expect(locations.map((location) => below(location.path, ...(location.below ?? [])))).toEqual(expected);
    expect(
      client.locations({ places: homes[platform], platform, env: {}, project: null }).flatMap(({ containers }) => containers),
    ).not.toContainEqual(expect.objectContaining({ scope: 'project' }));
    const traces = client.traces({ places: homes[platform], platform, env: {}, project: null });
    // What keeps its servers inside says so instead of naming a file, but for one of old versions, which is only read.
    if (client.keptInside === undefined) expect(Math.min(locations.length, traces.length)).toBeGreaterThan(0);
    else expect(locations.filter(({ writable }) => writable)).toEqual([]);
  });

  test.each(['linux', 'darwin', 'win32'] as const)('of a home from elsewhere, on %s, nothing of this machine is looked at', (platform) => {
    const home = '/disk/ada';
    const elsewhere = {
      ...places(home, `${home}/.config`, `${home}/.local/share`, `${home}/.nowhere/pinfold`),
      cwd: home,
    };
    for (const { path } of client.locations({ places: elsewhere, platform, env: {}, project: null }))
      expect(path).toMatch(/^\/disk\/ada\//);
  });

  test.each([
    null,
    true,
    7,
    'npx',
    [],
    {},
    { command: 5 },
    { command: '' },
    { url: {} },
    { args: {}, env: [], headers: 'x', cwd: 1 },
    { type: {} },
  ])('decodes %j as an entry that does not start', (raw) => {
    const entry = client.decode(raw);
    expect(entry?.transport).toBe('invalid');
    expect(entry?.problems.length).toBeGreaterThan(0);
  });

  test.skipIf(client.keptInside !== undefined)('is set up where it has left a trace', async () => {
    const home = configHome();
    expect(await clientsHere({}, home.host)).toEqual([]);
    // A client of deployments has no file of the user.
    if (
      !client.locations({ places: homes.linux, platform: 'linux', env: {}, project: null }).some(({ containers }) => containers.length > 0)
    )
      return;
    await place(id, 'user', '{}', home);
    expect(await clientsHere({}, home.host)).toContain(id);
  });

  test('says what surprised, and how an entry is switched off', () => {
    expect(client.quirks.length).toBeGreaterThan(0);
    for (const sentence of client.quirks) expect(sentence).not.toMatch(/^$|[.]$|\n/);
    expect(['member', 'names', 'elsewhere']).toContain(client.switch.kind);
  });
});

describe.each(samples().map((sample) => [sample.client.id, sample.scope, sample] as const))(
  '%s, sample of %s scope',
  (id, scope, sample) => {
    test.each([
      ['as it is', 0, (text: string) => Buffer.from(text)],
      ['CRLF', 0, (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'))],
      ['a byte-order mark', 0, (text: string) => Buffer.from(`\ufeff${text}`)],
      ['UTF-16 little endian', 1, (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
      ['UTF-16 big endian', 1, (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
      ['UTF-16 without a mark', 1, (text: string) => Buffer.from(text, 'utf16le')],
    ])('is read: %s', async (_, encodingProblems, encode) => {
      const home = configHome();
      const file = await place(id, scope, encode(sample.text), home);
      const { entries, problems } = await read(id, home);
      const common = { client: id, file, writable: isWritable(sample) };
      const expected = sample.expected as readonly FoundEntry[];
      expect(entries).toEqual(expected.map((entry) => ({ ...entry, ...common, project: entry.scope === 'project' ? home.project : null })));
      const invalid = problems.filter(({ code }) => code === 'invalid-entry');
      expect(invalid).toHaveLength(expected.filter(({ transport }) => transport === 'invalid').length);
      expect(problems.filter(({ code }) => code === 'encoding')).toHaveLength(encodingProblems);
      expect(problems).toHaveLength(invalid.length + encodingProblems);
      expect(JSON.stringify({ entries, problems })).not.toMatch(secret);
    });

    test('every entry goes behind the guard with what else it holds, and comes back byte for byte', async () => {
      const home = configHome();
      for (const bytes of encodings(sample.text)) {
        const file = await place(id, scope, bytes, home);
        const { entries } = await readEntries({ client: id, project: home.project }, home.host);
        for (const entry of entries) {
          if (!isWritable(sample)) {
            await expect(editFile(entry, { kind: 'set', launch, replace: true }, home.host)).rejects.toMatchObject({
              code: 'config-unwritable',
            });
            continue;
          }
          const before = rawEntry(bytes, entry, sample.dialect);
          const edit = await editFile(entry, { kind: 'set', launch, replace: true }, home.host);
          const after = rawEntry(readFileSync(file), entry, sample.dialect);
          const { entries: now } = await readEntries({ client: id, project: home.project }, home.host);
          expect(now.find(({ rawPath }) => rawPath.join() === entry.rawPath.join())).toMatchObject({
            ...launch,
            transport: 'stdio',
            url: null,
          });
          for (const [name, value] of Object.entries(before)) {
            if (!launchMembers.has(name)) expect(after[name]).toEqual(value);
          }
          await editFile(entry, { kind: 'restore', entryText: edit.entryBefore ?? '' }, home.host);
          expect(readFileSync(file).equals(bytes)).toBe(true);
        }
      }
    });

    test('an entry that is blocked keeps nothing that could load code into the guard, and comes back', async () => {
      const home = configHome();
      for (const bytes of isWritable(sample) ? encodings(sample.text) : []) {
        const file = await place(id, scope, bytes, home);
        const { entries } = await read(id, home);
        for (const entry of entries) {
          const edit = await editFile(entry, { kind: 'block', launch }, home.host);
          const after = (await read(id, home)).entries.find(({ rawPath }) => rawPath.join() === entry.rawPath.join());
          expect(after).toMatchObject({ ...launch, transport: 'stdio', url: null, envNames: [], headerNames: [], cwd: null });
          await editFile(entry, { kind: 'restore', entryText: edit.entryBefore ?? '' }, home.host);
          const now = readFileSync(file);
          // A table of TOML that belongs to an entry and stood far from it comes back beside it: there it means the same.
          if (sample.dialect !== 'toml') expect(now.equals(bytes)).toBe(true);
          const [one, other] = [now, bytes].map((text) => openText(decodeConfig(text).text, sample.dialect).value);
          expect(sameJson(one, other)).toBe(true);
          await place(id, scope, bytes, home);
        }
      }
    });

    test('a file cut off anywhere is a problem in the list and is not written', async () => {
      const home = configHome();
      // Lines of TOML and YAML stand for themselves: what is cut off inside a string is broken in every dialect.
      if (!isJson(sample.dialect)) return await cutInsideText(sample, home);
      const [entry] = sample.expected as readonly [FoundEntry];
      const end = sample.text.lastIndexOf('}');
      for (const at of [1, Math.floor(end / 3), Math.floor(end / 2), end]) {
        const broken = sample.text.slice(0, at);
        const file = await place(id, scope, broken, home);
        const { entries, problems, files } = await read(id, home);
        expect(entries).toEqual([]);
        expect(problems).toEqual([expect.objectContaining({ code: 'syntax', client: id, file })]);
        expect(files).toContainEqual(expect.objectContaining({ file, state: 'broken' }));
        expect(JSON.stringify(problems)).not.toMatch(secret);
        const target = { client: id, scope: entry.scope, file, rawPath: entry.rawPath, name: entry.name, project: home.project };
        const refusal = editFile(target, { kind: 'set', launch, replace: true }, home.host);
        await expect(refusal).rejects.toMatchObject({
          code: isWritable(sample) ? 'config-invalid' : 'config-unwritable',
          hint: expect.stringMatching(/./),
        });
        expect(readFileSync(file, 'utf8')).toBe(broken);
      }
    });
  },
);

function dialectOf(id: string, scope: string): Dialect {
  return samples().find((sample) => sample.client.id === id && sample.scope === scope)?.dialect ?? 'json';
}

describe.each(
  samples()
    .filter(isWritable)
    .map(({ client, scope, text }) => [client.id, scope as ConfigScope, text] as const),
)('a new entry in %s, %s scope', (id, scope, text) => {
  test('adds one member and goes without a trace', async () => {
    const home = configHome();
    const file = await place(id, scope, text, home);
    const before = await readEntries({ client: id, project: home.project }, home.host);
    const target = await targetFor({ client: id, scope, name: 'sheep' }, { project: home.project }, home.host);
    expect(target.file).toBe(file);
    await editFile(target, { kind: 'set', launch: { ...launch, env: { WOOL: 'white' } }, replace: false }, home.host);
    const after = await readEntries({ client: id, project: home.project }, home.host);
    expect(after.entries).toHaveLength(before.entries.length + 1);
    expect(after.entries.find(({ name }) => name === 'sheep')).toMatchObject({ ...launch, transport: 'stdio', envNames: ['WOOL'] });
    await editFile(target, { kind: 'remove' }, home.host);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('makes the file where there was none, and refuses a name that is taken', async () => {
    const home = configHome();
    const target = await targetFor({ client: id, scope, name: 'sheep' }, { project: home.project }, home.host);
    await editFile(target, { kind: 'set', launch, replace: false }, home.host);
    if (isJson(dialectOf(id, scope)))
      expect(readFileSync(target.file, 'utf8')).toMatch(
        /^\{\n {2}"[\w.]+": \{\n {4}(?:"[\w.]+": \{\n {6})?"sheep": \{\n {6,8}"[\s\S]*\}\n$/,
      );
    await expect(editFile(target, { kind: 'set', launch, replace: false }, home.host)).rejects.toMatchObject({ code: 'name-taken' });
  });
});

/** The sample as editors and Windows tools write it. */
function encodings(text: string): readonly Buffer[] {
  const windows = text.replaceAll('\n', '\r\n');
  const wide = Buffer.from(`\ufeff${text}`, 'utf16le');
  return [Buffer.from(text), Buffer.from(`\ufeff${windows}`), wide, Buffer.from(wide).swap16()];
}

function isJson(dialect: Dialect): boolean {
  return dialect === 'json' || dialect === 'json-comments' || dialect === 'jsonc' || dialect === 'json5';
}

async function cutInsideText(sample: Sample, home: ReturnType<typeof configHome>): Promise<void> {
  const { client, scope, text } = sample;
  const broken = text.slice(0, text.lastIndexOf('"') - 1);
  const file = await place(client.id, scope, broken, home);
  const { entries, problems } = await readEntries({ client: client.id, project: home.project }, home.host);
  expect(entries).toEqual([]);
  expect(problems).toEqual([expect.objectContaining({ code: 'syntax', client: client.id, file })]);
  expect(JSON.stringify(problems)).not.toMatch(secret);
  const [entry] = sample.expected as readonly [FoundEntry];
  const target = { client: client.id, scope: entry.scope, file, rawPath: entry.rawPath, name: entry.name, project: home.project };
  await expect(editFile(target, { kind: 'set', launch, replace: true }, home.host)).rejects.toMatchObject({
    code: isWritable(sample) ? 'config-invalid' : 'config-unwritable',
  });
  expect(readFileSync(file, 'utf8')).toBe(broken);
}

/** What is read, without the notice of an application that keeps its servers inside by now. */
async function read(client: string, { host, project }: ReturnType<typeof configHome>) {
  const reading = await readEntries({ client, project }, host);
  return { ...reading, problems: reading.problems.filter(({ code }) => code !== 'kept-inside') };
}

/** Members that say how a server is started or called: they are what the guard replaces. */
const launchMembers = new Set([
  ...['command', 'args', 'type', 'transport', 'url', 'serverUrl', 'httpUrl', 'baseUrl', 'headers', 'requestInit', 'headersHelper', 'auth'],
  ...['http_headers', 'env_http_headers', 'cmd', 'uri', 'requestOptions'],
]);

function rawEntry(bytes: Uint8Array, entry: FoundEntry, dialect: Dialect): JsonObject {
  const { text } = decodeConfig(bytes);
  const value = valueAt(openText(text, dialect).value, entry.rawPath);
  return value !== undefined && isObject(value) ? value : {};
}

function places(home: string, appConfig: string, appData: string, managed: string): Surroundings['places'] {
  const [config, data] = [below(appConfig, 'pinfold'), below(appData, 'pinfold')];
  return { home, cwd: home, temp: below(home, 'tmp'), appConfig, appData, managed, config, data };
}
