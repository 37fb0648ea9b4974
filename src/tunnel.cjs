// Loaded by the runtime of a contained server before anything of the server is. Node 20 does not know the proxy that is
// the only way out of the sandbox: this leads `http`, `https` and `fetch` through it. It is a convenience and no guard: a
// server that undoes it reaches nothing at all.
'use strict';

const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const tls = require('node:tls');

const proxy = proxyOf(process.env.HTTPS_PROXY);
if (proxy !== null) {
  const plain = http.Agent.prototype.createConnection;
  const secure = https.Agent.prototype.createConnection;
  http.Agent.prototype.createConnection = function createConnection(options, callback) {
    if (isLocal(options)) return plain.call(this, options, callback);
    tunnel(options.host, options.port || 80, callback);
  };
  https.Agent.prototype.createConnection = function createConnection(options, callback) {
    if (isLocal(options)) return secure.call(this, options, callback);
    tunnel(options.host, options.port || 443, (error, socket) => {
      if (error) callback(error);
      else callback(null, tls.connect({ servername: net.isIP(options.host) ? '' : options.host, ...options, socket, path: undefined }));
    });
  };
  leadFetch();
}
function proxyOf(text) {
  try {
    const { hostname, port, username, password } = new URL(text);
    const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return { host: hostname, port: Number(port), login: Buffer.from(login).toString('base64') };
  } catch {
    return null;
  }
}

/** Its own servers, inside the sandbox; and what is no host at all. The loopback of the machine is not reached by these. */
function isLocal({ host, socketPath }) {
  if (socketPath || !host) return true;
  return /^(?:localhost|127\.[\d.]+|\[?::1\]?)$/i.test(host) && !process.env.PINFOLD_SANDBOX_LOCAL?.split(',').includes(host);
}

function tunnel(host, port, callback) {
  const target = net.isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
  const socket = net.connect(proxy.port, proxy.host);
  let head = Buffer.alloc(0);
  const fail = (error) => {
    socket.destroy();
    callback(error);
  };
  const ended = () => fail(Object.assign(new Error(`the way to ${target} was closed`), { code: 'ECONNRESET' }));
  const read = () => {
    for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end === -1 && head.length < 16_384) continue;
      socket.off('readable', read).off('error', fail).off('end', ended);
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(head.toString('latin1'))?.[1];
      if (status !== '200') {
        const denied = status === '403';
        const what = denied ? `the sandbox does not let this server connect to ${target}` : `${target} cannot be reached (${status})`;
        fail(Object.assign(new Error(what), { code: denied ? 'EACCES' : 'EHOSTUNREACH', host, port }));
        return;
      }
      const rest = head.subarray(end + 4);
      if (rest.length > 0) socket.unshift(rest);
      callback(null, socket);
      return;
    }
  };
  socket.on('readable', read).on('error', fail).on('end', ended);
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\nProxy-Authorization: Basic ${proxy.login}\r\n\r\n`);
}

/** The runtime's own `fetch`, and every copy of its library that a server brings: they share the place of the dispatcher. */
function leadFetch() {
  const place = Symbol.for('undici.globalDispatcher.1');
  let making = false;
  const make = () => {
    if (making) return undefined;
    making = true;
    void globalThis.Headers; // the runtime loads its library now, which puts a plain property in the place of this one
    const Agent = globalThis[place]?.constructor;
    if (Agent !== undefined) globalThis[place] = new Agent({ connect });
    return globalThis[place];
  };
  Object.defineProperty(globalThis, place, { configurable: true, get: make, set: () => undefined });
  const plain = globalThis.fetch;
  globalThis.fetch = function fetch(...given) {
    void globalThis[place];
    return plain.apply(this, given);
  };
}

function connect({ hostname, port, protocol, servername, ...options }, callback) {
  const secure = protocol === 'https:';
  const to = Number(port) || (secure ? 443 : 80);
  const ready = (socket) => {
    if (!secure) return callback(null, socket);
    const name = servername || (net.isIP(hostname) ? '' : hostname);
    const wrapped = tls.connect({ ...options, host: hostname, socket, servername: name, ALPNProtocols: ['http/1.1'] });
    wrapped.once('secureConnect', () => {
      wrapped.off('error', callback);
      callback(null, wrapped);
    });
    wrapped.once('error', callback);
  };
  if (isLocal({ host: hostname })) {
    const socket = net.connect(to, hostname);
    socket.once('connect', () => {
      socket.off('error', callback);
      ready(socket);
    });
    socket.once('error', callback);
    return;
  }
  tunnel(hostname, to, (error, socket) => (error ? callback(error) : ready(socket)));
}
