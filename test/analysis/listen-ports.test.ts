import { describe, expect, test } from 'vitest';
import { capabilitiesOf, capabilitiesOfSource, packageOf } from './facts.ts';

const http = "import http from 'http'; const server = http.createServer(f);";

/** The ports that a source of a package of its own is seen to name. */
function portsOf(source: string): readonly string[] {
  return capabilitiesOfSource(source)['net.listen'].scopes.filter((scope) => scope.startsWith(':'));
}

describe('the port that code listens on', () => {
  test.each([
    [`${http} server.listen(3000)`, [':3000']],
    [`${http} server.listen('3000')`, [':3000']],
    [`${http} server.listen(0x1f90, '127.0.0.1')`, [':8080']],
    [`${http} server.listen({ port: 3000, host: 'localhost' })`, [':3000']],
    [`${http} const options = { port: 3000 }; server.listen(options)`, [':3000']],
    [`${http} server.listen(process.env.PORT || 3000)`, [':3000']],
    [`${http} server.listen(parseInt(process.env.PORT ?? '8080'))`, [':8080']],
    [`${http} server.listen(Number.parseInt(process.env.PORT || '8080', 10))`, [':8080']],
    [`${http} const PORT = Number(process.env.PORT) || 3000; server.listen(PORT, () => {})`, [':3000']],
    [`${http} server.listen(+(process.env.PORT ?? 3000))`, [':3000']],
    [`${http} const port = process.env.PORT ? parseInt(process.env.PORT) : 3000; server.listen(port)`, [':3000']],
    [`${http} const { PORT = 3000 } = process.env; server.listen(PORT)`, [':3000']],
    [`${http} let port = 3000; if (process.env.PORT) port = Number(process.env.PORT); server.listen(port)`, [':3000']],
    [`${http} function start(port = 3000) { server.listen(port); } start()`, [':3000']],
    [`${http} class Bridge { port = 9009; open() { server.listen(this.port); } }`, [':9009']],
    [`${http} class Bridge { constructor(port = 9009) { this.port = port; } open() { server.listen(this.port); } }`, [':9009']],
    [`${http} server.listen(secure ? 8443 : 8080)`, [':8080', ':8443']],
    ["import express from 'express'; const app = express(); const port = 3000; app.listen(port)", [':3000']],
    ["import Fastify from 'fastify'; await Fastify().listen({ port: 3000, host: '0.0.0.0' })", [':3000']],
    ["import { serve } from '@hono/node-server'; serve({ fetch: app.fetch, port: 3000 })", [':3000']],
    ["import { Server } from 'socket.io'; new Server(server, { port: 3000 })", [':3000']],
    ["import { WebSocketServer } from 'ws'; new WebSocketServer({ port: 9009 })", [':9009']],
    ["import WebSocket from 'ws'; new WebSocket.Server({ port: process.env.WS_PORT || 9009 })", [':9009']],
    ["import { FastMCP } from 'fastmcp'; new FastMCP({}).start({ transportType: 'httpStream', httpStream: { port: 8080 } })", [':8080']],
  ] as const)('%s', (source, ports) => {
    expect(portsOf(source)).toEqual(ports);
  });

  test('through another file, and through what its callers hand in', () => {
    const own = packageOf('own', {
      'index.js': "import { config } from './config.js'; import { start } from './serve.js'; start(config.port)",
      'config.js': 'export const config = { port: Number(process.env.PORT) || 4000 };',
      'serve.js': `${http} export function start(port) { server.listen(port); }`,
    });
    expect(capabilitiesOf([own])['net.listen'].scopes).toEqual(['*', ':4000']);
  });

  test.each([
    ['nobody says it', `${http} server.listen(process.env.PORT)`],
    ['an argument', `${http} server.listen(process.argv[2])`],
    ['one that the system chooses', `${http} server.listen(0)`],
    ['no port', `${http} server.listen(70000); server.listen(-1); server.listen(3000.5); server.listen(1e99)`],
    ['a socket', `${http} server.listen('/tmp/own.sock')`],
    ['a text with a number in it', `${http} server.listen('3000; rm -rf /')`],
    ['a port that is put together', `${http} server.listen(base + offset)`],
    ['another number beside it', `${http} server.listen(port, '127.0.0.1', 511)`],
  ])('is not told: %s', (_, source) => {
    const { verdict, scopes } = capabilitiesOfSource(source)['net.listen'];
    expect(verdict).toBe('seen');
    expect(scopes.filter((scope) => scope.startsWith(':'))).toEqual([]);
  });

  test.each([
    ['bus.listen(3000)'],
    ["import { WebSocketServer } from 'ws'; new WebSocketServer({ noServer: true })"],
    ["import { WebSocketServer } from 'ws'; new WebSocketServer({ server: given })"],
    ['const options = { port: 3000 }; connect(options)'],
  ])('makes nothing listen by itself: %s', (source) => {
    expect(capabilitiesOfSource(source)['net.listen'].verdict).toBe('not-seen');
  });

  test('a thousand ports are no thousand scopes', () => {
    const many = Array.from({ length: 1000 }, (_, at) => `server.listen(${2000 + at});`).join('\n');
    const { scopes } = capabilitiesOfSource(`${http} ${many}`)['net.listen'];
    expect(scopes.length).toBeLessThanOrEqual(50);
    expect(scopes).toContain('*');
  });
});
