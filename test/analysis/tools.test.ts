// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are sources under test
import { describe, expect, test } from 'vitest';
import { packageTools, serverManifest, staticManifest } from '../../src/analysis/tools.ts';
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
  [
    'a factory of another package with tools by name',
    {
      'a.js':
        "import { createServer as c, tool as t } from 'kit'; c({ name: 'n', version: '1', tools: async () => { const all = {}; Object.assign(all, more()); return all; } }); function more() { return { echo: t({ description: 'says it again', parameters: P, execute }) }; }",
    },
    'resolved',
  ],
  [
    'a server class that takes a list',
    { 'a.js': "new AgentServer({ name: 'n', version: '1', tools: [{ name: 'echo', description: 'says it again', execute }] })" },
    'literal',
  ],
  [
    'a function that another returns',
    {
      'a.js':
        "const tool = { name: 'echo', description: 'says it again' }; const register = make(server); register(tool); function make(to) { return (tool) => { to.tool(tool.name, tool.description, async () => {}); }; }",
    },
    'resolved',
  ],
  [
    'a registry of classes with static names',
    {
      'a.js':
        "class Echo extends Base { static toolName = 'echo'; description = 'says it again'; argsShape() { return { a: z.string() } } }",
    },
    'guessed',
  ],
  [
    'the same, compiled',
    {
      'a.js':
        "class Echo extends Base { constructor() { super(...arguments); this.description = 'says it again'; } } Echo.toolName = 'echo'",
    },
    'guessed',
  ],
  [
    'an async handler as TypeScript compiles it',
    {
      'a.js':
        "s.setRequestHandler(ListToolsRequestSchema, () => __awaiter(this, void 0, void 0, function* () { const all = yield list(); return { tools: all }; })); function list() { return [{ name: 'echo', description: 'says it again' }]; }",
    },
    'resolved',
  ],
  [
    'the same for ES5',
    {
      'a.js':
        "s.setRequestHandler(ListToolsRequestSchema, function () { return __awaiter(void 0, void 0, void 0, function () { return __generator(this, function (_a) { return [2, { tools: [{ name: 'echo', description: 'says it again' }] }]; }); }); })",
    },
    'literal',
  ],
  [
    'a CommonJS file that esbuild wrapped',
    {
      'a.js':
        "var require_t = __commonJS({ 't.js'(exports) { exports.TOOLS = void 0; exports.TOOLS = [{ name: 'echo', description: 'says it again' }]; } }); var t = __toESM(require_t()); s.setRequestHandler(ListToolsRequestSchema, () => ({ tools: t.TOOLS }))",
    },
    'resolved',
  ],
  [
    'one that exports as a whole',
    {
      'a.js':
        "var require_t = __commonJS({ 't.js'(exports, module) { module.exports = { echo: { name: 'echo', description: 'says it again' } }; } }); var { echo } = require_t(); s.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [echo] }))",
    },
    'resolved',
  ],
  [
    'a module that esbuild loads late',
    {
      'a.js':
        "var t_exports = {}; __export(t_exports, { TOOLS: () => TOOLS }); var TOOLS; var init_t = __esm({ 't.js'() { TOOLS = [{ name: 'echo', description: 'says it again' }]; } }); s.setRequestHandler(ListToolsRequestSchema, async () => { const t = await Promise.resolve().then(() => (init_t(), t_exports)); return { tools: t.TOOLS }; })",
    },
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
  [
    'a template for every element of a table',
    {
      'a.js':
        "const defs = [{ id: 'echo', text: 'says it again' }]; s.setRequestHandler(ListToolsRequestSchema, () => ({ tools: defs.map((d) => ({ name: d.id, description: d.text })) }))",
    },
    'resolved',
  ],
  [
    'a loop over a table',
    {
      'a.js':
        "const all = [{ name: 'echo', text: 'says it again' }]; for (const t of all) server.registerTool(t.name, { description: t.text }, f)",
    },
    'resolved',
  ],
  [
    'a loop over the entries of an object',
    {
      'a.js':
        "const all = { echo: { text: 'says it again' } }; for (const [name, { text }] of Object.entries(all)) server.tool(name, text, {}, async () => {})",
    },
    'resolved',
  ],
  [
    'forEach with a callback',
    { 'a.js': "[{ name: 'echo', text: 'says it again' }].forEach((t) => { server.registerTool(t.name, { description: t.text }, f) })" },
    'resolved',
  ],
  [
    'a helper that wraps the registration',
    {
      'a.js': "import { add } from './h.js'; add(server, 'echo', 'says it again', f)",
      'h.js': 'export function add(server, name, text, run) { server.registerTool(name, { description: text }, run) } // tool',
    },
    'resolved',
  ],
  [
    'a helper inside a helper, with a default',
    {
      'a.js':
        "const one = (n, t = 'says it again') => server.registerTool(n, { description: t }, f); function two(n) { one(n) } two('echo')",
    },
    'resolved',
  ],
  [
    'a factory',
    { 'a.js': "const make = (name, text) => ({ name, description: text, run }); server.addTool(make('echo', 'says it again'))" },
    'literal',
  ],
  [
    'a factory of somebody else',
    { 'a.js': "import { defineTool } from 'kit'; server.addTool(defineTool({ name: 'echo', description: 'says it again', run }))" },
  ],
  [
    'a class with fields',
    {
      'a.js':
        "class Echo { name = 'echo'; get description() { return 'says it again' } } const e = new Echo(); server.registerTool(e.name, { description: e.description }, f)",
    },
  ],
  [
    'a base class that registers',
    {
      'a.js': "import { Base } from './b.js'; export class Echo extends Base { constructor() { super('echo', 'says it again') } } // tool",
      'b.js':
        'export class Base { constructor(n, d) { this.name = n; this.text = d } install(server) { server.registerTool(this.name, { description: this.text }, f) } }',
    },
    'resolved',
  ],
  [
    'parameter properties in TypeScript',
    {
      'a.ts':
        "class T { constructor(readonly name: string, private text: string) {} on(s: S) { s.registerTool(this.name, { description: this.text }, f) } } new T('echo', 'says it again').on(server)",
    },
    'resolved',
  ],
  [
    'an array that is filled by push',
    {
      'a.js':
        "const all = []; all.push({ name: 'echo', description: 'says it again' }); s.setRequestHandler(ListToolsRequestSchema, () => ({ tools: all }))",
    },
    'resolved',
  ],
  [
    'a registry with a map',
    {
      'a.js':
        "class R { tools = new Map(); add(t) { this.tools.set(t.name, t) } list() { return [...this.tools.values()] } } const r = new R(); r.add({ name: 'echo', description: 'says it again' }); s.setRequestHandler(ListToolsRequestSchema, () => ({ tools: r.list() }))",
    },
    'resolved',
  ],
  ['an enum', { 'a.ts': "enum N { Echo = 'echo' } server.registerTool(N.Echo, { description: 'says it again' }, f)" }, 'resolved'],
  [
    'a compiled enum',
    {
      'a.js':
        "var N; (function (N) { N['Echo'] = 'echo' })(N || (N = {})); server.registerTool(N.Echo, { description: 'says it again' }, f)",
    },
    'resolved',
  ],
  [
    'a minified enum',
    { 'a.js': "var e = ((t) => ((t.Echo = 'echo'), t))(e || {}); r.registerTool(e.Echo, { description: 'says it again' }, f)" },
    'resolved',
  ],
  [
    'CommonJS as the compiler writes it',
    {
      'a.js': "const t_1 = require('./t.js'); (0, t_1.wrap)(server); server.registerTool(t_1.N, t_1.config, f)",
      't.js': "exports.N = void 0; exports.N = 'echo'; exports.config = { description: 'says it again' }; exports.wrap = () => {}",
    },
    'resolved',
  ],
  [
    'module.exports',
    {
      'a.js': "const { N } = require('./t'); server.registerTool(N, { description: 'says it again' }, f)",
      't.js': "module.exports = { N: 'echo' }",
    },
    'resolved',
  ],
  [
    'a default export',
    { 'a.js': "import t from './t.js'; server.addTool(t)", 't.js': "export default { name: 'echo', description: 'says it again' }" },
    'resolved',
  ],
  [
    'a dynamic import',
    {
      'a.js': "const { t } = await import('./t.js'); server.addTool(t)",
      't.js': "export const t = { name: 'echo', description: 'says it again' }",
    },
    'resolved',
  ],
  [
    'the names of a bundle',
    {
      'a.js':
        "function a() { const e = 'other'; return e } function b(r) { const e = 'echo', t = 'says it again'; r.registerTool(e, { description: t }, f) }",
    },
    'resolved',
  ],
  [
    'a minified list handler',
    {
      'a.js':
        "var q = w.extend({ method: g('tools/list') }); var k = [{ name: 'echo', description: 'says it again' }]; s.setRequestHandler(q, async () => ({ tools: k }))",
    },
    'resolved',
  ],
  [
    'a handler that is a bound method',
    {
      'a.js':
        "class S { start() { this.s.setRequestHandler(ListToolsRequestSchema, this.list.bind(this)) } async list() { return { tools: this.all } } all = [{ name: 'echo', description: 'says it again' }] }",
    },
    'resolved',
  ],
  [
    'a JSON file that is imported',
    {
      'a.js': "import t from './t.json' with { type: 'json' }; s.setRequestHandler(ListToolsRequestSchema, () => ({ tools: t }))",
      't.json': '[{"name": "echo", "description": "says it again"}]',
    },
    'resolved',
  ],
  [
    'a JSON file that is read',
    {
      'a.js':
        "const t = JSON.parse(readFileSync(join(__dirname, 't.json'), 'utf8')); s.setRequestHandler(ListToolsRequestSchema, () => ({ tools: t }))",
      't.json': '[{"name": "echo", "description": "says it again"}]',
    },
    'resolved',
  ],
  [
    'a JSON text',
    {
      'a.js':
        'const t = JSON.parse(\'[{"name": "echo", "description": "says it again"}]\'); s.setRequestHandler(ListToolsRequestSchema, () => ({ tools: t }))',
    },
    'resolved',
  ],
  ['a table nobody reads', { 't.json': '{"tools": [{"name": "echo", "description": "says it again", "inputSchema": {}}]}' }, 'guessed'],
  [
    'the manifest of a bundle',
    { 'manifest.json': '{"manifest_version": "0.3", "server": {}, "tools": [{"name": "echo", "description": "says it again"}]}' },
    'resolved',
  ],
  ['an app tool', { 'a.js': "registerAppTool(server, 'echo', { description: 'says it again' }, f)" }, 'literal'],
  [
    'a class of mcp-framework',
    {
      'a.js':
        "import { MCPTool } from 'mcp-framework'; export default class Echo extends MCPTool { name = 'echo'; description = 'says it again'; schema = {} }",
    },
    'resolved',
  ],
  [
    'a name behind a choice that is not made here',
    { 'a.js': "function r(server, name) { server.tool(name || 'echo', 'says it again', {}, async () => {}) } r(server)" },
    'literal',
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
    ['a file that cannot be read', 'server.registerTool(;'],
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

/** The schema of the one tool gives these parameters, with these descriptions. */
test.each<readonly [string, string]>([
  ['JSON Schema', "{ type: 'object', properties: { a: { type: 'string', description: 'the first' }, b: {} } }"],
  ['a raw shape', "{ a: z.string().describe('the first').optional(), b: z.number() }"],
  ['zod', "z.object({ a: z.string().optional().default('x').describe('the first'), b: z.number() }).strict()"],
  ['zod from a constant', 'S'],
  ['an extended schema', "z.object({ a: z.string().meta({ description: 'the first' }) }).extend({ b: z.number() })"],
  ['a picked schema', "z.object({ a: z.string().describe('the first'), b: z.number(), c: z.number() }).omit({ c: true })"],
  ['a converted schema', 'zodToJsonSchema(S)'],
  ['a converted schema of zod 4', 'z.toJSONSchema(S)'],
  ['a shape', 'S.shape'],
  ['TypeBox', "Type.Object({ a: Type.String({ description: 'the first' }), b: Type.Number() })"],
  ['a preprocessed member', "z.object({ a: z.preprocess((v) => v, z.string().describe('the first')), b: z.number() })"],
])('parameters of %s', (_, schema) => {
  const source = `const S = z.object({ a: z.string().describe('the first'), b: z.number() }); server.registerTool('t', { description: 'd', inputSchema: ${schema} }, f)`;
  expect(staticManifest(files({ 'a.js': source })).tools[0]?.parameters).toMatchObject([
    { name: 'a', description: 'the first' },
    { name: 'b', description: null },
  ]);
});

/** What the schema of one parameter says beside its description. */
test.each<readonly [string, object | undefined]>([
  ["z.string().describe('d')", undefined],
  ["z.enum(['x', 'y']).default('x').describe('d')", { enum: ['x', 'y'], default: 'x' }],
  ['z.enum(Modes).optional()', { enum: ['x', 'y'] }],
  ["z.nativeEnum({ A: 'x', B: 'y' })", { enum: ['x', 'y'] }],
  ["z.literal('x')", { const: 'x' }],
  ["z.literal(['x', 'y'])", { enum: ['x', 'y'] }],
  ["z.union([z.literal('x'), z.literal('y')]).optional()", { enum: ['x', 'y'] }],
  ["z.optional(z.enum(['x']))", { enum: ['x'] }],
  ["z.array(z.enum(['x']))", { enum: ['x'] }],
  ["z.string().meta({ title: 'T', examples: ['x', 1] })", { title: 'T', examples: ['x'] }],
  [
    "{ type: 'string', title: 'T', enum: Modes, default: 'x', examples: ['e'], const: 'c' }",
    { title: 'T', enum: ['x', 'y'], default: 'x', examples: ['e'], const: 'c' },
  ],
  ["Type.String({ default: 'x', title: 'T' })", { default: 'x', title: 'T' }],
  ["Type.Union([Type.Literal('x'), Type.Literal('y')])", { enum: ['x', 'y'] }],
  ["z.string().default(() => 'x')", undefined],
  ['z.number().default(3)', undefined],
])('words of %s', (schema, words) => {
  const source = `const Modes = ['x', 'y']; server.registerTool('t', { description: 'd', inputSchema: { type: 'object', properties: { p: ${schema} } } }, f)`;
  expect(staticManifest(files({ 'a.js': source })).tools[0]?.parameters[0]?.words).toEqual(words);
});

test('every part of a positional registration finds its place', () => {
  const source =
    "server.tool('t', 'says', { a: z.string() }, { title: 'T', readOnlyHint: true }, f); server.tool('u', { readOnlyHint: !1 }, async () => {})";
  expect(staticManifest(files({ 'a.js': source })).tools).toMatchObject([
    { name: 't', description: 'says', parameters: [{ name: 'a' }], annotations: { title: 'T', readOnlyHint: true } },
    { name: 'u', description: null, parameters: [], annotations: { readOnlyHint: false } },
  ]);
});

describe('attacks', () => {
  test.each([
    ['escapes', "server.registerTool('\\x65cho', { description: 'd' }, f)"],
    ['parts in an array', "server.registerTool(['ec', 'ho'].join(''), { description: 'd' }, f)"],
    ['a replaced letter', "server.registerTool('e_ho'.replace('_', 'c'), { description: 'd' }, f)"],
    ['a computed method', "server['registerTool']('echo', { description: 'd' }, f)"],
    ['an optional call', "server?.registerTool?.('echo', { description: 'd' }, f)"],
    ['a condition', "if (process.env.LATER) server.registerTool('echo', { description: 'd' }, f)"],
    ['a table that is changed later', "const t = {}; t['name'] = 'echo'; t.description = 'd'; server.addTool(t)"],
    [
      'decoys under the same name in other scopes',
      `${'{ const n = "x" } '.repeat(60)} const n = 'echo'; server.registerTool(n, { description: 'd' }, f)`,
    ],
  ])('a name made with %s', (_, source) => {
    expect(staticManifest(files({ 'a.js': source })).tools.map(({ name }) => name)).toContain('echo');
  });

  test('a description that the run chooses is said to be one of several', () => {
    const found = staticManifest(files({ 'a.js': "server.registerTool('t', { description: ci ? 'kind' : 'unkind' }, f)" }));
    expect(found.tools).toMatchObject([{ name: 't', description: null }]);
    expect(found.gaps).toEqual(['the description of t is one of several, chosen at run time (a.js:1)']);
  });

  test.each([
    ['a name that calls itself', 'const a = () => a(); server.registerTool(a(), {}, f)'],
    ['values that stand for each other', 'var a = b, b = a; server.registerTool(a, {}, f)'],
    ['a class that extends itself', 'class A extends A { go(s) { s.registerTool(this.name, {}, f) } }'],
    ['helpers that call each other', "function a(n) { b(n) } function b(n) { a(n); s.registerTool(n, {}, f) } a('x')"],
    [
      'a list that holds itself',
      'const a = []; a.push(...a); a.push(a); s.setRequestHandler(ListToolsRequestSchema, () => ({ tools: a }))',
    ],
    [
      'choices of choices',
      `${Array.from({ length: 40 }, (_, i) => `const v${i + 1} = c ? v${i} + 'a' : v${i} + 'b';`).join('')} const v0 = 'x'; s.registerTool(v40, {}, f)`,
    ],
    [
      'a text that doubles',
      `const v0 = 'xxxxxxxx';${Array.from({ length: 60 }, (_, i) => `const v${i + 1} = v${i} + v${i};`).join('')} s.registerTool('t', { description: v60 }, f)`,
    ],
    [
      'loops in loops',
      `${Array.from({ length: 8 }, (_, i) => `for (const a${i} of [1,2,3,4,5,6,7,8,9]) `).join('')} s.registerTool('t' + a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7, {}, f)`,
    ],
    // What is not bounded takes longer than any test may.
  ])('%s ends', (_, source) => {
    expect(staticManifest(files({ 'a.js': source })).tools).toBeInstanceOf(Array);
  });
});

describe('the server out of its packages', () => {
  const tools = (name: string): ReturnType<typeof packageTools> =>
    packageTools(
      files({ 'a.js': `server.registerTool('${name}', { description: 'd' }, f)`, 'dead.js': "server.registerTool('dead', {}, f)" }),
    );
  const nothing = packageTools(files({ 'a.js': 'start()' }));
  const reached = new Set(['a.js']);

  test('what cannot run is not offered', () => {
    expect(serverManifest(tools('own'), reached, []).tools.map(({ name }) => name)).toEqual(['own']);
  });

  test('a thin wrapper offers what its dependency registers, through it', () => {
    const found = serverManifest(nothing, reached, [{ package: 'core@1.0.0', tools: tools('far'), reached }]);
    expect(found.tools).toMatchObject([{ name: 'far', through: 'core@1.0.0', where: 'a.js:1' }]);
  });

  test('a package that registers something itself does not offer what its dependencies do', () => {
    const found = serverManifest(tools('own'), reached, [{ package: 'core@1.0.0', tools: tools('far'), reached }]);
    expect(found.tools.map(({ name, through }) => [name, through])).toEqual([['own', null]]);
  });
});

test.each([
  [
    'an OpenAPI document',
    's.setRequestHandler(ListToolsRequestSchema, () => ({ tools: fromOpenApi(doc) }))',
    'tools are built from an OpenAPI document at run time (a.js:1)',
  ],
  ['a proxy', 's.setRequestHandler(ListToolsRequestSchema, () => client.listTools())', 'tools are listed by another server (a.js:1)'],
  [
    'a folder',
    'for (const file of readdirSync(dir)) { const t = await import(file); server.registerTool(t.name, t.config, f) }',
    'tools are loaded from files that are looked for at run time (a.js:1)',
  ],
])('tools out of %s are said to be so', (_, source, gap) => {
  expect(staticManifest(files({ 'a.js': `async function start() { ${source} }` })).gaps).toEqual([gap]);
});

const speaking = { 'package.json': '{}' };

test.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
  [
    'a bridge of the SDK',
    { 'a.js': "const URL_ = 'https://mcp.shop.example/';\nnew StreamableHTTPClientTransport(new URL(URL_)); new StdioServerTransport()" },
    ['tools are listed by another server, mcp.shop.example (a.js:2)'],
  ],
  [
    'a bridge without the SDK',
    { 'a.js': "process.stdin; fetch('https://shop.example/api/mcp', { headers: { 'mcp-session-id': id } })" },
    ['tools are listed by another server, shop.example (a.js:1)'],
  ],
  [
    'a bridge to one of several',
    { 'a.js': "'https://a.example/mcp'; 'https://b.example/mcp'; new SSEClientTransport(u); new StdioServerTransport()" },
    ['tools are listed by another server (a.js:1)'],
  ],
  [
    'a bundle of the whole SDK',
    { 'a.js': `new SSEClientTransport(u); new StdioServerTransport(); /*${'-'.repeat(200_000)}*/` },
    ['tools may be listed by another server: the code has both ends of a bridge (a.js:1)'],
  ],
  [
    'a server that uses another and names a tool',
    { 'a.js': "new SSEClientTransport(u); new StdioServerTransport(); server.registerTool('echo', {}, f)" },
    [],
  ],
  ['a client', { 'a.js': 'new SSEClientTransport(u)' }, []],
])('no silence where tools are elsewhere: %s', (_, contents, gaps) => {
  expect(staticManifest(files({ ...speaking, ...contents })).gaps).toEqual(gaps);
});

const beside = "const other = { name: 'other', description: 'not offered', inputSchema: {} };";
const handled = "s.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [{ name: 'echo', description: 'says it again' }] }));";

test.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
  ['a list that was read to the end leaves nothing to guess', { 'a.js': handled, 'b.js': beside }, ['echo']],
  ['a list with a part that was not read does', { 'a.js': handled.replace('[{', '[...more(), {'), 'b.js': beside }, ['echo', 'other']],
  ['so do registrations one by one', { 'a.js': "server.registerTool('echo', {}, f);", 'b.js': beside }, ['echo', 'other']],
])('%s', (_, contents, names) => {
  expect(staticManifest(files(contents)).tools.map(({ name }) => name)).toEqual(names);
});

test.each<readonly [string, string, string | null, readonly string[]]>([
  ['options of a server', "new McpServer({ name: 'n', version: '1' }, { capabilities: {}, instructions: 'Say it.' })", 'Say it.', []],
  ['options in a constant', "const o = { instructions: ['Say', 'it.'].join(' ') }; new Server(info, o)", 'Say it.', []],
  ['one object', "new FastMCP({ name: 'n', version: '1', instructions: `Say it.` })", 'Say it.', []],
  ['a class in a minified bundle', "new a({ name: 'n', version: '1' }, { instructions: 'Say it.' })", 'Say it.', []],
  [
    'a subclass',
    "class S extends McpServer { constructor() { super({ name: 'n', version: '1' }, { instructions: 'Say it.' }) } }",
    'Say it.',
    [],
  ],
  [
    'a factory under another name',
    "import { createServer as c } from 'kit'; c({ name: 'n', version: '1', instructions: 'Say it.' })",
    'Say it.',
    [],
  ],
  [
    'a text made at run time',
    'new McpServer(info, { instructions: await load() })',
    null,
    ['the instructions are made at run time (a.js:1)'],
  ],
  [
    'one of two texts',
    "new McpServer(info, { instructions: x ? 'A' : 'B' })",
    'A',
    ['the instructions are one of several, chosen at run time'],
  ],
  [
    'an agent that is no server',
    "new Agent({ instructions: 'Say it.' }); createAgent({ name: 'n', version: '1', instructions: 'Say it.' })",
    null,
    [],
  ],
])('instructions: %s', (_, source, text, gaps) => {
  const found = staticManifest(files({ 'a.js': source }));
  expect(found.instructions?.text ?? null).toBe(text);
  expect(found.gaps).toEqual(gaps);
});
