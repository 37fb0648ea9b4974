// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are sources under test
import { describe, expect, test } from 'vitest';
import { staticManifest } from '../../src/analysis/tools.ts';
import { files } from './facts.ts';

const echo = { name: 'echo', description: 'says it again' };

/** Every style gives the one tool `echo`. */
const styles: readonly (readonly [string, Readonly<Record<string, string>>, string?])[] = [
  ['server.tool with a text', { 'a.js': "server.tool('echo', 'says it again', { text: z.string() }, async () => {})" }, 'literal'],
  [
    'registerTool',
    { 'a.js': "server.registerTool('echo', { title: 'E', description: 'says it again', inputSchema: {} }, async () => {})" },
    'literal',
  ],
  [
    'a name and a config in constants',
    { 'a.js': "const name = 'echo'; const config = { description: 'says it again' }; server.registerTool(name, config, f)" },
    'resolved',
  ],
  ['concatenated text', { 'a.js': "server.registerTool('echo', { description: 'says ' + 'it ' + 'again' }, f)" }, 'resolved'],
  [
    'a template with a constant',
    { 'a.js': "const it = 'it'; server.registerTool('echo', { description: `says ${it} again` }, f)" },
    'resolved',
  ],
  [
    'a text that is an array of lines',
    { 'a.js': "server.registerTool('echo', { description: ['says it', 'again'].join(' ') }, f)" },
    'resolved',
  ],
  [
    'a list handler',
    {
      'a.js':
        "server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: [{ name: 'echo', description: 'says it again', inputSchema: {} }] }))",
    },
    'literal',
  ],
  [
    'a list handler by method name',
    { 'a.js': "server.setRequestHandler('tools/list', () => { return { tools: [{ name: 'echo', description: 'says it again' }] }; })" },
    'literal',
  ],
  [
    'an array in a constant',
    {
      'a.js':
        "const TOOLS = [{ name: 'echo', description: 'says it again' }]; s.setRequestHandler(ListToolsRequestSchema, () => ({ tools: TOOLS }))",
    },
    'resolved',
  ],
  [
    'shorthand',
    {
      'a.js':
        "const tools = [{ name: 'echo', description: 'says it again' }]; s.setRequestHandler(ListToolsRequestSchema, () => ({ tools }))",
    },
    'resolved',
  ],
  [
    'an imported array',
    {
      'a.js': "import { TOOLS } from './t.js'; s.setRequestHandler(ListToolsRequestSchema, () => ({ tools: TOOLS }))",
      't.js': "export const TOOLS = [{ name: 'echo', description: 'says it again' }]",
    },
    'resolved',
  ],
  [
    'a re-exported object',
    {
      'a.js': "import { all } from './i.js'; s.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [all] }))",
      'i.js': "export { echo as all } from './e.js'",
      'e.js': "export const echo = { name: 'echo', description: 'says it again' }",
    },
    'resolved',
  ],
  [
    'spreads',
    {
      'a.js':
        "const a = [{ name: 'echo', description: 'says it again' }]; s.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [...a] }))",
    },
    'resolved',
  ],
  [
    'values of an object',
    {
      'a.js':
        "const T = { e: { name: 'echo', description: 'says it again' } }; s.setRequestHandler(ListToolsRequestSchema, () => ({ tools: Object.values(T) }))",
    },
  ],
  [
    'a handler with a name',
    {
      'a.js':
        "async function list() { return { tools: [{ name: 'echo', description: 'says it again' }] }; } s.setRequestHandler(ListToolsRequestSchema, list)",
    },
    'resolved',
  ],
  ['addTool with an object', { 'a.js': "server.addTool({ name: 'echo', description: 'says it again', execute: f })" }, 'literal'],
  [
    'a Tool object in TypeScript',
    {
      'a.ts':
        "const t: Tool = { name: 'echo', description: 'says it again', inputSchema: {} as const }; s.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [t satisfies Tool] }))",
    },
    'resolved',
  ],
  [
    'a name from another file',
    {
      'a.js': "import { N } from './n.js'; server.registerTool(N, { description: 'says it again' }, f)",
      'n.js': "export const N = 'echo'",
    },
    'resolved',
  ],
  [
    'a member of constants',
    { 'a.js': "const NAMES = { echo: 'echo' }; server.registerTool(NAMES.echo, { description: 'says it again' }, f)" },
    'resolved',
  ],
  [
    'a lone tool-shaped object',
    { 'a.js': "class A { schema = { name: 'echo', description: 'says it again', inputSchema: {} } }" },
    'guessed',
  ],
];

describe('registration styles', () => {
  test.each(styles.map(([title, contents, confidence]) => ({ title, contents, confidence })))('$title', ({ contents, confidence }) => {
    const { tools } = staticManifest(files(contents));
    expect(tools).toHaveLength(1);
    expect(tools[0]).toMatchObject(echo);
    if (confidence !== undefined) expect(tools[0]?.confidence).toBe(confidence);
    expect(tools[0]?.where).toMatch(/^[\w/.]+:1$/);
  });

  test('prompts and resources', () => {
    const found = staticManifest(
      files({
        'a.js': `server.prompt('ask', 'asks', async () => {});
server.registerPrompt('other', { description: 'others' }, f);
server.registerResource('log', 'file:///log', { description: 'a log' }, f);
server.resource('raw', 'x://y', async () => {});
s.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts: [{ name: 'listed' }] }));`,
      }),
    );
    expect(found.prompts.map(({ name }) => name)).toEqual(['ask', 'listed', 'other']);
    expect(found.resources.map(({ name }) => name)).toEqual(['log', 'raw']);
    expect(found.gaps).toEqual([]);
  });
});

describe('what is made at run time is said to be so', () => {
  test.each([
    ['a loop', 'for (const t of load()) server.registerTool(t.name, { description: t.text }, f)'],
    ['a mapped document', 's.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: Object.keys(doc.paths).map(toTool) }))'],
    ['a handler that calls elsewhere', 's.setRequestHandler(ListToolsRequestSchema, async () => registry.list())'],
    ['an imported package', "import { tools } from 'other'; s.setRequestHandler(ListToolsRequestSchema, () => ({ tools }))"],
    ['a file that cannot be read', 'const tools = ;'],
  ])('%s', (_, source) => {
    const { tools, gaps } = staticManifest(files({ 'a.js': source }));
    expect(tools).toEqual([]);
    expect(gaps.length).toBeGreaterThan(0);
    expect(gaps[0]).toContain('a.js');
  });
});

test.each<readonly [string, Readonly<Record<string, string>>]>([
  ['tests', { 'src/__tests__/a.js': "server.tool('fake', 'x', f)", 'a.test.js': "server.tool('fake', 'x', f)" }],
  ['a prompt library', { 'a.js': "const answer = await inquirer.prompt('name', options)" }],
  ['a method that is called tool', { 'a.js': "kit.tool('hammer')" }],
])('%s is no registration', (_, contents) => {
  const { tools, prompts } = staticManifest(files(contents));
  expect([...tools, ...prompts]).toEqual([]);
});

test('the order of files does not matter', () => {
  const contents = { 'b.js': "server.tool('b', 'B', f)", 'a.js': "server.tool('a', 'A', f); server.tool('b', 'B', f)" };
  const forward = files(contents);
  expect(staticManifest([...forward].reverse())).toEqual(staticManifest(forward));
});
