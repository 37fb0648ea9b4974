import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isObject, type JsonObject } from '../../src/model/json.ts';
import { conversation, rulesFor } from '../gate/conversation.ts';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'gate.md'), 'utf8');
const schemas = join(root, '..', 'shared', 'data', 'schemas', 'mcp');

/** Every method of every published revision, by who sends it. The test below compares this with the schemas, where they are. */
const methods = {
  'Requests of the client': [
    ...['initialize', 'server/discover', 'ping', 'logging/setLevel', 'tools/list', 'tools/call', 'prompts/list', 'prompts/get'],
    ...['resources/list', 'resources/templates/list', 'resources/read', 'resources/subscribe', 'resources/unsubscribe'],
    ...['completion/complete', 'subscriptions/listen', 'tasks/get', 'tasks/result', 'tasks/cancel', 'tasks/list'],
  ],
  'Notifications of the client': [
    ...['notifications/initialized', 'notifications/cancelled', 'notifications/progress', 'notifications/roots/list_changed'],
    'notifications/tasks/status',
  ],
  'Requests of the server': [
    ...['ping', 'sampling/createMessage', 'elicitation/create', 'roots/list'],
    ...['tasks/get', 'tasks/result', 'tasks/cancel', 'tasks/list'],
  ],
  'Notifications of the server': [
    ...['notifications/tools/list_changed', 'notifications/prompts/list_changed', 'notifications/resources/list_changed'],
    ...['notifications/message', 'notifications/progress', 'notifications/cancelled', 'notifications/resources/updated'],
    ...['notifications/tasks/status', 'notifications/elicitation/complete', 'notifications/subscriptions/acknowledged'],
  ],
} as const;
type Direction = keyof typeof methods;
const directions = Object.keys(methods) as Direction[];

/** The cells of every table row below a heading. */
function rowsBelow(heading: string, text = page): readonly (readonly string[])[] {
  const section = text.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const lines = section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| | ') && !line.startsWith('| what ') && !line.startsWith('| method '));
  return lines.map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe.each(directions)('%s', (direction) => {
  test('have a row each in docs/gate.md, and no row is of a method that nobody sends', () => {
    const named = rowsBelow(direction).flatMap(([method = '']) => [...method.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
    const unpublished = ['tasks/update'];
    expect(new Set(named)).toEqual(new Set([...methods[direction], ...(direction === 'Requests of the client' ? unpublished : [])]));
  });

  test('are known to the gate', () => {
    for (const method of methods[direction]) {
      const talk = conversation(rulesFor({ agentSurface: ['sampling/createMessage', 'elicitation/create', 'roots/list'] }));
      const from = direction.endsWith('client') ? 'client' : 'server';
      const message = { jsonrpc: '2.0', method, ...(direction.startsWith('Requests') ? { id: 1 } : {}), params: {} };
      const { effects } = talk.say(from, message);
      const codes = effects.map((effect) => (effect.type === 'stopped' ? effect.code : effect.type));
      expect({ method, codes: codes.filter((code) => code.endsWith('-unknown') || code === 'agent-surface') }).toEqual({
        method,
        codes: [],
      });
    }
  });
});

test('every row names a test that is there', () => {
  const tables = [...directions, 'Answers', 'Lists that cannot be judged', 'When the guard or the server ends'].flatMap((heading) =>
    rowsBelow(heading),
  );
  expect(tables.length).toBeGreaterThan(40);
  for (const row of tables) {
    const [file = '', title = ''] = (row.at(-1) ?? '').split(/: (.*)/s);
    const path = join(root, 'test', `${file}.test.ts`);
    expect({
      row: row[0],
      found: existsSync(path) && readFileSync(path, 'utf8').includes(`'${title}'`.slice(1, -1)) && title !== '',
    }).toEqual({
      row: row[0],
      found: true,
    });
  }
});

test('every bypass of a guard names tests that are there', () => {
  const bypasses = rowsBelow('Known bypasses of guards', readFileSync(join(root, 'docs', 'threat-model.md'), 'utf8'));
  expect(bypasses.map(([number]) => number)).toEqual(Array.from({ length: 14 }, (_, at) => `4.${at + 1}`));
  for (const row of bypasses) {
    const named = [...(row.at(-1) ?? '').matchAll(/`([^`]+)`: ([^;]+)/g)];
    expect(named.length, row[0]).toBeGreaterThan(0);
    for (const [, file = '', title = ''] of named) {
      const path = join(root, 'test', `${file}.test.ts`);
      expect({ row: row[0], title, found: existsSync(path) && readFileSync(path, 'utf8').includes(title.trim()) }).toMatchObject({
        found: true,
      });
    }
  }
});

test.skipIf(!existsSync(schemas))('the methods are those of the published schemas (needs ../shared/data/schemas/mcp)', () => {
  const found: Record<Direction, Set<string>> = {
    'Requests of the client': new Set(),
    'Notifications of the client': new Set(),
    'Requests of the server': new Set(),
    'Notifications of the server': new Set(),
  };
  const unions = {
    ClientRequest: 'Requests of the client',
    ClientNotification: 'Notifications of the client',
    ServerRequest: 'Requests of the server',
    InputRequest: 'Requests of the server',
    ServerNotification: 'Notifications of the server',
  } as const;
  const files = readdirSync(schemas).filter((file) => file.endsWith('.schema.json'));
  expect(files.length).toBeGreaterThanOrEqual(5);
  const all = new Set<string>();
  for (const file of files) {
    const schema = JSON.parse(readFileSync(join(schemas, file), 'utf8')) as JsonObject;
    const definitions = (schema['$defs'] ?? schema['definitions']) as Record<string, JsonObject>;
    for (const definition of Object.values(definitions)) for (const method of methodOf(definition)) all.add(method);
    for (const [union, direction] of Object.entries(unions)) {
      for (const name of namesIn(definitions[union])) for (const method of methodOf(definitions[name])) found[direction].add(method);
    }
  }
  for (const direction of directions)
    expect([...found[direction]].filter((method) => !(methods[direction] as readonly string[]).includes(method))).toEqual([]);
  // And none in another place of the schemas than those unions.
  expect([...all].filter((method) => !directions.some((direction) => (methods[direction] as readonly string[]).includes(method)))).toEqual(
    [],
  );
  expect(new Set(directions.flatMap((direction) => methods[direction] as readonly string[]))).toEqual(all);
});

function namesIn(union: JsonObject | undefined): readonly string[] {
  const members = Array.isArray(union?.['anyOf']) ? (union['anyOf'] as readonly JsonObject[]) : union === undefined ? [] : [union];
  return members.map(
    (member) =>
      String(member['$ref'] ?? '')
        .split('/')
        .at(-1) ?? '',
  );
}

function methodOf(definition: JsonObject | undefined): readonly string[] {
  const properties = definition?.['properties'];
  const method = isObject(properties) ? properties['method'] : undefined;
  const value = isObject(method) ? method['const'] : undefined;
  return typeof value === 'string' ? [value] : [];
}
