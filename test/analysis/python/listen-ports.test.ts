import { describe, expect, test } from 'vitest';
import { pythonSource } from './facts.ts';

const server = "from mcp.server.fastmcp import FastMCP\nm = FastMCP('a')\n";

/** The ports that a module of a package of its own is seen to name. */
function portsOf(source: string): readonly string[] {
  return pythonSource(source)['net.listen'].scopes.filter((scope) => scope.startsWith(':'));
}

describe('the port that Python code listens on', () => {
  test.each([
    ['import uvicorn\nuvicorn.run(app, host="0.0.0.0", port=8000)', [':8000']],
    ['import os, uvicorn\nuvicorn.run(app, port=int(os.environ.get("PORT", 8000)))', [':8000']],
    ['import os, uvicorn\nport = int(os.getenv("PORT", "8000"))\nuvicorn.run(app, port=port)', [':8000']],
    ['import os, uvicorn\nPORT = os.environ.get("PORT") or 8000\nuvicorn.run(app, port=PORT)', [':8000']],
    ['import uvicorn\nuvicorn.run(app, port=8443 if tls else 8080)', [':8080', ':8443']],
    ["from http.server import HTTPServer\nHTTPServer(('', 8000), H).serve_forever()", [':8000']],
    ['import socketserver\nPORT = 8000\nsocketserver.TCPServer(("", PORT), H)', [':8000']],
    ["import socket\ns = socket.socket()\ns.bind(('127.0.0.1', 9876))", [':9876']],
    ['import asyncio\nasync def f():\n    await asyncio.start_server(h, "127.0.0.1", 8888)', [':8888']],
    ['from wsgiref.simple_server import make_server\nmake_server("", 8000, app)', [':8000']],
    ['from aiohttp import web\nweb.run_app(app, port=8080)', [':8080']],
    ['from flask import Flask\napp = Flask(__name__)\napp.run(port=5000)', [':5000']],
    ['from flask import Flask\napp = Flask(__name__)\napp.run("127.0.0.1", 5000)', [':5000']],
    ["from mcp.server.fastmcp import FastMCP\nm = FastMCP('a', port=8001)\nm.run(transport='sse')", [':8001']],
    [`${server}m.run(transport='sse', port=8000)`, [':8000']],
  ] as const)('%s', (source, ports) => {
    expect(portsOf(source)).toEqual(ports);
  });

  test.each([
    ['nobody says it', 'import os, uvicorn\nuvicorn.run(app, port=int(os.environ["PORT"]))'],
    ['an argument', 'import uvicorn\nuvicorn.run(app, port=args.port)'],
    ['one that the system chooses', "from http.server import HTTPServer\nHTTPServer(('', 0), H)"],
    ['no port', 'import uvicorn\nuvicorn.run(app, port=70000)'],
    ['a number that is no port', 'import flask\nflask.make_response(a, b, 8000)'],
  ])('is not told: %s', (_, source) => {
    expect(pythonSource(source)['net.listen'].verdict).toBe('seen');
    expect(portsOf(source)).toEqual([]);
  });

  test('a port of a server that speaks over standard streams makes nothing listen', () => {
    const found = pythonSource("from mcp.server.fastmcp import FastMCP\nFastMCP('a', port=8001).run(transport='stdio')");
    expect(found['net.listen'].verdict).toBe('not-seen');
  });

  test('names that stand for each other, and for themselves, end', () => {
    const circle = 'import uvicorn\na = int(b)\nb = int(a)\nuvicorn.run(app, port=a or b or 8000)';
    expect(portsOf(circle)).toEqual([':8000']);
    const names = Array.from({ length: 500 }, (_, at) => `p${at} = int(p${at + 1}) or int(p${at + 2})`).join('\n');
    expect(portsOf(`import uvicorn\n${names}\nuvicorn.run(app, port=p0)`)).toEqual([]);
  });
});
