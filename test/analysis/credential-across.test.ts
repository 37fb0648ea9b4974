import { describe, expect, test } from 'vitest';
import { combine } from '../../src/analysis/closure.ts';
import { noBaseline, packageOf } from './facts.ts';

/** `variable → hosts`, with the level where it is not `followed`. */
function shown(files: Readonly<Record<string, string>>): readonly string[] {
  const own = packageOf('own', files, { type: 'module' });
  return combine([own], own.path, noBaseline).credentials.map(
    ({ variable, hosts, through, level }) =>
      `${variable} → ${through === null ? hosts.join(' ') : `through ${through}`}${level === 'followed' ? '' : ` (${level})`}`,
  );
}

const send = "fetch('https://api.x.dev/v1', { headers: { authorization: key } })";
/** So that what is not followed names another host, too. */
const other = "export const help = 'https://help.y.dev/';";

describe('a key is followed across files', () => {
  const cases: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    [
      'through an exported constant',
      { 'index.js': `import { key } from './config.js'; ${send}`, 'config.js': `export const key = process.env.X_API_KEY; ${other}` },
    ],
    [
      'through a config object',
      {
        'index.js': "import { config } from './config.js'; fetch(`${config.baseUrl}/v1`, { headers: { authorization: config.apiKey } })",
        'config.js': `export const config = { apiKey: process.env.X_API_KEY ?? '', baseUrl: 'https://api.x.dev' }; ${other}`,
      },
    ],
    [
      'through a default export, taken apart',
      {
        'index.js':
          "import config from './config.js'; const { apiKey: key, baseUrl } = config; fetch(baseUrl + '/v1', { headers: { key } })",
        'config.js': `export default { apiKey: process.env.X_API_KEY, baseUrl: 'https://api.x.dev' }; ${other}`,
      },
    ],
    [
      'as compilers write CommonJS',
      {
        'index.js': `const config_1 = require("./config.js"); const key = config_1.config.apiKey; ${send}`,
        'config.js': `Object.defineProperty(exports, '__esModule', { value: true }); exports.config = { apiKey: process.env.X_API_KEY }; exports.help = 'https://help.y.dev/';`,
      },
    ],
    [
      'through a function that reads the configuration',
      {
        'index.js': `import { load } from './config.js'; const config = load(); const key = config.apiKey; ${send}`,
        'config.js': `export function load() { return { apiKey: process.env.X_API_KEY }; } ${other}`,
      },
    ],
    [
      'through a constructor of another file',
      {
        'index.js': `import { Client } from './client.js'; new Client(process.env.X_API_KEY).list(); ${other}`,
        'client.js':
          "export class Client { constructor(key) { this.key = key; } list() { return fetch('https://api.x.dev/v1', { headers: { a: this.key } }); } }",
      },
    ],
    [
      'through the options of a constructor, from a third file',
      {
        'index.js': `import { Client } from './client.js'; import { config } from './config.js'; new Client({ apiKey: config.key, baseUrl: config.url }).list();`,
        'config.js': `export const config = { key: process.env.X_API_KEY, url: 'https://api.x.dev' }; ${other}`,
        'client.js':
          'export class Client { constructor({ apiKey, baseUrl }) { this.apiKey = apiKey; this.baseUrl = baseUrl; } list() { return fetch(this.baseUrl, { headers: { a: this.apiKey } }); } }',
      },
    ],
    [
      'through a helper that sends',
      {
        'index.js': `import { send } from './send.js'; send('list', process.env.X_API_KEY); ${other}`,
        'send.js': 'export function send(path, token) { return fetch(`https://api.x.dev/${path}`, { headers: { token } }); }',
      },
    ],
    [
      'through a file that passes exports on',
      {
        'index.js': `import { key } from './all.js'; ${send}`,
        'all.js': "export * from './config.js';",
        'config.js': `export const key = process.env.X_API_KEY; ${other}`,
      },
    ],
  ];
  test.each(cases)('%s', (_, files) => {
    expect(shown(files)).toEqual(['X_API_KEY → api.x.dev']);
  });
});

describe('nobody is accused', () => {
  test('of another member of the same object', () => {
    const files = {
      'index.js': "import { config } from './config.js'; fetch('https://status.y.dev/', { headers: { agent: config.agent } })",
      'config.js': "export const config = { agent: 'me', apiKey: process.env.X_API_KEY };",
    };
    expect(shown(files)).toEqual(['X_API_KEY → status.y.dev (same-package)']);
  });

  test('of what another caller hands to another host', () => {
    const files = {
      'index.js':
        "import { config } from './config.js'; import { send } from './send.js'; send('https://status.y.dev/', config.agent); use(config.apiKey);",
      'send.js': 'export function send(url, body) { return fetch(url, { body }); }',
      'config.js': "export const config = { agent: 'me', apiKey: process.env.X_API_KEY };",
    };
    expect(shown(files)).toEqual(['X_API_KEY → status.y.dev (same-package)']);
  });

  test('of a name that is bound to something else where it is sent', () => {
    const files = {
      'index.js':
        "import { key } from './config.js'; use(key); { const key = 'none'; fetch('https://status.y.dev/', { headers: { key } }); }",
      'config.js': 'export const key = process.env.X_API_KEY;',
    };
    expect(shown(files)).toEqual(['X_API_KEY → status.y.dev (same-package)']);
  });
});

test('files that hand a key round in a circle end', () => {
  const files = {
    'index.js': `import { a } from './a.js'; const key = a; ${send}`,
    'a.js': "import { b } from './b.js'; export const a = b || process.env.X_API_KEY;",
    'b.js': "import { a } from './a.js'; export const b = a;",
  };
  expect(shown(files)).toEqual(['X_API_KEY → api.x.dev']);
});
