import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Dialect } from '../../src/clients/edit/editable-text.ts';
import { targetFor } from '../../src/clients/locations.ts';
import type { ConfigScope } from '../../src/model/client-entry.ts';
import { applyEdits } from '../../src/operations/apply-edits.ts';
import { type ConfigHome, configHome, isWritable, place, samples } from '../clients/config-home.ts';

const launch = { command: '/data/launcher', args: ['run', 'sheep'] };
const none = async () => [];

/** What a user may have in a file that has no server yet, in each dialect. */
const withoutServers: Readonly<Partial<Record<Dialect, readonly string[]>>> = {
  json: ['{"theme":"dark"}', '{\n\t"theme": "dark"\n}\n', '{\r\n  "theme": { "name": {} }\r\n}\r\n'],
  'json-comments': ['{\n  // mine\n  "theme": "dark" // keep\n}\n'],
  jsonc: ['{\n  // mine\n  "theme": "dark", // keep\n}\n', '{ "theme": "dark" /* last */ }'],
  json5: ["{\n  // mine\n  theme: 'dark', // keep\n}\n"],
  toml: ['# mine\ntheme = "dark"\n', 'theme = "dark"\n\n[tui]\nwide = true\n'],
  yaml: ['# mine\ntheme: dark\n', 'theme:\n  name: dark # keep\n'],
};

const places = samples().filter((sample) => isWritable(sample) && (sample.scope === 'user' || sample.scope === 'project'));

async function addAndRemove(id: string, scope: ConfigScope, home: ConfigHome, between: (file: string) => void = () => undefined) {
  const target = await targetFor({ client: id, scope, name: 'sheep' }, { project: home.project }, home.host);
  await applyEdits([{ target, change: { kind: 'set', launch, replace: false } }], none, home.host);
  expect(readFileSync(target.file, 'utf8')).toContain('sheep');
  between(target.file);
  await applyEdits([{ target, change: { kind: 'remove' } }], none, home.host);
  return target.file;
}

describe.each(places.map(({ client, scope, dialect }) => [client.id, scope as ConfigScope, dialect] as const))(
  '%s, %s scope',
  (id, scope, dialect) => {
    test('a file that pinfold made goes with the last entry', async () => {
      const file = await addAndRemove(id, scope, configHome());
      expect(existsSync(file)).toBe(false);
    });

    test.each(withoutServers[dialect] ?? [])('a file without servers is as it was: %j', async (text) => {
      const home = configHome();
      await place(id, scope, text, home);
      const file = await addAndRemove(id, scope, home);
      expect(readFileSync(file, 'utf8')).toBe(text);
    });
  },
);

describe('nothing else goes with it', () => {
  const cursor = (between: (file: string) => void, home = configHome()) => addAndRemove('cursor', 'user', home, between);

  test('what somebody wrote into the file meanwhile stays', async () => {
    const file = await cursor((path) => writeFileSync(path, readFileSync(path, 'utf8').replace('{', '{\n  "theme": "dark",')));
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ theme: 'dark', mcpServers: {} });
  });

  test('another server stays', async () => {
    const file = await cursor((path) =>
      writeFileSync(path, readFileSync(path, 'utf8').replace('"sheep"', '"dog": { "command": "dog" },\n    "sheep"')),
    );
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ mcpServers: { dog: { command: 'dog' } } });
  });

  test('a comment in a file that pinfold made keeps the file', async () => {
    const home = configHome();
    const file = await addAndRemove('opencode', 'user', home, (path) => writeFileSync(path, `// mine\n${readFileSync(path, 'utf8')}`));
    expect(readFileSync(file, 'utf8')).toMatch(/^\/\/ mine\n/);
  });

  test('an empty map of servers that the user had stays', async () => {
    const home = configHome();
    await place('cursor', 'user', '{ "mcpServers": {} }\n', home);
    expect(readFileSync(await cursor(() => undefined, home), 'utf8')).toBe('{ "mcpServers": {} }\n');
  });

  test('a comment or a space that was changed meanwhile is not taken back', async () => {
    const home = configHome();
    await place('vscode', 'user', '{\n  // one\n  "inputs": []\n}\n', home);
    const file = await addAndRemove('vscode', 'user', home, (path) =>
      writeFileSync(path, readFileSync(path, 'utf8').replace('// one', '// two')),
    );
    expect(readFileSync(file, 'utf8')).toContain('// two');
  });

  test('a damaged backup is no reason to fail', async () => {
    const home = configHome();
    await place('cursor', 'user', '{"theme":"dark"}', home);
    const file = await cursor(() => {
      const folder = join(home.host.places.data, 'backups');
      for (const name of readdirSync(folder)) writeFileSync(join(folder, name), 'x');
    }, home);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ theme: 'dark', mcpServers: {} });
  });
});
