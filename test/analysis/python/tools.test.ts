import { describe, expect, test } from 'vitest';
import { pythonStaticManifest } from '../../../src/analysis/python/tools.ts';
import { files } from '../facts.ts';

function tools(source: string, others: Readonly<Record<string, string>> = {}) {
  return pythonStaticManifest(files({ 'own/__init__.py': '', 'own/server.py': source, ...others }));
}

const fast =
  "from mcp.server.fastmcp import FastMCP, Context\nfrom pydantic import Field\nfrom typing import Annotated\nmcp = FastMCP('a')\n";
const low = "import mcp.types as types\nfrom mcp.types import Tool, Prompt\nfrom mcp.server import Server\nserver = Server('a')\n";

describe('one tool, in every style', () => {
  test.each<[string, string, Readonly<Record<string, string>>?]>([
    ['decorator', `${fast}@mcp.tool()\ndef get_weather(city: str) -> str:\n    """Weather of a city."""`],
    ['decorator without brackets', `${fast}@mcp.tool\nasync def get_weather(city): \n    "Weather of a city."`],
    ['decorator with a name', `${fast}@mcp.tool(name="get_weather", description="Weather of a city.")\ndef f(city: str): pass`],
    ['decorator with a name by position', `${fast}@mcp.tool("get_weather", description="Weather of a city.")\ndef f(city: str): pass`],
    [
      'decorator with constants',
      `${fast}N = "get_weather"\nD = "Weather " + "of a city."\n@mcp.tool(N, description=D)\ndef f(city: str): pass`,
    ],
    ['decorator over another', `${fast}@log\n@mcp.tool()\n@retry(3)\ndef get_weather(city: str):\n    """Weather of a city."""`],
    [
      'in a function that registers',
      `${fast}def register(app):\n    @app.tool()\n    def get_weather(city):\n        """Weather of a city."""`,
    ],
    ['add_tool', `${fast}def get_weather(city):\n    """Weather of a city."""\nmcp.add_tool(get_weather)`],
    ['add_tool with a name', `${fast}def f(city): pass\nmcp.add_tool(f, name="get_weather", description="Weather of a city.")`],
    ['tool as a function', `${fast}def get_weather(city):\n    """Weather of a city."""\nmcp.tool(get_weather)`],
    ['tool()(function)', `${fast}def f(city): pass\nmcp.tool(name="get_weather", description="Weather of a city.")(f)`],
    ['in a loop', `${fast}def get_weather(city):\n    """Weather of a city."""\nfor f in [get_weather]:\n    mcp.add_tool(f)`],
    [
      'Tool.from_function',
      `${fast}from fastmcp.tools import Tool\ndef f(city): pass\nmcp.add_tool(Tool.from_function(f, name="get_weather", description="Weather of a city."))`,
    ],
    [
      'of another file',
      `${fast}from .impl import get_weather\nmcp.add_tool(get_weather)`,
      { 'own/impl.py': 'def get_weather(city):\n    """Weather of a city."""' },
    ],
    ['a method', `${fast}class W:\n    @mcp.tool()\n    def get_weather(self, city: str, ctx: Context):\n        """Weather of a city."""`],
    [
      'low level',
      `${low}@server.list_tools()\nasync def h():\n    return [types.Tool(name="get_weather", description="Weather of a city.", inputSchema={"type": "object", "properties": {"city": {"type": "string"}}})]`,
    ],
    [
      'low level, a list of the module',
      `${low}TOOLS = [Tool(name="get_weather", description="Weather of a city.", inputSchema={"properties": {"city": {}}})]\n@server.list_tools()\nasync def h(): return TOOLS`,
    ],
    [
      'low level, of another file',
      `${low}from .impl import TOOLS\n@server.list_tools()\nasync def h(): return TOOLS`,
      {
        'own/impl.py':
          'from mcp import types\nTOOLS = [types.Tool(name="get_weather", description="Weather of a city.", inputSchema={"properties": {"city": {}}})]',
      },
    ],
    [
      'low level, by an enumeration',
      `${low}from enum import Enum\nclass T(str, Enum):\n    W = "get_weather"\n@server.list_tools()\nasync def h():\n    return [Tool(name=T.W.value, description="""Weather of a city.""", inputSchema={"properties": {"city": {}}})]`,
    ],
    [
      'low level, by an enumeration of another file',
      `${low}from .names import T\n@server.list_tools()\nasync def h():\n    return [Tool(name=T.W, description="Weather of a city.", inputSchema={"properties": {"city": {}}})]`,
      { 'own/names.py': 'class T:\n    W = "get_weather"' },
    ],
    [
      'low level, a model',
      `${low}from pydantic import BaseModel\nclass A(BaseModel):\n    city: str\n@server.list_tools()\nasync def h():\n    return [Tool(name="get_weather", description="Weather of a city.", inputSchema=A.model_json_schema())]`,
    ],
  ])('%s', (_, source, others) => {
    const found = tools(source, others);
    expect(found.gaps).toEqual([]);
    expect(found.tools).toHaveLength(1);
    expect(found.tools[0]).toMatchObject({ name: 'get_weather', description: 'Weather of a city.', through: null });
    expect(found.tools[0]?.parameters.map(({ name }) => name)).toEqual(['city']);
    expect(found.tools[0]?.where).toMatch(/^own\/\w+\.py:\d+$/);
  });
});

test('descriptions of parameters, titles and hints', () => {
  const source = `${fast}from mcp.types import ToolAnnotations
@mcp.tool(title="Weather", annotations=ToolAnnotations(readOnlyHint=True, title="T"))
def w(a: Annotated[str, Field(description="the a")], b: str = Field("x", description="the b"), c: Annotated[int, "the c"] = 1, *args, d=2, **kw): pass`;
  expect(tools(source).tools[0]).toMatchObject({
    title: 'Weather',
    annotations: { readOnlyHint: true, title: 'T' },
    description: null,
    parameters: [
      { name: 'a', description: 'the a' },
      { name: 'b', description: 'the b' },
      { name: 'c', description: 'the c' },
      { name: 'd', description: null },
    ],
  });
});

test('a docstring loses its indent, as a client gets it', () => {
  const source = `${fast}@mcp.tool()\ndef w(a):\n    """First.\n\n    Args:\n        a: the a\n    """`;
  expect(tools(source).tools[0]?.description).toBe('First.\n\nArgs:\n    a: the a');
});

test('prompts and resources', () => {
  const found = tools(
    `${fast}@mcp.prompt()\ndef ask(topic: str):\n    """Ask."""\n@mcp.resource("notes://{id}", name="note", description="A note.")\ndef n(id): pass\n@mcp.resource("notes://all")\ndef m(): pass`,
  );
  expect(found.prompts).toMatchObject([{ name: 'ask', description: 'Ask.', parameters: [{ name: 'topic' }] }]);
  expect(found.resources.map(({ name, description }) => [name, description])).toEqual([
    ['note', 'A note.'],
    ['notes://all', null],
  ]);
  expect(found.tools).toEqual([]);
});

test.each<[string, string, RegExp]>([
  ['OpenAPI', 'from fastmcp import FastMCP\nmcp = FastMCP.from_openapi(spec, client)', /OpenAPI document at run time/],
  ['FastAPI', 'from fastmcp import FastMCP\nmcp = FastMCP.from_fastapi(app)', /routes of a web application/],
  ['a proxy', 'from fastmcp import FastMCP\nmcp = FastMCP.as_proxy(url)', /another server are passed on/],
  ['a mount', `${fast.replace('mcp.server.fastmcp', 'fastmcp')}mcp.mount(other)`, /mounted at run time/],
  ['a loop over what is not known', `${fast}for f in load():\n    mcp.add_tool(f)`, /names that are made at run time/],
  ['a computed name', `${fast}@mcp.tool(name=prefix + "x")\ndef f(): pass`, /names that are made at run time/],
  [
    'a handler that builds its list',
    `${low}@server.list_tools()\nasync def h():\n    return await registry.all()`,
    /listed by code that builds the list/,
  ],
  [
    'tools of a comprehension',
    `${low}@server.list_tools()\nasync def h():\n    return [Tool(name=n, description=d, inputSchema={}) for n, d in x]`,
    /made at run time/,
  ],
  ['a file that cannot be read', `${fast}@mcp.tool()\ndef f(:\n    $$ ?? @@`, /could not be read/],
])('a gap is said: %s', (_, source, gap) => {
  expect(tools(source).gaps.join('\n')).toMatch(gap);
});

test.each<[string, string, string]>([
  ['tests', 'tests/test_server.py', `${fast}@mcp.tool()\ndef f(): pass`],
  ['a decorator of something else', 'own/a.py', 'from langchain.tools import tool\n@tool\ndef f(): pass'],
  ['a class of the same name', 'own/a.py', 'from .shop import Tool\nTool(name="hammer")'],
])('no tool is made of %s', (_, path, source) => {
  expect(pythonStaticManifest(files({ 'own/shop.py': 'class Tool: pass', [path]: source }))).toMatchObject({ tools: [], gaps: [] });
});

test.each<readonly [string, string, string | null, readonly string[]]>([
  ['FastMCP', "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('n', instructions='Say ' 'it.')\n", 'Say it.', []],
  ['the low-level server', "from mcp.server import Server\nTEXT = 'Say it.'\ns = Server('n', instructions=TEXT)\n", 'Say it.', []],
  [
    'made at run time',
    "from fastmcp import FastMCP\nmcp = FastMCP('n', instructions=load())\n",
    null,
    ['the instructions are made at run time in own/a.py:2'],
  ],
  ['none', "from fastmcp import FastMCP\nmcp = FastMCP('n', instructions=None)\n", null, []],
  ['a class of another library', "from shop import Server\ns = Server('n', instructions='Say it.')\n", null, []],
])('instructions: %s', (_, source, text, gaps) => {
  const found = pythonStaticManifest(files({ 'own/a.py': source }));
  expect(found.instructions?.text ?? null).toBe(text);
  expect(found.gaps).toEqual(gaps);
});
